import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault, type Where } from './faults';

const only =
  (...names: readonly BaseName[]): Where =>
  (_base, name) =>
    names.includes(name);
const onIngress = (name: string, value: string | undefined) => (c: Copy) => c.annotate(c.route, name, value);
const onService = (name: string, value: string | undefined) => (c: Copy) => c.annotate(c.of('Service'), name, value);
const ALB = 'alb.ingress.kubernetes.io';
const NGINX = 'nginx.ingress.kubernetes.io';

const FAULTS: readonly Fault[] = [
  // GKE's Gateway
  {
    wrong: 'no GCPBackendPolicy is there',
    plant: (c) => c.remove('GCPBackendPolicy'),
    code: 'WS240',
    kind: 'Service',
    cause: /no GCPBackendPolicy targets/,
    on: only('Gateway'),
  },
  {
    wrong: 'the GCPBackendPolicy targets another Service',
    plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'targetRef', 'name'], 'chta'),
    code: 'WS264',
    kind: 'GCPBackendPolicy',
    cause: /Service chta/,
    on: only('Gateway'),
  },
  {
    wrong: 'the HealthCheckPolicy targets another Service',
    plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'targetRef', 'name'], 'chta'),
    code: 'WS264',
    kind: 'HealthCheckPolicy',
    cause: /Service chta/,
    on: only('Gateway'),
  },
  {
    wrong: 'the HealthCheckPolicy targets the route',
    plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'targetRef', 'kind'], 'HTTPRoute'),
    code: 'WS264',
    kind: 'HealthCheckPolicy',
    cause: /kind HTTPRoute/,
    on: only('Gateway'),
  },
  {
    wrong: 'no HealthCheckPolicy is there',
    plant: (c) => c.remove('HealthCheckPolicy'),
    code: 'WS221',
    kind: 'Service',
    cause: /HealthCheckPolicy/,
    on: only('Gateway'),
  },
  {
    wrong: 'a cookie lifetime stands beside CLIENT_IP',
    plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'sessionAffinity', 'type'], 'CLIENT_IP'),
    code: 'WS216',
    kind: 'GCPBackendPolicy',
    cause: /43200 s with type CLIENT_IP/,
    on: only('Gateway'),
  },
  {
    wrong: 'the backend is spoken to in h2c',
    plant: (c) => c.set(c.of('Service'), ['spec', 'ports', 0, 'appProtocol'], 'kubernetes.io/h2c'),
    code: 'WS213',
    kind: 'Service',
    cause: /kubernetes\.io\/h2c/,
    on: only('Gateway'),
  },
  {
    wrong: 'the idle timeout is ten seconds',
    plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'timeoutSec'], 10),
    code: 'WS116',
    kind: 'GCPBackendPolicy',
    cause: /10 s/,
    on: only('Gateway'),
  },
  {
    wrong: 'the route has a timeout',
    plant: (c) => c.set(c.route, ['spec', 'rules', 0, 'timeouts'], { request: '3600s' }),
    code: 'WS239',
    kind: 'route',
    cause: /3600s/,
    on: only('Gateway'),
  },
  {
    wrong: 'nothing binds clients',
    plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'sessionAffinity'], undefined),
    code: 'WS226',
    kind: 'GCPBackendPolicy',
    cause: /no session affinity/,
    on: only('Gateway'),
  },
  {
    wrong: 'nothing drains',
    plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'connectionDraining'], undefined),
    code: 'WS111',
    kind: 'GCPBackendPolicy',
    cause: /drainingTimeoutSec/,
    on: only('Gateway'),
  },
  {
    wrong: 'the threshold of the health check is 11',
    plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'default', 'unhealthyThreshold'], 11),
    code: 'WS260',
    kind: 'HealthCheckPolicy',
    cause: /unhealthyThreshold: 11/,
    on: only('Gateway'),
  },
  {
    wrong: 'the path is rewritten',
    plant: (c) =>
      c.set(
        c.route,
        ['spec', 'rules', 0, 'filters'],
        [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }],
      ),
    code: 'WS255',
    kind: 'route',
    cause: /\/socket\.io\/ becomes \//,
    on: only('Gateway'),
  },
  // AWS
  {
    wrong: 'targets are spoken to in HTTP/2',
    plant: onIngress(`${ALB}/backend-protocol-version`, 'HTTP2'),
    code: 'WS213',
    kind: 'route',
    cause: /HTTP2/,
    on: only('ALB'),
  },
  {
    wrong: 'targets are spoken to in gRPC',
    plant: onIngress(`${ALB}/backend-protocol-version`, 'GRPC'),
    code: 'WS213',
    kind: 'route',
    cause: /GRPC/,
    on: only('ALB'),
  },
  {
    wrong: 'stickiness is by address',
    plant: onIngress(`${ALB}/target-group-attributes`, 'stickiness.enabled=true,stickiness.type=source_ip'),
    code: 'WS265',
    kind: 'route',
    cause: /source_ip/,
    on: only('ALB'),
  },
  {
    wrong: 'no health path is written',
    plant: onIngress(`${ALB}/healthcheck-path`, undefined),
    code: 'WS221',
    kind: 'route',
    cause: /healthcheck-path/,
    on: only('ALB'),
  },
  {
    wrong: 'the health check asks a path that answers 404',
    plant: onIngress(`${ALB}/healthcheck-path`, '/nothing'),
    code: 'WS263',
    kind: 'route',
    cause: /404/,
    on: only('ALB'),
  },
  {
    wrong: 'targets are nodes',
    plant: onIngress(`${ALB}/target-type`, 'instance'),
    code: 'WS234',
    kind: 'route',
    cause: /"instance"/,
    on: only('ALB'),
  },
  {
    wrong: 'the idle timeout is ten seconds',
    plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=10'),
    code: 'WS118',
    kind: 'route',
    cause: /10 s/,
    on: only('ALB'),
  },
  {
    wrong: 'the idle timeout is a day',
    plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=86400'),
    code: 'WS235',
    kind: 'route',
    cause: /86400/,
    on: only('ALB'),
  },
  {
    wrong: 'a comma is too many',
    plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=120,'),
    code: 'WS233',
    kind: 'route',
    cause: /a comma/,
    on: only('ALB'),
  },
  // ingress-nginx
  {
    wrong: 'the affinity mode is misspelled',
    plant: onIngress(`${NGINX}/affinity-mode`, 'persistant'),
    code: 'WS237',
    kind: 'route',
    cause: /"persistant"/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the affinity is by address',
    plant: onIngress(`${NGINX}/affinity`, 'ip'),
    code: 'WS237',
    kind: 'route',
    cause: /"ip"/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'buffering is on',
    plant: onIngress(`${NGINX}/proxy-buffering`, 'on'),
    code: 'WS242',
    kind: 'route',
    cause: /proxy-buffering.*"on"/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the cookie has an expression for its path',
    plant: onIngress(`${NGINX}/use-regex`, 'true'),
    code: 'WS266',
    kind: 'route',
    cause: /without session-cookie-path/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the Service chooses the pod',
    plant: onIngress(`${NGINX}/service-upstream`, 'true'),
    code: 'WS266',
    kind: 'route',
    cause: /kube-proxy chooses/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the backend is spoken to in gRPC',
    plant: onIngress(`${NGINX}/backend-protocol`, 'GRPC'),
    code: 'WS213',
    kind: 'route',
    cause: /GRPC/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the path is rewritten',
    plant: onIngress(`${NGINX}/rewrite-target`, '/'),
    code: 'WS255',
    kind: 'route',
    cause: /\/socket\.io\/ becomes \//,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the timeout has a unit',
    plant: onIngress(`${NGINX}/proxy-read-timeout`, '120s'),
    code: 'WS236',
    kind: 'route',
    cause: /"120s"/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'the timeout is ten seconds',
    plant: onIngress(`${NGINX}/proxy-read-timeout`, '10'),
    code: 'WS117',
    kind: 'route',
    cause: /10 s/,
    on: only('ingress-nginx'),
  },
  {
    wrong: 'nothing binds clients',
    plant: onIngress(`${NGINX}/affinity`, undefined),
    code: 'WS226',
    kind: 'route',
    cause: /no affinity/,
    on: only('ingress-nginx'),
  },
  // HAProxy
  {
    wrong: 'the cookie stands on the Ingress',
    plant: (c) => onIngress('haproxy.org/cookie-persistence', 'affinity')(c),
    code: 'WS246',
    kind: 'route',
    cause: /cookie-persistence on an Ingress/,
    on: only('HAProxy'),
  },
  {
    wrong: 'the tunnel is silent for ten seconds',
    plant: onService('haproxy.org/backend-config-snippet', 'timeout tunnel 10s'),
    code: 'WS116',
    kind: 'Service',
    cause: /10 s/,
    on: only('HAProxy'),
  },
  {
    wrong: 'nothing binds clients',
    plant: onService('haproxy.org/cookie-persistence', undefined),
    code: 'WS226',
    kind: 'Service',
    cause: /no affinity/,
    on: only('HAProxy'),
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 33 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(33);
});
