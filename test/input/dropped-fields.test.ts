import { Chart, Testing } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import * as holdfast from '../../lib';

/** biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types */
type Wrong = any;

const timing = holdfast.deriveTiming();
const chart = () => new Chart(Testing.app(), 'test', { namespace: 'chat' });
const probes = (given: Wrong) => () =>
  new holdfast.ExistingServer({ name: 'chat', selector: { app: 'chat' }, port: 3000, timing, probes: given });
const server = (scope: Chart, more: Wrong = {}) =>
  new holdfast.WebSocketServer(scope, 'Server', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3000,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    ...more,
  });

test.each<[string, () => unknown, RegExp]>([
  ['the misspelt port of a probe', probes({ readiness: { path: '/ready', prot: 3001 } }), /prot: is not read/],
  [
    'a probe of two kinds',
    probes({ readiness: { path: '/ready', command: ['a'] } }),
    /readiness: has path and command; give one/,
  ],
  [
    'the path of a probe that is no text',
    probes({ readiness: { path: Symbol('x') } }),
    /path: Symbol\(x\) cannot be used/,
  ],
  [
    'a misspelt source of a certificate beside a right one',
    () => {
      const scope = chart();
      const tls: Wrong = { managed: true, secert: 'x' };
      return new holdfast.GkeWebSocketEdge(scope, 'Edge', {
        name: 'chat',
        host: 'chat.example.com',
        server: server(scope),
        tls,
      });
    },
    /secert: is not read/,
  ],
  [
    'a misspelt field of a Secret’s address',
    () => server(chart(), { adapter: { kind: 'redis-streams', url: { secretName: 'redis', key: 'url', kee: 'x' } } }),
    /url\.kee: is not read/,
  ],
  [
    'SameSite that is no text',
    () => {
      const scope = chart();
      const cookie: Wrong = { sameSite: Symbol('x') };
      return new holdfast.NginxWebSocketIngress(scope, 'Ingress', {
        name: 'chat',
        host: 'chat.example.com',
        server: server(scope, { traffic: { ingressFromNamespaces: ['ingress-nginx'] } }),
        tls: { secret: Secret.fromSecretName(scope, 'Certificate', 'certificate') },
        cookie,
      });
    },
    /sameSite: Symbol\(x\)/,
  ],
])('%s is refused, and not dropped or let fail inside', (_what, run, message) => {
  expect(run).toThrow(holdfast.InvalidInputError);
  expect(run).toThrow(message);
});
