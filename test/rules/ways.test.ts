import { web } from '../system/support';
import { fixes, told } from './told';

type Of = NonNullable<Parameters<typeof web>[0]>;
const SERVED = '# assume: websocket\n';
const CLASS = 'kubernetes.io/ingress.class: gce';
const gce = (of: Of = {}) => SERVED + web({ className: 'gce', ...of, ingress: `${CLASS}, ${of.ingress ?? ''}` });
const object = (kind: string, spec: string) =>
  `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: web }\nspec: ${spec}\n`;
/** What stands there, without where. */
const actuals = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));
/** The same application behind a Gateway of Google's. */
const gateway = (more = '', of: Of = {}) =>
  `${SERVED}apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web }
spec: { gatewayClassName: gke-l7-global-external-managed }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, annotations: { ${of.ingress ?? ''} } }
spec: { parentRefs: [{ name: web }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
${web(of).split('---').slice(1).join('---')}${more === '' ? '' : `---\n${more}`}`;

describe('WS221: the path of a health check that is not written', () => {
  const BOUND = `cloud.google.com/backend-config: '{"default": "web"}'`;
  const copied = (container: string, port = 'name: http, targetPort: http', block = '{}') =>
    actuals(
      'WS221',
      gce({ service: BOUND, port, container: '', more: object('BackendConfig', block) }).replace(
        /readinessProbe: .*/,
        container,
      ),
    );
  const COPIED = 'not written; copied from the readiness probe ("/ready") once';
  const NONE = 'not written, and no readiness probe that GKE could copy, so "/"';
  const probe = (get: string, name = 'readinessProbe') => `${name}: { httpGet: { path: /ready, ${get} } }`;

  test.each<[what: string, container: string, port: string, said: string]>([
    ['a probe on the port by name', probe('port: http'), 'targetPort: http', COPIED],
    ['a probe on the port by number', probe('port: 8080'), 'targetPort: http', COPIED],
    ['a Service that sends to the number', probe('port: http'), 'targetPort: 8080', COPIED],
    ['a Service that sends to a port of nobody', probe('port: http'), 'targetPort: 8081', NONE],
    ['a Service that sends to its own port', probe('port: http'), 'name: x', NONE],
    ['a probe of another port', probe('port: 9090'), 'targetPort: http', NONE],
    ['a probe with a host', probe('port: http, host: a'), 'targetPort: http', NONE],
    ['a probe with headers', probe('port: http, httpHeaders: [{ name: a, value: b }]'), 'targetPort: http', NONE],
    ['a probe with no headers', probe('port: http, httpHeaders: []'), 'targetPort: http', COPIED],
    ['a liveness probe', probe('port: http', 'livenessProbe'), 'targetPort: http', NONE],
    ['a command', 'readinessProbe: { exec: { command: [a] } }', 'targetPort: http', NONE],
    ['nothing', '', 'targetPort: http', NONE],
  ])('is derived from %s', (_what, container, port, said) => {
    expect(copied(container, port)).toEqual([said]);
    expect(copied(container, port, '{ healthCheck: { requestPath: /a } }')).toEqual([]);
  });

  test('is derived of the port that has the probe, where there are several', () => {
    const two = `${probe('port: admin')}\n          env: []`;
    const text = gce({ service: BOUND, more: object('BackendConfig', '{}') })
      .replace(
        'ports: [{ name: http, containerPort: 8080 }]',
        'ports: [{ name: admin, containerPort: 1 }, { name: http, containerPort: 8080 }]',
      )
      .replace(/readinessProbe: .*/, two);
    expect(actuals('WS221', text)).toEqual([NONE]);
    expect(actuals('WS221', text.replace('targetPort: http', 'targetPort: admin'))).toEqual([COPIED]);
  });

  const WANTED = 'nothing says so, and no probe is copied here, so "/"';
  const policy = (target: string, check = 'HTTP, httpHealthCheck: { requestPath: /a }') =>
    object(
      'HealthCheckPolicy',
      `{ targetRef: { kind: Service, name: ${target} }, default: { config: { type: ${check} } } }`,
    );

  test('is asked for where the balancer copies nothing', () => {
    expect(told('WS221', gateway())).toEqual([`Service web: metadata.name: ${WANTED}`]);
    expect(told('WS221', gateway(policy('web')))).toEqual([]);
    expect(told('WS221', gateway(policy('web', 'TCP')))).toEqual([]);
    expect(told('WS221', gateway(policy('other', 'TCP')))).toEqual([`Service web: metadata.name: ${WANTED}`]);
    const alb = (annotations: string) => SERVED + web({ className: 'alb', ingress: annotations });
    const PATH = 'alb.ingress.kubernetes.io/healthcheck-path';
    expect(told('WS221', alb(''))).toEqual([`Ingress web: metadata.annotations["${PATH}"]: ${WANTED}`]);
    expect(told('WS221', alb(`${PATH}: /health`))).toEqual([]);
    expect(told('WS221', SERVED + web())).toEqual([]);
    // A way without its pods is a part of the whole.
    expect(told('WS221', gateway().replace('selector: { app: web }', 'selector: { app: other }'))).toEqual([]);
  });
});

describe('WS213: a backend is spoken to in HTTP/1.1', () => {
  const protocol = (value: string) => `name: http, targetPort: http, appProtocol: ${value}`;
  test.each<[value: string, refused: boolean]>([
    ['kubernetes.io/h2c', true],
    ['HTTP2', true],
    ['h2c', true],
    ['GRPC', true],
    ['kubernetes.io/ws', false],
    ['http', false],
    ['x-grpc', false],
    ['grpc-web', false],
  ])('appProtocol %s is refused: %s', (value, refused) => {
    const said = refused ? [`Service web: spec.ports[0].appProtocol: "${value}"`] : [];
    for (const text of [
      gce({ port: protocol(value) }),
      gateway('', { port: protocol(value) }),
      SERVED + web({ port: protocol(value) }),
    ])
      expect(told('WS213', text)).toEqual(said);
    // A controller that nobody knows may do anything.
    expect(told('WS213', SERVED + web({ className: 'else', port: protocol(value) }))).toEqual([]);
  });

  test.each<[className: string, name: string, value: string, refused: boolean]>([
    ['alb', 'alb.ingress.kubernetes.io/backend-protocol-version', 'HTTP2', true],
    ['alb', 'alb.ingress.kubernetes.io/backend-protocol-version', 'grpc', true],
    ['alb', 'alb.ingress.kubernetes.io/backend-protocol-version', 'HTTP1', false],
    ['nginx', 'nginx.ingress.kubernetes.io/backend-protocol', 'GRPCS', true],
    ['nginx', 'nginx.ingress.kubernetes.io/backend-protocol', 'FCGI', true],
    ['nginx', 'nginx.ingress.kubernetes.io/backend-protocol', 'AUTO_HTTP2', false],
    ['nginx', 'nginx.ingress.kubernetes.io/backend-protocol', 'HTTP2S', false],
    ['nginx', 'alb.ingress.kubernetes.io/backend-protocol-version', 'HTTP2', false],
    ['alb', 'nginx.ingress.kubernetes.io/backend-protocol', 'GRPC', false],
    ['else', 'nginx.ingress.kubernetes.io/backend-protocol', 'GRPC', false],
  ])('of class %s with %s: %s is refused: %s', (className, name, value, refused) => {
    const at = (kind: string) => (refused ? [`${kind} web: metadata.annotations["${name}"]: "${value}"`] : []);
    expect(told('WS213', SERVED + web({ className, ingress: `${name}: ${value}` }))).toEqual(at('Ingress'));
    expect(told('WS213', SERVED + web({ className, service: `${name}: ${value}` }))).toEqual(at('Service'));
  });

  test('and GKE’s own annotation says the same by the name of the port', () => {
    const on = (value: string, text = gce) =>
      actuals('WS213', text({ service: `cloud.google.com/app-protocols: '${value}'` }));
    expect(on('{"http":"HTTP2"}')).toEqual([`'{"http":"HTTP2"}'`]);
    expect(on('{"http":"HTTP","other":"HTTP2"}')).toEqual([]);
    expect(on('{"http":"HTTP2"}', (of) => SERVED + web(of))).toEqual([]);
  });
});

test.each<[kind: string, block: string, said: readonly string[]]>([
  ['GCPBackendPolicy', 'type: CLIENT_IP, cookieTtlSec: 1', ['1 s with type CLIENT_IP']],
  ['GCPBackendPolicy', 'type: CLIENT_IP, cookieTtlSec: 0', []],
  ['GCPBackendPolicy', 'type: CLIENT_IP', []],
  ['GCPBackendPolicy', 'type: GENERATED_COOKIE, cookieTtlSec: 9', []],
  ['GCPBackendPolicy', 'cookieTtlSec: 9', []],
  ['BackendConfig', 'affinityType: CLIENT_IP, affinityCookieTtlSec: 1', ['1 s with affinityType CLIENT_IP']],
  ['BackendConfig', 'affinityType: CLIENT_IP, affinityCookieTtlSec: 86400', ['86400 s with affinityType CLIENT_IP']],
  ['BackendConfig', 'affinityType: CLIENT_IP, affinityCookieTtlSec: 86401', []],
  ['BackendConfig', 'affinityType: CLIENT_IP, affinityCookieTtlSec: 0', []],
  ['BackendConfig', 'affinityType: GENERATED_COOKIE, affinityCookieTtlSec: 9', []],
  ['BackendConfig', 'affinityCookieTtlSec: 9', ['9 s with affinityType not written']],
])('WS216: %s with %s', (kind, block, said) => {
  const at =
    kind === 'BackendConfig'
      ? 'spec.sessionAffinity.affinityCookieTtlSec'
      : 'spec.default.sessionAffinity.cookieTtlSec';
  const spec =
    kind === 'BackendConfig' ? `{ sessionAffinity: { ${block} } }` : `{ default: { sessionAffinity: { ${block} } } }`;
  expect(told('WS216', object(kind, spec))).toEqual(said.map((one) => `${kind} web: ${at}: ${one}`));
});

test.each<[rate: string, fix: string | undefined]>([
  ['0', undefined],
  ['1', undefined],
  ['0.5', undefined],
  ['1.5', 'write 0.015'],
  ['100', 'write 1'],
  ['101', 'write 1'],
  ['50', 'write 0.5'],
  ['-0.1', 'write 1'],
  ['half', 'write 1'],
])('WS223: a sample rate of %s', (rate, fix) => {
  const text = object('BackendConfig', `{ logging: { sampleRate: ${rate} } }`);
  expect(told('WS223', text)).toEqual(fix === undefined ? [] : [`BackendConfig web: spec.logging.sampleRate: ${rate}`]);
  expect(fixes('WS223', text)).toEqual(fix === undefined ? [] : [fix]);
  expect(told('WS223', object('BackendConfig', '{ logging: { enable: true } }'))).toEqual([]);
});

describe('WS229: a path of GKE’s', () => {
  const SESSIONS = 'livenessProbe: { httpGet: { path: /socket.io/, port: http } }';
  const path = (entry: string, of: Of = { container: SESSIONS }) =>
    actuals('WS229', gce({ ...of, paths: ['/'] }).replace('path: /, pathType: Prefix', entry));
  const narrow = (type: string, of: string) => `pathType ${type} with path "${of}", which matches nothing below it`;
  const refused = (type: string, of: string) => `pathType ${type} with path "${of}", which is refused`;
  test.each<[entry: string, said: string | undefined, plain: string | undefined]>([
    ['path: /a, pathType: Prefix', undefined, undefined],
    [
      'path: /a/, pathType: ImplementationSpecific',
      narrow('ImplementationSpecific', '/a/'),
      narrow('ImplementationSpecific', '/a/'),
    ],
    ['path: /a, pathType: ImplementationSpecific', narrow('ImplementationSpecific', '/a'), undefined],
    ['path: /a', narrow('not written', '/a'), undefined],
    ['path: ""', undefined, undefined],
    ['path: /a/*, pathType: ImplementationSpecific', undefined, undefined],
    ['path: /*', undefined, undefined],
    [
      'path: /a*, pathType: ImplementationSpecific',
      refused('ImplementationSpecific', '/a*'),
      refused('ImplementationSpecific', '/a*'),
    ],
    [
      'path: /*/b/*, pathType: ImplementationSpecific',
      refused('ImplementationSpecific', '/*/b/*'),
      refused('ImplementationSpecific', '/*/b/*'),
    ],
    [
      'path: /a/*/b, pathType: ImplementationSpecific',
      refused('ImplementationSpecific', '/a/*/b'),
      refused('ImplementationSpecific', '/a/*/b'),
    ],
    ['path: /a/*, pathType: Prefix', refused('Prefix', '/a/*'), refused('Prefix', '/a/*')],
    ['path: /a, pathType: Exact', narrow('Exact', '/a'), undefined],
    ['path: /socket.io/, pathType: Exact', undefined, undefined],
    ['path: /socket.io/, pathType: ImplementationSpecific', undefined, undefined],
    [
      'path: /socket.io, pathType: ImplementationSpecific',
      narrow('ImplementationSpecific', '/socket.io'),
      narrow('ImplementationSpecific', '/socket.io'),
    ],
  ])('%s', (entry, said, plain) => {
    expect(path(entry)).toEqual(said === undefined ? [] : [said]);
    if (!entry.includes('socket')) expect(path(entry, {})).toEqual(plain === undefined ? [] : [plain]);
    expect(actuals('WS229', SERVED + web({ className: 'traefik', paths: ['/a/*'] }))).toEqual([]);
  });
});

describe('WS206: an annotation of another controller', () => {
  const TIMEOUT = 'nginx.ingress.kubernetes.io/proxy-read-timeout: "60"';
  const SIZE = 'nginx.ingress.kubernetes.io/proxy-body-size: "0"';
  test('on an Ingress, a Service or a route', () => {
    expect(told('WS206', gce({ ingress: TIMEOUT }))).toHaveLength(1);
    expect(told('WS206', gce({ ingress: SIZE }))).toHaveLength(1);
    expect(told('WS206', gce({ ingress: TIMEOUT }).replace(SERVED, '# assume: http\n'))).toEqual([]);
    expect(told('WS206', SERVED + web({ ingress: TIMEOUT, service: TIMEOUT }))).toEqual([]);
    const said = (kind: string, reader: string) => [
      `${kind} web: metadata.annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]: an annotation of ingress-nginx on a ${kind} to which ${reader} leads`,
    ];
    const reader = /that (.*) takes/.exec(told('WS206', gce({ ingress: TIMEOUT }))[0] ?? '')?.[1] ?? '';
    expect(told('WS206', gce({ service: TIMEOUT }))).toEqual(said('Service', reader));
    expect(told('WS206', gce({ service: SIZE }))).toEqual([]);
    expect(told('WS206', gateway('', { ingress: TIMEOUT }))).toEqual([
      expect.stringContaining('on a HTTPRoute to which'),
    ]);
    expect(told('WS206', gateway('', { service: TIMEOUT }))).toEqual([
      expect.stringContaining('on a Service to which'),
    ]);
    expect(told('WS206', SERVED + web({ className: 'else', ingress: TIMEOUT, service: TIMEOUT }))).toEqual([]);
  });
});
