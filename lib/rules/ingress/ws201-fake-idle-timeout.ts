import { annotationOf } from '../../manifest/annotation';
import { servedSettings } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { SHORTEST_LIFETIME_SECONDS } from '../../timing/limits';
import { FAKE_IDLE_TIMEOUT } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

export const ws201: Rule = {
  code: 'WS201',
  level: 'error',
  title: 'what decides how long a connection lives is written where the balancer reads it',
  story:
    'The annotation was set, and connections still end after 30 seconds. Days go by before somebody looks at the BackendConfig.',
  why: `${FAKE_IDLE_TIMEOUT} is read by no controller: upgrades need no switch, and timeoutSec of the BackendConfig alone decides how long they last.`,
  fix: 'Write timeoutSec into the BackendConfig; the annotation may stay or go.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { object, seconds, entrances } of servedSettings(bundle, 'timeout')) {
      // A timeout that is written and too short is for WS113 and WS116, which name the annotation as well.
      if (seconds !== undefined || object.kind !== 'BackendConfig') continue;
      for (const { route } of entrances) {
        const text = annotationOf(route, FAKE_IDLE_TIMEOUT);
        if (text === undefined) continue;
        const value = Math.min(86_400, Math.max(SHORTEST_LIFETIME_SECONDS, Number(text) || 86_400));
        yield {
          object: route,
          path: ['metadata', 'annotations', FAKE_IDLE_TIMEOUT],
          actual: `"${text}", which nothing reads, and no timeoutSec in BackendConfig ${object.metadata.name}, so 30 s`,
          expected: `spec.timeoutSec in BackendConfig ${object.metadata.name}`,
          fix: `write timeoutSec: ${value} into BackendConfig ${object.metadata.name}`,
        };
      }
    }
  },
};
