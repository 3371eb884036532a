import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { carriedTiming, TIMING } from '../../system/heartbeat';
import { environmentsNamed } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { CONTRACT } from '../../timing/contract';
import type { Rule } from '../rule';

const HEARTBEAT = [CONTRACT.heartbeatIntervalMs, CONTRACT.heartbeatGraceMs];

export const ws102: Rule = {
  code: 'WS102',
  level: 'error',
  title: 'the application is told the heartbeat that everything else was derived from',
  story:
    'Somebody changed the heartbeat in one place. Proxies and balancers still wait for the old one, and cut connections whose ping is on its way.',
  why: `The environment of the container and the annotation ${TIMING} are written from the same timing; idle timeouts follow the annotation.`,
  fix: 'Change the timing that the manifests are made from, not the variable.',
  source: 'https://socket.io/docs/v4/server-options/#pinginterval',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const timing = carriedTiming(workload);
      if (timing === undefined) continue;
      for (const { variable: name, field } of HEARTBEAT) {
        for (const { value, path } of environmentsNamed(workload, name)) {
          const seen = numberOf(value);
          const meant = timing[field] * 1000;
          // What is no plausible number of milliseconds is for WS103.
          if (seen === undefined || seen < 1000 || seen === meant) continue;
          yield {
            object: workload,
            path,
            actual: `${name} is ${seen} ms`,
            expected: `${meant} ms, as ${field} of the annotation ${TIMING}`,
            fix: `set ${name} to "${meant}", or derive all manifests anew for ${seen} ms`,
          };
        }
      }
    }
  },
};
