import { CONTRACT } from '../../timing/contract';
import { lastingRule } from '../patterns/lasting-rule';

export const ws104 = lastingRule({
  code: 'WS104',
  level: 'error',
  title: 'presence outlasts the longest silence of a healthy connection',
  story:
    'Users who are connected are shown as gone, and come back a second later. The list of participants flickers for everybody.',
  why: 'Presence is renewed by the heartbeat; between two renewals lie up to pingInterval + pingTimeout.',
  fix: 'Set SOCKET_PRESENCE_TTL_MS to at least the heartbeat and one second.',
  source: 'https://socket.io/docs/v4/server-options/#pingtimeout',
  variable: CONTRACT.presenceTtlMs.variable,
  duration: 'presenceTtlSeconds',
  invariant: 'presence-outlasts-heartbeat',
});
