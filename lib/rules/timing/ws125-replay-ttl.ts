import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/entrance';
import { environmentsNamed, observe } from '../../system/observed';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws125: Rule = {
  code: 'WS125',
  level: 'warning',
  title: 'missed messages are kept until a replaced pod is back',
  story: 'A client waited for its new pod, as it should, and finds its messages gone.',
  why: 'Replacing a pod takes its termination grace period and the start of the next one; SOCKET_REPLAY_TTL_MS is how long missed messages are kept.',
  fix: 'Set SOCKET_REPLAY_TTL_MS to at least grace period + start-up.',
  source: 'https://socket.io/docs/v4/connection-state-recovery',
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const { value, path } of environmentsNamed(workload, 'SOCKET_REPLAY_TTL_MS')) {
        const seen = numberOf(value);
        if (seen === undefined) continue;
        const broken = brokenBy('replay-outlasts-replacement', {
          ...observe(workload).timing,
          replayTtlSeconds: seen / 1000,
        });
        if (broken === undefined) continue;
        yield {
          object: workload,
          path,
          actual: `SOCKET_REPLAY_TTL_MS is ${seen} ms`,
          expected: `at least ${broken.neededSeconds * 1000} ms`,
          because: broken.sentence,
          fix: `set SOCKET_REPLAY_TTL_MS to "${broken.neededSeconds * 1000}"`,
          edits: [{ path, value: String(broken.neededSeconds * 1000) }],
        };
      }
    }
  },
};
