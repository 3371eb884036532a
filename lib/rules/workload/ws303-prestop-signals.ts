import { containersOf, WORKLOAD_KINDS } from '../../system/pod';
import { preStopOf } from '../../system/pre-stop';
import type { Rule } from '../rule';

export const ws303: Rule = {
  code: 'WS303',
  level: 'error',
  title: 'a preStop hook leaves the stop signal to the kubelet',
  story:
    'The drain that stands behind the signal never runs: the hook ends with its container, and every connection with both.',
  why: 'The kubelet sends the stop signal itself when the hook has ended. A hook that signals process 1, by its number or by a name (pkill, killall), ends the container it runs in.',
  fix: 'Remove the kill: sleep, raise a flag, and let the kubelet send the signal.',
  source: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks',
  kinds: WORKLOAD_KINDS,
  *check(bundle) {
    for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
      for (const container of containersOf(workload)) {
        const hook = preStopOf(container);
        if (hook?.signals !== true) continue;
        yield {
          object: workload,
          path: hook.path,
          actual: `the hook of ${container.name} signals its own process`,
          expected: 'a hook that only waits',
          fix: 'remove the kill and what comes after it; handle SIGTERM in the application',
        };
      }
    }
  },
};
