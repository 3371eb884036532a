import { CONTRACT } from '../../timing/contract';
import { lastingRule } from '../patterns/lasting-rule';

export const ws125 = lastingRule({
  code: 'WS125',
  level: 'warning',
  title: 'missed messages are kept until a replaced pod is back',
  story: 'A client waited for its new pod, as it should, and finds its messages gone.',
  why: 'Replacing a pod takes its termination grace period and the start of the next one; SOCKET_REPLAY_TTL_MS is how long missed messages are kept.',
  fix: 'Set SOCKET_REPLAY_TTL_MS to at least grace period + start-up.',
  source: 'https://socket.io/docs/v4/connection-state-recovery',
  variable: CONTRACT.replayTtlMs.variable,
  duration: 'replayTtlSeconds',
  invariant: 'replay-outlasts-replacement',
});
