import { check } from '../../lib/rules';
import { type Evidence, evidenceOf } from '../../lib/system';
import { bundleOf, type Web, web } from './support';

function evidence(of: Web): Evidence {
  const bundle = bundleOf(web(of));
  const workload = bundle.ofKind(of.kind ?? 'Deployment')[0];
  if (workload === undefined) throw new Error('there is no workload');
  return evidenceOf(bundle, workload);
}

const NGINX = 'nginx.ingress.kubernetes.io';
const PROXY = `volumes: [{ name: conf, configMap: { name: conf } }]`;
const MOUNT = `volumeMounts: [{ name: conf, mountPath: /etc/nginx }]`;
const conf = (location: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { nginx.conf: "http { server { location / { ${location} } } }" }
`;

test.each<readonly [what: string, of: Web, reason: RegExp]>([
  ['an annotation', { workload: 'holdfast/websocket: "true"' }, /annotation holdfast\/websocket: "true"/],
  ['an annotation of its Service', { service: 'holdfast/websocket: "true"' }, /annotation holdfast\/websocket/],
  ['a variable', { container: 'env: [{ name: SOCKET_DRAIN_MS, value: "5000" }]' }, /variable SOCKET_DRAIN_MS/],
])('%s declares it', (_what, of, reason) => {
  const bundle = bundleOf(web(of));
  expect(check(web(of)).findings.some((finding) => finding.evidence?.tier === 'declared')).toBe(true);
  expect(
    check(web(of))
      .findings.flatMap((finding) => finding.evidence?.reasons ?? [])
      .join(),
  ).toMatch(reason);
  expect(bundle.objects).toHaveLength(3);
});

test.each<readonly [what: string, of: Web, reason: RegExp]>([
  ['an image', { image: 'docker.io/grafana/grafana:11.1.0' }, /image docker\.io\/grafana\/grafana:11\.1\.0 is Grafana/],
  ['an image of a mirror', { image: 'mirror.example.com:5000/hub/grafana/grafana@sha256:0123' }, /is Grafana/],
  ['a chart', { podLabels: 'app.kubernetes.io/name: mattermost-team-edition' }, /chart mattermost-team-edition/],
  ['a path of Socket.IO', { paths: ['/', '/socket.io/'] }, /^path \/socket\.io\/$/],
  ['a path with a regular expression', { paths: ['/chat/ws(/|$)(.*)'] }, /path \/chat\/ws/],
  ['a port by its name', { port: 'name: ws, targetPort: 8080' }, /port ws/],
  ['an application protocol', { port: 'name: app, targetPort: 8080, appProtocol: kubernetes.io/ws' }, /appProtocol/],
  ['affinity by cookie', { ingress: `${NGINX}/affinity: cookie` }, /affinity/],
  [
    'a timeout of an hour',
    { ingress: `${NGINX}/proxy-read-timeout: "3600"` },
    /timeout: 3600 s|proxy-read-timeout: 3600/,
  ],
  [
    'an annotation of another controller',
    { ingress: 'nginx.org/websocket-services: web' },
    /nginx\.org\/websocket-services/,
  ],
  ['a snippet', { ingress: `${NGINX}/configuration-snippet: "proxy_set_header Upgrade $http_upgrade;"` }, /Upgrade in/],
  ['a probe', { container: 'livenessProbe: { httpGet: { path: /socket.io/, port: http } }' }, /livenessProbe/],
  [
    'an nginx of its own',
    {
      pod: PROXY,
      container: MOUNT,
      more: conf('proxy_pass http://127.0.0.1:3000; proxy_set_header Upgrade $http_upgrade;'),
    },
    /location \/ of its nginx/,
  ],
])('%s shows it', (_what, of, reason) => {
  const found = evidence(of);
  expect(found.tier).toBe('shown');
  expect(found.reasons.some((one) => reason.test(one))).toBe(true);
});

test.each<readonly [what: string, of: Web]>([
  ['nothing', {}],
  ['a path that only begins so', { paths: ['/wsdl', '/cables', '/liveness'] }],
  ['a port of news', { port: 'name: news, targetPort: 8080' }],
  ['a timeout of two minutes', { ingress: `${NGINX}/proxy-read-timeout: "120"` }],
  ['a timeout for uploads', { ingress: `${NGINX}/proxy-read-timeout: "3600", ${NGINX}/proxy-body-size: "0"` }],
  ['an image that is only called like one', { image: 'example/grafana-dashboards:1' }],
  ['an image of a team that is called like one', { image: 'team/nats:1' }],
  ['the dashboard of a broker', { image: 'emqx/emqx:5', port: 'name: dashboard, targetPort: 18083' }],
  ['an nginx without upgrades', { pod: PROXY, container: MOUNT, more: conf('proxy_pass http://127.0.0.1:3000;') }],
  ['a switch that is off', { ingress: 'example.com/websocket: "false"' }],
  ['websocket-services of another Service', { ingress: 'nginx.org/websocket-services: chat' }],
])('%s leaves it unknown', (_what, of) => {
  expect(evidence(of)).toMatchObject({ tier: 'unknown', reasons: [] });
});

test('of several doors, the one with a path for connections is judged, and the other is not', () => {
  const text = `${web({ paths: ['/ws'] })}---
${web({ ingress: `${NGINX}/proxy-read-timeout: "5"` })
  .split('---')[0]
  ?.replace('name: web, annotations', 'name: rest, annotations')}`;
  expect(check(text).findings.filter(({ code }) => code === 'WS117')).toEqual([]);
});

describe('what is assumed', () => {
  const codes = (of: Web, is?: 'websocket' | 'http', object = '*/*') =>
    check(web(of), is === undefined ? {} : { assume: [{ object, is, said: `--assume ${is}` }] }).findings.map(
      ({ code }) => code,
    );

  test('decides for what nothing shows', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, 'http')).toEqual([]);
    expect(codes({}, 'websocket')).toContain('WS107');
    expect(codes({}, 'websocket', 'Deployment/web')).toContain('WS107');
    expect(codes({}, 'websocket', 'Deployment/other')).toEqual([]);
  });

  test('counts more than what is shown, and less than what is declared', () => {
    expect(codes({ paths: ['/ws'] })).toContain('WS107');
    expect(codes({ paths: ['/ws'] }, 'http')).toEqual([]);
    expect(codes({ workload: 'holdfast/websocket: "true"' }, 'http')).toContain('WS107');
    expect(codes({ workload: 'holdfast/websocket: "false"' }, 'websocket')).toEqual([]);
  });

  test('is printed as the reason', () => {
    const [finding] = check(web(), {
      assume: [{ object: '*/*', is: 'websocket', said: '--assume websocket' }],
    }).findings;
    expect(finding?.evidence).toMatchObject({ tier: 'declared', reasons: ['--assume websocket'] });
  });
});

test('what binds clients carries the reasons, wherever it stands', () => {
  const { findings } = check(`${web({ paths: [], replicas: 3 }).replace(/apiVersion: networking[\s\S]*?---\n/, '')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web.example.com], gateways: [edge], http: [{ match: [{ uri: { prefix: /socket.io } }], route: [{ destination: { host: web } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } } }
`);
  expect(findings.find(({ code }) => code === 'WS226')).toMatchObject({
    kind: 'DestinationRule',
    evidence: { tier: 'shown', reasons: ['path /socket.io'] },
  });
});

test('an autoscaler carries the reasons of the workload that it scales', () => {
  const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 9, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }
`;
  const { findings } = check(web({ paths: ['/socket.io/'], more: scaler }));
  expect(findings.find(({ code }) => code === 'WS312')).toMatchObject({
    evidence: { reasons: expect.arrayContaining(['path /socket.io/']) },
  });
});
