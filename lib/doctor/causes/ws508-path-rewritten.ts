import type { Cause } from './cause';

export const ws508: Cause = {
  code: 'WS508',
  title: 'the path leads to another part of the application',
  story: 'The handshake is answered with a page, or with the application’s own 404.',
  why: 'A server takes connections at one path, with Socket.IO slash at the end included. A prefix that is not taken off, or a rewrite that takes off too much, brings the request to other code.',
  source: 'https://socket.io/docs/v4/server-options/#path',
  weight: 1.5,
  shows: {
    'application-answers': 'must',
    'not-served': 'must',
    'answered-like-a-page': 'likely',
    'upgrade-refused': 'must',
    'answers-elsewhere': 'may',
    'opens-elsewhere': 'may',
    'websocket-refused': 'may',
  },
  separates: [
    {
      from: 'WS505',
      by: 'application-answers',
      hand: 'the same request sent straight to the server, past every proxy (kubectl port-forward): 101 there means that a proxy drops the headers, the same answer that the path is wrong',
    },
    {
      from: 'WS560',
      by: 'answered-like-a-page',
      hand: 'what the server writes in its log for this request, and the path that its code names',
    },
    { from: 'WS509', by: 'no-route' },
    { from: 'WS537', by: 'guard-answers' },
  ],
  fix: [
    'Make the path of the route, the rewrite and the path option of server and client agree, slash at the end included.',
  ],
  runbook: ['kubectl get ingress -o yaml | grep -B1 -A6 path:'],
};
