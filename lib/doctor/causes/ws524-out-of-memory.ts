import { valueAt } from '../../manifest/field';
import { containerNamed, ofTemplate, raised } from '../fix/mending';
import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws524: Cause = {
  code: 'WS524',
  title: 'a pod dies: out of memory',
  story: 'A share of the clients drops out at one moment, without a close frame, and comes back.',
  why: 'The kernel kills the process at its memory limit: nobody says goodbye.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/',
  weight: 1.2,
  shows: {
    ...POD_DROPS,
    'out-of-memory': 'must',
    restarted: 'must',
  },
  separates: [
    { from: 'WS525', by: 'out-of-memory' },
    { from: 'WS533', by: 'some-end-together' },
    { from: 'WS539', by: 'ends-together-again' },
  ],
  fix: ['Raise the memory limit, or lower the connections that one pod takes; find the leak.'],
  runbook: [
    `kubectl get pod -o jsonpath='{range .items[*]}{.metadata.name} {.status.containerStatuses[*].lastState.terminated.reason}{"\\n"}{end}'`,
  ],
  mend: (looked) => {
    const container = containerNamed(looked, 'out-of-memory');
    const field = ['resources', 'limits', 'memory'];
    const to = raised(valueAt(container?.value, field));
    if (container === undefined || to === undefined) return undefined;
    const why = 'half as much again; what it needs shows in its working set';
    return ofTemplate(looked.live, [...container.path, ...field], to, why, { verify: ['pods-stuck'] });
  },
};
