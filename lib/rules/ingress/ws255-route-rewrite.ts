import { threadRule } from '../patterns/thread-rule';

export const ws255 = threadRule({
  code: 'WS255',
  level: 'error',
  title: 'a route does not rewrite the path of Socket.IO',
  story: 'The handshake answers 404, although path, Service and pods are right: the server was asked for another path.',
  why: 'rewrite-target is for all paths of an Ingress, that of Socket.IO included.',
  fix: 'Put the path of Socket.IO into an Ingress of its own, without rewrite-target.',
  source: 'https://kubernetes.github.io/ingress-nginx/examples/rewrite/',
  at: 'rewrite',
});
