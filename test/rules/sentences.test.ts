import { check } from '../../lib/rules';
import { movesInRollout } from '../../lib/system';
import { type Web, web } from '../system/support';

const NGINX = 'nginx.ingress.kubernetes.io';

test('a system says in one sentence what happens to its connections', () => {
  const text = web({ paths: ['/socket.io/'], replicas: 3, ingress: `${NGINX}/proxy-read-timeout: "120"` });
  expect(check(text).systems).toEqual([
    'A connection to web.example.com lives as long as its pod; it survives silence of 120 s, because nginx.ingress.kubernetes.io/proxy-read-timeout of Ingress web says 120 s; it is silent for 25 s at a time; ' +
      'a rollout of Deployment web moves every client 1.4 times in 3 steps.',
  ]);
});

test('the classic balancer of Google says an age, and what is not written is said', () => {
  const text = `${web({ className: 'gce', paths: ['/ws'], service: `cloud.google.com/backend-config: '{"default": "web"}'`, ingress: 'kubernetes.io/ingress.class: gce', more: 'apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: web }\nspec: { timeoutSec: 3600 }\n' }).replace('  ingressClassName: gce\n', '')}`;
  expect(check(text).systems[0]).toMatch(
    /^A connection to web\.example\.com lives at most 60 min, because spec\.timeoutSec of BackendConfig web says 3600 s; /,
  );
  expect(check(web({ paths: ['/ws'] })).systems[0]).toContain('of Ingress web is not written');
});

describe('the default counts where nothing says otherwise', () => {
  const onGke = (of: Web) =>
    web({ className: 'gce', paths: ['/ws'], ingress: 'kubernetes.io/ingress.class: gce', ...of }).replace(
      '  ingressClassName: gce\n',
      '',
    );

  test('without a BackendConfig', () => {
    expect(check(onGke({})).systems[0]).toMatch(
      /^A connection to web\.example\.com lives at most 30 s, because BackendConfig spec\.timeoutSec for Service web is not written; /,
    );
  });

  test('with a BackendConfig for a port that nobody uses', () => {
    const named = onGke({ service: `cloud.google.com/backend-config: '{"ports": {"81": "web"}}'` });
    expect(check(named).systems[0]).toMatch(
      / lives at most 30 s, because BackendConfig spec\.timeoutSec for Service web /,
    );
  });

  test('and not with one that was not read', () => {
    const named = onGke({ service: `cloud.google.com/backend-config: '{"default": "web"}'` });
    expect(check(named).systems[0]).toMatch(/ lives at most 24 h, because the classic Application Load Balancer/);
  });

  test.each([
    [
      'gke-l7-gxlb',
      'lives at most 30 s, because GCPBackendPolicy spec.default.timeoutSec for Service web is not written; ',
    ],
    [
      'gke-l7-rilb',
      'lives as long as its pod; it survives silence of 30 s, because GCPBackendPolicy spec.default.timeoutSec for Service web is not written; ',
    ],
  ])('without a policy behind %s', (gatewayClass, said) => {
    const [, ...site] = web().split('---\n');
    const text = `${site.join('---\n')}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: ${gatewayClass}, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: edge }], hostnames: [web.example.com], rules: [{ matches: [{ path: { value: /ws } }], backendRefs: [{ name: web, port: 80 }] }] }
`;
    expect(check(text).systems[0]).toContain(`A connection to web.example.com ${said}`);
  });
});

describe('several Services behind one Ingress of GKE', () => {
  const GKE = 'kubernetes.io/ingress.class: gce';
  const path = (name: string, at: string) =>
    `          - { path: ${at}, pathType: ImplementationSpecific, backend: { service: { name: ${name}, port: { number: 80 } } } }`;
  const service = (name: string, config: string) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, annotations: { cloud.google.com/neg: '{"ingress": true}'${config} } }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 60
      containers: [{ name: app, image: 'registry.example.com/${name}', ports: [{ containerPort: 8080 }] }]
`;
  const config = (name: string, seconds: number, more = '') => `
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: ${name} }
spec:
  timeoutSec: ${seconds}
  connectionDraining: { drainingTimeoutSec: 60 }
  healthCheck: { requestPath: /health }
  logging: { enable: true, sampleRate: 0.1 }
  ${more}
`;
  const named = (name: string) => `, cloud.google.com/backend-config: '{"default": "${name}"}'`;
  const text = [
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: edge, annotations: { ${GKE} } }
spec:
  rules:
    - host: app.example.com
      http:
        paths:
${[path('chat', '/socket.io/*'), path('feed', '/ws/*'), path('web', '/*')].join('\n')}
`,
    service('chat', named('chat')),
    service('feed', named('feed')),
    service('web', named('web')),
    config('chat', 86_400, 'sessionAffinity: { affinityType: GENERATED_COOKIE, affinityCookieTtlSec: 43200 }'),
    config('feed', 60),
    config('web', 30),
  ].join('---');

  test('have a sentence each, at the path that leads there', () => {
    expect(check(text).systems.map((one) => one.replace(/; .*/, ''))).toEqual([
      'A connection to app.example.com/socket.io/ lives at most 24 h, because spec.timeoutSec of BackendConfig chat says 86400 s',
      'A connection to app.example.com/ws/ lives at most 60 s, because spec.timeoutSec of BackendConfig feed says 60 s',
    ]);
  });

  test('and each is judged by its own BackendConfig and evidence; what is plain HTTP beside them is told nothing', () => {
    const told = check(text).findings.map(({ code, kind, name, evidence }) => [
      code,
      `${kind} ${name}`,
      evidence?.reasons[0],
    ]);
    expect(told.filter(([code]) => code === 'WS113')).toEqual([['WS113', 'BackendConfig feed', 'path /ws/*']]);
    const image = told.filter(([code]) => code === 'WS315');
    expect(image).toEqual([
      ['WS315', 'Deployment chat', 'path /socket.io/*'],
      ['WS315', 'Deployment feed', 'path /ws/*'],
    ]);
    expect(told.filter(([, object]) => String(object).endsWith(' web'))).toEqual([]);
  });

  test('a BackendConfig that two of them share is judged by the one that holds connections', () => {
    const shared = text.replace(named('web'), named('feed'));
    const found = check(shared).findings.filter(({ name }) => name === 'web' || name === 'feed');
    expect(found.filter(({ code }) => code === 'WS113').map(({ name }) => name)).toEqual(['feed']);
    expect(found.filter(({ name }) => name === 'web')).toEqual([]);
  });
});

describe('behind Contour', () => {
  const proxied = (route: string, of: Web = {}) =>
    `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: chat }
spec:
  virtualhost: { fqdn: web.example.com }
  routes: [{ conditions: [{ prefix: /ws }], ${route} timeoutPolicy: { idle: 75s }, services: [{ name: web, port: 80 }] }]
---
${web(of).split('---').slice(1).join('---')}`;

  test.each(['', 'enableWebsockets: false,'])('no WebSocket opens with "%s", and none lives for any time', (route) => {
    expect(check(proxied(route)).systems).toEqual([
      'No WebSocket to web.example.com ever opens, because HTTPProxy chat has enableWebsockets not switched on.',
    ]);
  });

  test('clients of Socket.IO poll', () => {
    expect(check(proxied('').replace('/ws', '/socket.io/')).systems).toEqual([
      'No WebSocket to web.example.com ever opens, because HTTPProxy chat has enableWebsockets not switched on; clients that can poll stay on polling.',
    ]);
  });

  test('an Ingress lists the paths where they do', () => {
    const ingress = (listed: string) =>
      check(web({ className: 'contour', paths: ['/ws'], ingress: `projectcontour.io/websocket-routes: ${listed}` }))
        .systems;
    expect(ingress('/chat')).toEqual([
      'No WebSocket to web.example.com ever opens, because Ingress web has /ws not listed in projectcontour.io/websocket-routes.',
    ]);
    expect(ingress('/ws')[0]).toMatch(/^A connection to web\.example\.com lives /);
  });

  test('with the switch it lives as it did', () => {
    expect(check(proxied('enableWebsockets: true,')).systems[0]).toMatch(
      /^A connection to web\.example\.com lives as long as its pod; it survives silence of 75 s, /,
    );
  });

  test('a server of requests needs no switch', () => {
    const events = check(proxied('', { image: 'ghcr.io/dunglas/mercure:v0.16' }));
    expect(events.systems[0]).toMatch(/^A connection to /);
    expect(events.findings.map(({ code }) => code)).not.toContain('WS248');
  });
});

test('nothing is said of what nothing shows', () => {
  expect(check(web()).systems).toEqual([]);
});

test('whoever is moved to an old pod is moved again', () => {
  expect(movesInRollout(1, 1)).toBe(1);
  // The first of two is moved to the other one half of the time, and from there again; the second never.
  expect(movesInRollout(2, 1)).toBeCloseTo(1 + 0.5 * 0.5);
  expect(movesInRollout(3, 3)).toBe(1);
  expect(movesInRollout(100, 1)).toBeGreaterThan(movesInRollout(3, 1));
  // Nobody waits for ever for a number that somebody mistyped.
  expect(movesInRollout(1e300, 1)).toBeCloseTo(movesInRollout(400, 1), 2);
  expect(movesInRollout(1e300, 1e299)).toBeCloseTo(movesInRollout(400, 40), 2);
});
