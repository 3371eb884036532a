import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault } from './faults';

const only = (...names: readonly BaseName[]): Fault['on'] => (_base, name) => names.includes(name);
const GKE = only('own GKE', 'foreign GKE');
const CONFIG = 'BackendConfig';
const config = (path: readonly string[], value: unknown) => (c: Copy) => c.set(c.of(CONFIG), ['spec', ...path], value);
const onIngress = (name: string, value: string | undefined) => (c: Copy) => c.annotate(c.route, name, value);
const onService = (name: string, value: string | undefined) => (c: Copy) => c.annotate(c.of('Service'), name, value);
const inPath = (field: string, value: unknown) => (c: Copy) => c.set(c.route, ['spec', 'rules', 0, 'http', 'paths', 0, field], value);
const BINDING = 'cloud.google.com/backend-config';
const ALB = 'alb.ingress.kubernetes.io';
const NGINX = 'nginx.ingress.kubernetes.io';

const FAULTS: readonly Fault[] = [
  // GKE's Ingress
  { wrong: 'the timeout is eighty seconds', plant: config(['timeoutSec'], 80), code: 'WS113', kind: CONFIG, cause: /timeoutSec: 80 s/, on: GKE },
  { wrong: 'the timeout is a text', plant: config(['timeoutSec'], '86400s'), code: 'WS267', kind: CONFIG, cause: /timeoutSec: the text "86400s"/, on: GKE },
  { wrong: 'the drain is shorter than that of the pod', plant: config(['connectionDraining', 'drainingTimeoutSec'], 10), code: 'WS110', kind: CONFIG, cause: /10 s/, on: GKE },
  { wrong: 'nothing drains', plant: config(['connectionDraining', 'drainingTimeoutSec'], 0), code: 'WS111', kind: CONFIG, cause: /drainingTimeoutSec: 0 s/, on: GKE },
  { wrong: 'the drain is two hours', plant: config(['connectionDraining', 'drainingTimeoutSec'], 7200), code: 'WS112', kind: CONFIG, cause: /7200 s/, on: GKE },
  { wrong: 'the affinity is one of the cloud', plant: config(['sessionAffinity', 'affinityType'], 'HTTP_COOKIE'), code: 'WS215', kind: CONFIG, cause: /HTTP_COOKIE/, on: GKE },
  { wrong: 'a cookie lifetime stands beside CLIENT_IP', plant: config(['sessionAffinity'], { affinityType: 'CLIENT_IP', affinityCookieTtlSec: 10_800 }), code: 'WS216', kind: CONFIG, cause: /10800 s with affinityType CLIENT_IP/, on: GKE },
  { wrong: 'the cookie lives for a week', plant: config(['sessionAffinity'], { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 604_800 }), code: 'WS217', kind: CONFIG, cause: /604800 s/, on: GKE },
  { wrong: 'nothing binds clients', plant: config(['sessionAffinity', 'affinityType'], 'NONE'), code: 'WS226', kind: CONFIG, cause: /NONE/, on: GKE },
  { wrong: 'the health check is by TCP', plant: config(['healthCheck', 'type'], 'TCP'), code: 'WS218', kind: CONFIG, cause: /TCP/, on: GKE },
  { wrong: 'the health check takes longer than its interval', plant: config(['healthCheck', 'timeoutSec'], 60), code: 'WS219', kind: CONFIG, cause: /60 s/, on: GKE },
  { wrong: 'the health check opens sessions', plant: config(['healthCheck', 'requestPath'], '/socket.io/?EIO=4&transport=polling'), code: 'WS220', kind: CONFIG, cause: /EIO=4/, on: GKE },
  { wrong: 'the health check has no path', plant: config(['healthCheck', 'requestPath'], undefined), code: 'WS221', kind: CONFIG, cause: /requestPath: not written/, on: GKE },
  { wrong: 'the health check asks a port that nobody has', plant: config(['healthCheck', 'port'], 9999), code: 'WS222', kind: CONFIG, cause: /9999/, on: GKE },
  { wrong: 'the path of the health check is relative', plant: config(['healthCheck', 'requestPath'], 'health'), code: 'WS260', kind: CONFIG, cause: /"health"/, on: GKE },
  { wrong: 'the interval of the health check is 301 seconds', plant: config(['healthCheck', 'checkIntervalSec'], 301), code: 'WS260', kind: CONFIG, cause: /checkIntervalSec: 301/, on: GKE },
  { wrong: 'the threshold of the health check is 11', plant: config(['healthCheck', 'unhealthyThreshold'], 11), code: 'WS260', kind: CONFIG, cause: /unhealthyThreshold: 11/, on: GKE },
  { wrong: 'the health check asks a path that answers 404', plant: config(['healthCheck', 'requestPath'], '/nothing'), code: 'WS263', kind: CONFIG, cause: /"\/nothing", which .* 404/, on: GKE },
  { wrong: 'the health check asks a path that redirects', plant: config(['healthCheck', 'requestPath'], '/old'), code: 'WS263', kind: CONFIG, cause: /"\/old", which .* 301/, on: only('foreign GKE') },
  { wrong: 'the health check asks a database', plant: config(['healthCheck', 'requestPath'], '/health/database'), code: 'WS263', kind: CONFIG, cause: /looks like a dependency/, on: GKE },
  { wrong: 'the sample rate is in per cent', plant: config(['logging', 'sampleRate'], 100), code: 'WS223', kind: CONFIG, cause: /100/, on: GKE },
  { wrong: 'a cache stands in front', plant: config(['cdn', 'enabled'], true), code: 'WS225', kind: CONFIG, cause: /cdn\.enabled: true/, on: GKE },
  { wrong: 'IAP stands beside a cache', plant: (c) => { config(['cdn', 'enabled'], true)(c); config(['iap'], { enabled: true })(c); }, code: 'WS224', kind: CONFIG, cause: /cdn\.enabled and iap\.enabled/, on: GKE },
  { wrong: 'the Service names no BackendConfig', plant: onService(BINDING, undefined), code: 'WS207', kind: 'Service', cause: /no such annotation/, on: GKE },
  { wrong: 'the name of the BackendConfig is no JSON', plant: onService(BINDING, 'chat'), code: 'WS209', kind: 'Service', cause: /'chat'/, on: GKE },
  { wrong: 'the BackendConfig is for another port', plant: onService(BINDING, '{"ports":{"8080":"chat"}}'), code: 'WS210', kind: 'Service', cause: /says nothing of port/, on: GKE },
  { wrong: 'the BackendConfig is not there', plant: onService(BINDING, '{"default":"chta"}'), code: 'WS211', kind: 'Service', cause: /BackendConfig chta/, on: GKE },
  { wrong: 'the BackendConfig is named on the Ingress', plant: onIngress(BINDING, '{"default":"chat"}'), code: 'WS208', kind: 'route', cause: /on an Ingress/, on: GKE },
  { wrong: 'an annotation of Google is misspelled on the Service', plant: (c) => { onService(BINDING, undefined)(c); onService('cloud.google.com/backendconfig', '{"default":"chat"}')(c); }, code: 'WS203', kind: 'Service', cause: /backendconfig, which nothing reads; cloud\.google\.com\/backend-config/, on: GKE },
  { wrong: 'the annotation of endpoint groups is misspelled', plant: onService('cloud.google.com/negs', '{"ingress": true}'), code: 'WS203', kind: 'Service', cause: /cloud\.google\.com\/negs/, on: GKE },
  { wrong: 'endpoint groups are turned off', plant: onService('cloud.google.com/neg', '{"ingress": false}'), code: 'WS212', kind: 'Service', cause: /false/, on: GKE },
  { wrong: 'the backend is spoken to in HTTP/2', plant: onService('cloud.google.com/app-protocols', '{"http":"HTTP2"}'), code: 'WS213', kind: 'Service', cause: /HTTP2/, on: GKE },
  { wrong: 'a protocol is named for a port by number', plant: onService('cloud.google.com/app-protocols', '{"80":"HTTP"}'), code: 'WS214', kind: 'Service', cause: /"80"/, on: GKE },
  { wrong: 'the Service binds clients, and the balancer does not', plant: (c) => { config(['sessionAffinity', 'affinityType'], 'NONE')(c); c.set(c.of('Service'), ['spec', 'sessionAffinity'], 'ClientIP'); }, code: 'WS227', kind: 'Service', cause: /ClientIP on the Service/, on: only('foreign GKE') },
  { wrong: 'the class stands in the field as well', plant: (c) => c.set(c.route, ['spec', 'ingressClassName'], 'gce'), code: 'WS205', kind: 'route', cause: /ingressClassName|field/, on: GKE },
  { wrong: 'the class stands in the field', plant: (c) => { onIngress('kubernetes.io/ingress.class', undefined)(c); c.set(c.route, ['spec', 'ingressClassName'], 'gce'); }, code: 'WS204', kind: 'route', cause: /"gce" in the field/, on: GKE },
  { wrong: 'a timeout of ingress-nginx is on the Ingress', plant: onIngress(`${NGINX}/proxy-read-timeout`, '3600'), code: 'WS206', kind: 'route', cause: /annotation of ingress-nginx/, on: only('own GKE', 'foreign GKE', 'ALB', 'HAProxy') },
  { wrong: 'an affinity of ingress-nginx is on the Service', plant: onService(`${NGINX}/affinity`, 'cookie'), code: 'WS206', kind: 'Service', cause: /annotation of ingress-nginx on a Service/, on: only('own GKE', 'foreign GKE', 'Gateway', 'ALB', 'HAProxy') },
  { wrong: 'the path matches itself only', plant: inPath('pathType', 'ImplementationSpecific'), code: 'WS229', kind: 'route', cause: /ImplementationSpecific .* matches nothing below/, on: GKE },
  { wrong: 'the path is exact', plant: (c) => { inPath('path', '/chat')(c); inPath('pathType', 'Exact')(c); }, code: 'WS229', kind: 'route', cause: /Exact with path "\/chat", which matches nothing below/, on: GKE },
  { wrong: 'a wildcard stands in the middle', plant: (c) => { inPath('path', '/a*b')(c); inPath('pathType', 'ImplementationSpecific')(c); }, code: 'WS229', kind: 'route', cause: /"\/a\*b", which is refused/, on: GKE },
  { wrong: 'a wildcard stands in a prefix', plant: inPath('path', '/chat/*'), code: 'WS229', kind: 'route', cause: /"\/chat\/\*", which is refused/, on: GKE },
  { wrong: 'the host stands twice', plant: (c) => { const { rules } = c.route.spec as { rules: unknown[] }; c.set(c.route, ['spec', 'rules'], [...rules, rules[0]]); }, code: 'WS238', kind: 'route', cause: /a second time/, on: GKE },
  { wrong: 'HTTP is forbidden without a certificate', plant: (c) => { onIngress('kubernetes.io/ingress.allow-http', 'false')(c); onIngress('networking.gke.io/managed-certificates', undefined)(c); }, code: 'WS259', kind: 'route', cause: /allow-http.*no listener/, on: only('foreign GKE') },
  { wrong: 'HTTP is redirected without a certificate', plant: onIngress('networking.gke.io/managed-certificates', undefined), code: 'WS259', kind: 'route', cause: /redirects to HTTPS, and the Ingress has no certificate/, on: GKE },
  { wrong: 'the ManagedCertificate is not there', plant: onIngress('networking.gke.io/managed-certificates', 'chta'), code: 'WS259', kind: 'route', cause: /ManagedCertificate chta/, on: GKE },
  { wrong: 'the FrontendConfig is not there', plant: onIngress('networking.gke.io/v1beta1.FrontendConfig', 'chta'), code: 'WS231', kind: 'route', cause: /"chta", which is not among/, on: GKE },
  { wrong: 'the code of the redirect is a number', plant: (c) => c.set(c.of('FrontendConfig'), ['spec', 'redirectToHttps', 'responseCodeName'], '301'), code: 'WS261', kind: 'FrontendConfig', cause: /"301"/, on: GKE },
  { wrong: 'the SSL policy has a name that Google does not give', plant: (c) => c.set(c.of('FrontendConfig'), ['spec', 'sslPolicy'], 'my.policy'), code: 'WS261', kind: 'FrontendConfig', cause: /"my\.policy"/, on: GKE },
  { wrong: 'Cloud Armor stands before an internal balancer', plant: (c) => { c.annotate(c.route, 'kubernetes.io/ingress.class', 'gce-internal'); c.set(c.of(CONFIG), ['spec', 'securityPolicy'], { name: 'armor' }); }, code: 'WS262', kind: CONFIG, cause: /"armor", for the internal Ingress/, on: GKE },
  { wrong: 'an internal balancer redirects', plant: onIngress('kubernetes.io/ingress.class', 'gce-internal'), code: 'WS231', kind: 'route', cause: /redirects to HTTPS, on class gce-internal/, on: GKE },
  { wrong: 'there are two addresses', plant: (c) => { for (const [i, name] of ['kubernetes.io/ingress.global-static-ip-name', 'kubernetes.io/ingress.regional-static-ip-name'].entries()) c.annotate(c.route, name, `address-${i}`); }, code: 'WS232', kind: 'route', cause: /global "address-0" and regional "address-1"/, on: GKE },
  // GKE's Gateway
  { wrong: 'no GCPBackendPolicy is there', plant: (c) => c.remove('GCPBackendPolicy'), code: 'WS240', kind: 'Service', cause: /no GCPBackendPolicy targets/, on: only('Gateway') },
  { wrong: 'the GCPBackendPolicy targets another Service', plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'targetRef', 'name'], 'chta'), code: 'WS264', kind: 'GCPBackendPolicy', cause: /Service chta/, on: only('Gateway') },
  { wrong: 'the HealthCheckPolicy targets another Service', plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'targetRef', 'name'], 'chta'), code: 'WS264', kind: 'HealthCheckPolicy', cause: /Service chta/, on: only('Gateway') },
  { wrong: 'the HealthCheckPolicy targets the route', plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'targetRef', 'kind'], 'HTTPRoute'), code: 'WS264', kind: 'HealthCheckPolicy', cause: /kind HTTPRoute/, on: only('Gateway') },
  { wrong: 'no HealthCheckPolicy is there', plant: (c) => c.remove('HealthCheckPolicy'), code: 'WS221', kind: 'Service', cause: /HealthCheckPolicy/, on: only('Gateway') },
  { wrong: 'a cookie lifetime stands beside CLIENT_IP', plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'sessionAffinity', 'type'], 'CLIENT_IP'), code: 'WS216', kind: 'GCPBackendPolicy', cause: /43200 s with type CLIENT_IP/, on: only('Gateway') },
  { wrong: 'the backend is spoken to in h2c', plant: (c) => c.set(c.of('Service'), ['spec', 'ports', 0, 'appProtocol'], 'kubernetes.io/h2c'), code: 'WS213', kind: 'Service', cause: /kubernetes\.io\/h2c/, on: only('Gateway') },
  { wrong: 'the idle timeout is ten seconds', plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'timeoutSec'], 10), code: 'WS116', kind: 'GCPBackendPolicy', cause: /10 s/, on: only('Gateway') },
  { wrong: 'the route has a timeout', plant: (c) => c.set(c.route, ['spec', 'rules', 0, 'timeouts'], { request: '3600s' }), code: 'WS239', kind: 'route', cause: /3600s/, on: only('Gateway') },
  { wrong: 'nothing binds clients', plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'sessionAffinity'], undefined), code: 'WS226', kind: 'GCPBackendPolicy', cause: /no session affinity/, on: only('Gateway') },
  { wrong: 'nothing drains', plant: (c) => c.set(c.of('GCPBackendPolicy'), ['spec', 'default', 'connectionDraining'], undefined), code: 'WS111', kind: 'GCPBackendPolicy', cause: /drainingTimeoutSec/, on: only('Gateway') },
  { wrong: 'the threshold of the health check is 11', plant: (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'default', 'unhealthyThreshold'], 11), code: 'WS260', kind: 'HealthCheckPolicy', cause: /unhealthyThreshold: 11/, on: only('Gateway') },
  // AWS
  { wrong: 'targets are spoken to in HTTP/2', plant: onIngress(`${ALB}/backend-protocol-version`, 'HTTP2'), code: 'WS213', kind: 'route', cause: /HTTP2/, on: only('ALB') },
  { wrong: 'targets are spoken to in gRPC', plant: onIngress(`${ALB}/backend-protocol-version`, 'GRPC'), code: 'WS213', kind: 'route', cause: /GRPC/, on: only('ALB') },
  { wrong: 'stickiness is by address', plant: onIngress(`${ALB}/target-group-attributes`, 'stickiness.enabled=true,stickiness.type=source_ip'), code: 'WS265', kind: 'route', cause: /source_ip/, on: only('ALB') },
  { wrong: 'no health path is written', plant: onIngress(`${ALB}/healthcheck-path`, undefined), code: 'WS221', kind: 'route', cause: /healthcheck-path/, on: only('ALB') },
  { wrong: 'the health check asks a path that answers 404', plant: onIngress(`${ALB}/healthcheck-path`, '/nothing'), code: 'WS263', kind: 'route', cause: /404/, on: only('ALB') },
  { wrong: 'targets are nodes', plant: onIngress(`${ALB}/target-type`, 'instance'), code: 'WS234', kind: 'route', cause: /"instance"/, on: only('ALB') },
  { wrong: 'the idle timeout is ten seconds', plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=10'), code: 'WS118', kind: 'route', cause: /10 s/, on: only('ALB') },
  { wrong: 'the idle timeout is a day', plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=86400'), code: 'WS235', kind: 'route', cause: /86400/, on: only('ALB') },
  { wrong: 'a comma is too many', plant: onIngress(`${ALB}/load-balancer-attributes`, 'idle_timeout.timeout_seconds=120,'), code: 'WS233', kind: 'route', cause: /a comma/, on: only('ALB') },
  // ingress-nginx
  { wrong: 'the affinity mode is misspelled', plant: onIngress(`${NGINX}/affinity-mode`, 'persistant'), code: 'WS237', kind: 'route', cause: /"persistant"/, on: only('ingress-nginx') },
  { wrong: 'the affinity is by address', plant: onIngress(`${NGINX}/affinity`, 'ip'), code: 'WS237', kind: 'route', cause: /"ip"/, on: only('ingress-nginx') },
  { wrong: 'buffering is on', plant: onIngress(`${NGINX}/proxy-buffering`, 'on'), code: 'WS242', kind: 'route', cause: /proxy-buffering.*"on"/, on: only('ingress-nginx') },
  { wrong: 'the cookie has an expression for its path', plant: onIngress(`${NGINX}/use-regex`, 'true'), code: 'WS266', kind: 'route', cause: /without session-cookie-path/, on: only('ingress-nginx') },
  { wrong: 'the Service chooses the pod', plant: onIngress(`${NGINX}/service-upstream`, 'true'), code: 'WS266', kind: 'route', cause: /kube-proxy chooses/, on: only('ingress-nginx') },
  { wrong: 'the backend is spoken to in gRPC', plant: onIngress(`${NGINX}/backend-protocol`, 'GRPC'), code: 'WS213', kind: 'route', cause: /GRPC/, on: only('ingress-nginx') },
  { wrong: 'the path is rewritten', plant: onIngress(`${NGINX}/rewrite-target`, '/'), code: 'WS255', kind: 'route', cause: /\/socket\.io\/ becomes \//, on: only('ingress-nginx') },
  { wrong: 'the timeout has a unit', plant: onIngress(`${NGINX}/proxy-read-timeout`, '120s'), code: 'WS236', kind: 'route', cause: /"120s"/, on: only('ingress-nginx') },
  { wrong: 'the timeout is ten seconds', plant: onIngress(`${NGINX}/proxy-read-timeout`, '10'), code: 'WS117', kind: 'route', cause: /10 s/, on: only('ingress-nginx') },
  { wrong: 'nothing binds clients', plant: onIngress(`${NGINX}/affinity`, undefined), code: 'WS226', kind: 'route', cause: /no affinity/, on: only('ingress-nginx') },
  // HAProxy
  { wrong: 'the cookie stands on the Ingress', plant: (c) => onIngress('haproxy.org/cookie-persistence', 'affinity')(c), code: 'WS246', kind: 'route', cause: /cookie-persistence on an Ingress/, on: only('HAProxy') },
  { wrong: 'the tunnel is silent for ten seconds', plant: onService('haproxy.org/backend-config-snippet', 'timeout tunnel 10s'), code: 'WS116', kind: 'Service', cause: /10 s/, on: only('HAProxy') },
  { wrong: 'nothing binds clients', plant: onService('haproxy.org/cookie-persistence', undefined), code: 'WS226', kind: 'Service', cause: /no affinity/, on: only('HAProxy') },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('together with those of the thread, of nginx and of the pods there are three hundred cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(120);
});
