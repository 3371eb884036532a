import type { Cause } from './cause';

export const ws527: Cause = {
  code: 'WS527',
  title: 'a pod stops before the balancer has let go of it',
  story: 'In every rollout there are some seconds of 502.',
  why: 'Removing an endpoint takes the balancer seconds; a process that ends at once is still sent requests meanwhile.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  shows: {
    'service-gap': 'must',
    'some-end-together': 'likely',
    'all-end-together': 'may',
    'closed-together': 'may',
    'fails-sometimes': 'may',
    'follow-ups-fail': 'may',
    'new-refused-later': 'may',
    'stopped-before-detached': 'must',
    'websocket-fails-sometimes': 'may',
    'ends-together-again': 'may',
  },
  separates: [
    { from: 'WS524', by: 'service-gap' },
    { from: 'WS528', by: 'keep-alive-race' },
    { from: 'WS511', by: 'fails-sometimes' },
  ],
  fix: ['Give the pod a preStop that waits until the balancer has stopped sending (holdfast: preStop of the timing).'],
  runbook: ['kubectl get events | grep -i Detach'],
};
