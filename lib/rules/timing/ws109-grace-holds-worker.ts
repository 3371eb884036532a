import { serversOf } from '../../system/entrances';
import { nginxDurations, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws109: Rule = {
  code: 'WS109',
  level: 'error',
  title: 'the termination grace period holds preStop and the nginx worker shutdown',
  story:
    'nginx still waits for its connections when the kubelet kills it. The wait that somebody configured never ends as configured.',
  why: 'worker_shutdown_timeout begins after preStop, and both lie within terminationGracePeriodSeconds.',
  fix: 'Shorten worker_shutdown_timeout, or raise terminationGracePeriodSeconds.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const { timing } = observe(workload);
      for (const { text, written, seconds } of nginxDurations(bundle, workload, 'worker_shutdown_timeout')) {
        const broken = brokenBy('grace-holds-worker', { ...timing, workerShutdownTimeoutSeconds: seconds });
        if (broken === undefined) continue;
        const most = Math.max(1, Math.floor(timing.terminationGracePeriodSeconds - timing.preStopSeconds));
        yield {
          object: text.configMap,
          path: text.path,
          actual: written,
          expected: `at most ${most} s, because the pod has ${timing.terminationGracePeriodSeconds} s and preStop takes ${timing.preStopSeconds} s of them`,
          because: broken.sentence,
          fix: `write worker_shutdown_timeout ${most}s, or set terminationGracePeriodSeconds to ${broken.neededSeconds}`,
        };
      }
    }
  },
};
