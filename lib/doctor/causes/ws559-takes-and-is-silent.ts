import type { Cause } from './cause';

export const ws559: Cause = {
  code: 'WS559',
  title: 'the server takes connections, and answers late or never',
  story: 'The port is open, clients connect at once, and then wait until they give up.',
  why: 'The system takes connections for a process that is stopped, deadlocked or blocked, or that waits for something itself at every request. One that expects another protocol, such as TLS, waits for the client in the same way.',
  source: 'https://man7.org/linux/man-pages/man2/listen.2.html',
  shows: { 'no-answer': 'must', 'says-nothing': 'may', 'answers-late': 'may' },
  separates: [
    {
      from: 'WS514',
      by: 'says-nothing',
      hand: 'the same request from inside the pod, to 127.0.0.1: no answer there either means the process, an answer that something keeps the proxy away from it',
    },
    { from: 'WS521', by: 'pings-late' },
  ],
  fix: [
    'See where the process stands (a thread dump; kill -USR1 and the inspector for Node), restart it, and let its liveness probe ask what clients ask.',
    'See that the port is the one that speaks HTTP, and whether it wants TLS.',
  ],
  runbook: [
    "kubectl exec POD -- wget -T 5 -qO- 'http://127.0.0.1:3000/'",
    'kubectl top pod   # does one use a whole processor?',
  ],
};
