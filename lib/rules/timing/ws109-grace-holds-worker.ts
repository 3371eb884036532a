import { numberOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { serversOf } from '../../system/evidence';
import { DEFAULT_GRACE_SECONDS, nginxDurations, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import type { Timing } from '../../timing/timing';
import { brokenBy } from '../patterns/broken';
import type { Observation, Rule } from '../rule';

export const ws109: Rule = {
  code: 'WS109',
  level: 'error',
  title: 'nginx in the pod ends before the termination grace period does',
  story:
    'nginx still waits for its connections when the kubelet kills it. The wait that somebody configured never ends as configured.',
  why:
    'A container beside the application gets its stop signal after preStop, and worker_shutdown_timeout begins then. A native sidecar gets it when the application has ended, after preStop, drain and ' +
    'shutdown, and needs a few seconds from there. Either lies within terminationGracePeriodSeconds.',
  fix: 'Shorten worker_shutdown_timeout, or raise terminationGracePeriodSeconds.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const { timing } = observe(bundle, workload);
      const durations = nginxDurations(bundle, workload, 'worker_shutdown_timeout');
      for (const { text, written, seconds } of durations) {
        if (text.container?.sidecar === true) continue;
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
      if (durations.some(({ text }) => text.container?.sidecar === true)) yield* cutSidecar(workload, timing);
    }
  },
};

function* cutSidecar(workload: Manifest, timing: Timing): Generator<Observation> {
  // A grace period that is too short for the application is WS105's, which asks for more.
  if (brokenBy('grace-holds-shutdown', timing) !== undefined) return;
  const broken = brokenBy('grace-holds-sidecar', timing);
  if (broken === undefined) return;
  const path = [...POD_SPEC, 'terminationGracePeriodSeconds'];
  const written = numberOf(podSpecOf(workload).terminationGracePeriodSeconds);
  yield {
    object: workload,
    path,
    actual: written === undefined ? `not written, so ${DEFAULT_GRACE_SECONDS} s` : `${written} s`,
    expected: `at least ${broken.neededSeconds} s, because nginx is a sidecar and is stopped after the application`,
    because: broken.sentence,
    fix: `set terminationGracePeriodSeconds to ${broken.neededSeconds}`,
    edits: [{ path, value: broken.neededSeconds }],
  };
}
