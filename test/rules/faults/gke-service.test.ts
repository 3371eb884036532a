import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault } from './faults';
import { config, GKE, NGINX, onIngress, only, onService } from './planting';

const inPath = (field: string, value: unknown) => (c: Copy) =>
  c.set(c.route, ['spec', 'rules', 0, 'http', 'paths', 0, field], value);
const BINDING = 'cloud.google.com/backend-config';

const FAULTS: readonly Fault[] = [
  {
    wrong: 'the Service names no BackendConfig',
    plant: onService(BINDING, undefined),
    code: 'WS207',
    kind: 'Service',
    cause: /no such annotation/,
    on: GKE,
  },
  {
    wrong: 'the name of the BackendConfig is no JSON',
    plant: onService(BINDING, 'chat'),
    code: 'WS209',
    kind: 'Service',
    cause: /'chat'/,
    on: GKE,
  },
  {
    wrong: 'the BackendConfig is for another port',
    plant: onService(BINDING, '{"ports":{"8080":"chat"}}'),
    code: 'WS210',
    kind: 'Service',
    cause: /says nothing of port/,
    on: GKE,
  },
  {
    wrong: 'the BackendConfig is not there',
    plant: onService(BINDING, '{"default":"chta"}'),
    code: 'WS211',
    kind: 'Service',
    cause: /BackendConfig chta/,
    on: GKE,
  },
  {
    wrong: 'the BackendConfig is named on the Ingress',
    plant: onIngress(BINDING, '{"default":"chat"}'),
    code: 'WS208',
    kind: 'route',
    cause: /on an Ingress/,
    on: GKE,
  },
  {
    wrong: 'an annotation of Google is misspelled on the Service',
    plant: (c) => {
      onService(BINDING, undefined)(c);
      onService('cloud.google.com/backendconfig', '{"default":"chat"}')(c);
    },
    code: 'WS203',
    kind: 'Service',
    cause: /backendconfig, which nothing reads; cloud\.google\.com\/backend-config/,
    on: GKE,
  },
  {
    wrong: 'the annotation of endpoint groups is misspelled',
    plant: onService('cloud.google.com/negs', '{"ingress": true}'),
    code: 'WS203',
    kind: 'Service',
    cause: /cloud\.google\.com\/negs/,
    on: GKE,
  },
  {
    wrong: 'endpoint groups are turned off',
    plant: onService('cloud.google.com/neg', '{"ingress": false}'),
    code: 'WS212',
    kind: 'Service',
    cause: /false/,
    on: GKE,
  },
  {
    wrong: 'the backend is spoken to in HTTP/2',
    plant: onService('cloud.google.com/app-protocols', '{"http":"HTTP2"}'),
    code: 'WS213',
    kind: 'Service',
    cause: /HTTP2/,
    on: GKE,
  },
  {
    wrong: 'a protocol is named for a port by number',
    plant: onService('cloud.google.com/app-protocols', '{"80":"HTTP"}'),
    code: 'WS214',
    kind: 'Service',
    cause: /"80"/,
    on: GKE,
  },
  {
    wrong: 'the Service binds clients, and the balancer does not',
    plant: (c) => {
      config(['sessionAffinity', 'affinityType'], 'NONE')(c);
      c.set(c.of('Service'), ['spec', 'sessionAffinity'], 'ClientIP');
    },
    code: 'WS227',
    kind: 'Service',
    cause: /ClientIP on the Service/,
    on: only('foreign GKE'),
  },
  {
    wrong: 'the class stands in the field as well',
    plant: (c) => c.set(c.route, ['spec', 'ingressClassName'], 'gce'),
    code: 'WS205',
    kind: 'route',
    cause: /ingressClassName|field/,
    on: GKE,
  },
  {
    wrong: 'the class stands in the field',
    plant: (c) => {
      onIngress('kubernetes.io/ingress.class', undefined)(c);
      c.set(c.route, ['spec', 'ingressClassName'], 'gce');
    },
    code: 'WS204',
    kind: 'route',
    cause: /"gce" in the field/,
    on: GKE,
  },
  {
    wrong: 'a timeout of ingress-nginx is on the Ingress',
    plant: onIngress(`${NGINX}/proxy-read-timeout`, '3600'),
    code: 'WS206',
    kind: 'route',
    cause: /annotation of ingress-nginx/,
    on: only('own GKE', 'foreign GKE', 'ALB', 'HAProxy'),
  },
  {
    wrong: 'an affinity of ingress-nginx is on the Service',
    plant: onService(`${NGINX}/affinity`, 'cookie'),
    code: 'WS206',
    kind: 'Service',
    cause: /annotation of ingress-nginx on a Service/,
    on: only('own GKE', 'foreign GKE', 'Gateway', 'ALB', 'HAProxy'),
  },
  {
    wrong: 'the path matches itself only',
    plant: (c) => {
      inPath('path', '/chat')(c);
      inPath('pathType', 'ImplementationSpecific')(c);
    },
    code: 'WS229',
    kind: 'route',
    cause: /ImplementationSpecific .* matches nothing below/,
    on: GKE,
  },
  {
    wrong: 'the path is exact',
    plant: (c) => {
      inPath('path', '/chat')(c);
      inPath('pathType', 'Exact')(c);
    },
    code: 'WS229',
    kind: 'route',
    cause: /Exact with path "\/chat", which matches nothing below/,
    on: GKE,
  },
  {
    wrong: 'a wildcard stands in the middle',
    plant: (c) => {
      inPath('path', '/a*b')(c);
      inPath('pathType', 'ImplementationSpecific')(c);
    },
    code: 'WS229',
    kind: 'route',
    cause: /"\/a\*b", which is refused/,
    on: GKE,
  },
  {
    wrong: 'a wildcard stands in a prefix',
    plant: inPath('path', '/chat/*'),
    code: 'WS229',
    kind: 'route',
    cause: /"\/chat\/\*", which is refused/,
    on: GKE,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 35 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(35);
});
