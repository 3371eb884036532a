import { entrancesTo } from '../../system/entrances';
import { evidenceOf, isServed } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf, WORKLOAD_KINDS } from '../../system/pod';
import { probesOf } from '../../system/probe';
import { portOfPod } from '../../system/thread/listening';
import type { Rule } from '../rule';

export const ws323: Rule = {
  code: 'WS323',
  level: 'error',
  title: 'a probe asks a port that its pod has',
  story:
    'The pod never becomes ready, or is restarted again and again, with an application in it that is perfectly well.',
  why: 'A port in letters is looked up among those of the container itself. A number is asked as it is, in the whole pod: a port need not be declared, so one that is missing among those that are may still be open, and is a warning.',
  fix: 'Ask the port on which the container listens.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
      const served = isServed(evidenceOf(bundle, workload));
      if (!served && entrancesTo(bundle, workload).length === 0) continue;
      const probes = probesOf(workload);
      for (const { name, port, portPath, container } of probes) {
        if (port === undefined) continue;
        // Containers of a pod share its address.
        const found = portOfPod(
          bundle,
          workload,
          port,
          typeof port === 'string' ? [container] : containersOf(workload),
        );
        if (found.state === 'listens' || found.state === 'unknown') continue;
        // Declared, and not what its nginx listens on: WS250.
        if (found.state === 'silent' && found.container !== undefined) continue;
        // Several probes that agree on it mean a port that somebody left undeclared, as is allowed.
        const agreed = probes.filter((one) => one.port === port && one.container.name === container.name).length > 1;
        if (found.state === 'doubtful' && !served && agreed) continue;
        yield {
          object: workload,
          path: portPath,
          actual: `${name} of ${container.name} asks ${port}: ${found.words}`,
          expected: 'a port on which the container listens',
          fix: 'ask the port that the container declares',
          ...(found.state === 'doubtful' ? { level: served ? 'warning' : 'info' } : {}),
        };
      }
    }
  },
};
