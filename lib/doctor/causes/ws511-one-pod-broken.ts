import type { Cause } from './cause';

export const ws511: Cause = {
  code: 'WS511',
  title: 'one of several pods is broken',
  story: 'A share of all requests fails, whoever asks; a reload often helps.',
  why: 'The balancer goes on sending to a pod that answers its health check, and nothing else.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  weight: 1.5,
  shows: {
    'fails-sometimes': 'must',
    'pod-broken': 'must',
    'follow-ups-fail': 'may',
    'websocket-fails-sometimes': 'likely',
    'follow-ups-lost': 'may',
    'upgrade-fails': 'may',
    'service-gap': 'may',
    'answers-stall': 'may',
    'new-refused-later': 'may',
    'some-end-together': 'may',
    'body-refused': 'may',
  },
  separates: [
    { from: 'WS501', by: 'fails-sometimes' },
    { from: 'WS548', by: 'refused-in-bursts' },
    { from: 'WS521', by: 'pings-late' },
  ],
  fix: [
    'Find the pod (kubectl port-forward to each, and one handshake), delete it, and let its readiness probe ask what clients ask.',
  ],
  plainRunbook: [
    "for p in $(kubectl get pod -l app=NAME -o name); do echo $p; kubectl port-forward $p 3000:3000 >/dev/null & sleep 2; curl --http1.1 --max-time 3 -si -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ==' 'http://127.0.0.1:3000/PATH' | head -1; kill $!; done",
  ],
  runbook: [
    "for p in $(kubectl get pod -l app=NAME -o name); do echo $p; kubectl exec $p -- wget -qO- 'http://127.0.0.1:3000/socket.io/?EIO=4&transport=polling' | head -c 80; done",
  ],
};
