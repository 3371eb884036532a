import type { Cause } from './cause';

export const ws526: Cause = {
  code: 'WS526',
  title: 'the liveness probe kills a busy process',
  story: 'Under load pods restart, which makes the load of the others worse.',
  why: 'The probe waits behind the same event loop as everything else, and takes busy for dead.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
  shows: {
    'some-end-together': 'must',
    'all-end-together': 'may',
    'service-gap': 'may',
    'answers-stall': 'may',
    'fails-sometimes': 'may',
    'follow-ups-lost': 'may',
    'follow-ups-fail': 'may',
    'new-refused-later': 'may',
    'websocket-fails-sometimes': 'may',
    'upgrade-fails': 'may',
    'liveness-killed': 'must',
    restarted: 'must',
  },
  separates: [{ from: 'WS524', by: 'liveness-killed' }],
  fix: ['Give the liveness probe more time and failures than the longest busy spell, and let readiness go first.'],
  runbook: ['kubectl get events | grep -i liveness'],
};
