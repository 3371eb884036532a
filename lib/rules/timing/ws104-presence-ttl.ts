import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/entrance';
import { environmentsNamed, observe } from '../../system/observed';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws104: Rule = {
  code: 'WS104',
  level: 'error',
  title: 'presence outlasts the longest silence of a healthy connection',
  story:
    'Users who are connected are shown as gone, and come back a second later. The list of participants flickers for everybody.',
  why: 'Presence is renewed by the heartbeat; between two renewals lie up to pingInterval + pingTimeout.',
  fix: 'Set SOCKET_PRESENCE_TTL_MS to at least the heartbeat and one second.',
  source: 'https://socket.io/docs/v4/server-options/#pingtimeout',
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const { value, path } of environmentsNamed(workload, 'SOCKET_PRESENCE_TTL_MS')) {
        const seen = numberOf(value);
        if (seen === undefined || seen < 1000) continue;
        const broken = brokenBy('presence-outlasts-heartbeat', {
          ...observe(workload).timing,
          presenceTtlSeconds: seen / 1000,
        });
        if (broken === undefined) continue;
        yield {
          object: workload,
          path,
          actual: `SOCKET_PRESENCE_TTL_MS is ${seen} ms`,
          expected: `at least ${broken.neededSeconds * 1000} ms`,
          because: broken.sentence,
          fix: `set SOCKET_PRESENCE_TTL_MS to "${broken.neededSeconds * 1000}"`,
          edits: [{ path, value: String(broken.neededSeconds * 1000) }],
        };
      }
    }
  },
};
