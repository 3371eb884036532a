import { numberOf, valueAt } from '../../manifest/field';
import { DEFAULT_PROBE } from '../../timing/fixed';
import { containerNamed, ofTemplate } from '../fix/mending';
import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws526: Cause = {
  code: 'WS526',
  title: 'the liveness probe kills a busy process',
  story: 'Under load pods restart, which makes the load of the others worse.',
  why: 'The probe waits behind the same event loop as everything else, and takes busy for dead.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
  shows: {
    ...POD_DROPS,
    'liveness-killed': 'must',
    restarted: 'must',
  },
  separates: [{ from: 'WS524', by: 'liveness-killed' }],
  fix: ['Give the liveness probe more time and failures than the longest busy spell, and let readiness go first.'],
  runbook: ['kubectl get events | grep -i liveness'],
  mend: (looked) => {
    const container = containerNamed(looked, 'liveness-killed');
    if (container?.value.livenessProbe === undefined) return undefined;
    const path = [...container.path, 'livenessProbe', 'failureThreshold'];
    const from =
      numberOf(valueAt(container.value, ['livenessProbe', 'failureThreshold'])) ?? DEFAULT_PROBE.failureThreshold;
    const why = 'a busy spell must last twice as long before it is taken for death';
    return ofTemplate(looked.live, path, from * 2, why, {
      absent: DEFAULT_PROBE.failureThreshold,
      verify: ['pods-stuck'],
    });
  },
};
