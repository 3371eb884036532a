import { threadRule } from '../patterns/thread-rule';

export const ws255 = threadRule({
  code: 'WS255',
  level: 'error',
  title: 'a route does not rewrite the path of Socket.IO',
  story: 'The handshake answers 404, although path, Service and pods are right: the server was asked for another path.',
  why: 'A rewrite is for all paths of an Ingress or of a rule, that of Socket.IO included.',
  fix: 'Put the path of Socket.IO into an Ingress, or a rule, of its own that rewrites nothing.',
  source: 'https://kubernetes.github.io/ingress-nginx/examples/rewrite/',
  at: 'rewrite',
});
