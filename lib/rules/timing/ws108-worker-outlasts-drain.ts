import { serversOf } from '../../system/evidence';
import { nginxDurations, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws108: Rule = {
  code: 'WS108',
  level: 'error',
  title: 'an nginx worker that was told to quit keeps its connections through the drain',
  story:
    'The application closes its connections a few at a time, so that clients come back as a stream. nginx drops the rest of them all at once.',
  why: 'worker_shutdown_timeout counts from the moment nginx is told to quit; at its end every connection is closed.',
  fix: 'Set worker_shutdown_timeout to at least the drain.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const { text, written, seconds } of nginxDurations(bundle, workload, 'worker_shutdown_timeout')) {
        const broken = brokenBy('worker-outlasts-drain', {
          ...observe(bundle, workload).timing,
          workerShutdownTimeoutSeconds: seconds,
        });
        if (broken === undefined) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: written,
          expected: `worker_shutdown_timeout ${broken.neededSeconds}s or more`,
          because: broken.sentence,
          fix: `write worker_shutdown_timeout ${broken.neededSeconds}s`,
        };
      }
    }
  },
};
