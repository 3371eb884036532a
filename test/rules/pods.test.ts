import { web } from '../system/support';
import { told } from './told';

/** The same web application behind Google's balancer. */
const google = (more: string, of: Parameters<typeof web>[0] = {}) =>
  web({ className: 'gce', ingress: 'kubernetes.io/ingress.class: gce', ...of, more });
const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web }\nspec: ${spec}\n`;

describe('WS319: a network policy', () => {
  const A = '130.211.0.0/22';
  const B = '35.191.0.0/16';
  const policy = (ingress: string, more = '') =>
    object(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      `{ podSelector: { matchLabels: { app: web } }, ${more} ingress: ${ingress} }`,
    );
  const from = (cidrs: readonly string[], more = '') =>
    `[{ from: [${cidrs.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`).join(', ')}], ${more} }]`;
  const BOTH = `does not admit ${A} and ${B}`;
  const PORT = `${BOTH} on port 8080, http`;

  test.each<[what: string, text: string, said: string | undefined]>([
    ['admits both', policy(from([A, B])), undefined],
    ['admits one', policy(from([A])), `does not admit ${B}`],
    ['admits the other', policy(from([B])), `does not admit ${A}`],
    ['admits the world', policy(from(['0.0.0.0/0'])), undefined],
    ['admits wider ranges', policy(from(['130.211.0.0/16', '35.0.0.0/8'])), undefined],
    ['admits narrower ranges', policy(from(['130.211.0.0/23', '35.191.0.0/17'])), BOTH],
    ['admits the ranges beside', policy(from(['130.211.4.0/22', '35.190.0.0/16'])), BOTH],
    ['admits one address', policy(from(['130.211.0.0', '35.191.0.0'])), BOTH],
    ['admits nobody', policy('[]'), BOTH],
    ['admits pods', policy('[{ from: [{ podSelector: {} }] }]'), BOTH],
    ['admits whoever it is', policy('[{}]'), undefined],
    ['admits an empty list, which is everybody', policy('[{ from: [] }]'), undefined],
    [
      'excepts a part',
      policy(`[{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [35.191.7.0/24] } }] }]`),
      `does not admit ${B}`,
    ],
    [
      'excepts more',
      policy(`[{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [35.0.0.0/8] } }] }]`),
      `does not admit ${B}`,
    ],
    ['excepts others', policy(`[{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }]`), undefined],
    ['is about egress', policy('[]', 'policyTypes: [Egress],'), undefined],
    ['is about both', policy('[]', 'policyTypes: [Egress, Ingress],'), BOTH],
    ['opens the port', policy(from([A, B], 'ports: [{ port: 8080 }]')), undefined],
    ['opens the port by name', policy(from([A, B], 'ports: [{ port: http }]')), undefined],
    ['opens another port', policy(from([A, B], 'ports: [{ port: 8081 }]')), PORT],
    ['opens another by name', policy(from([A, B], 'ports: [{ port: https }]')), PORT],
    ['opens a range that ends at it', policy(from([A, B], 'ports: [{ port: 8000, endPort: 8080 }]')), undefined],
    ['opens a range that begins at it', policy(from([A, B], 'ports: [{ port: 8080, endPort: 8090 }]')), undefined],
    ['opens a range below', policy(from([A, B], 'ports: [{ port: 8000, endPort: 8079 }]')), PORT],
    ['opens a range above', policy(from([A, B], 'ports: [{ port: 8081, endPort: 8090 }]')), PORT],
    ['opens every port', policy(from([A, B], 'ports: [{ protocol: TCP }]')), undefined],
    ['names no port', policy(from([A, B], 'ports: []')), undefined],
    ['opens the port to all', policy('[{ ports: [{ port: 8080 }] }]'), undefined],
    ['opens another port to all', policy('[{ ports: [{ port: 8081 }] }]'), PORT],
  ])('that %s', (_what, text, said) => {
    expect(told('WS319', google(text))).toEqual(said === undefined ? [] : [`NetworkPolicy web: spec.ingress: ${said}`]);
    // Behind another balancer the ranges are somebody else's, and a proxy of the cluster is a pod.
    const admitsNobody = said === PORT || (said === BOTH && /ingress: \[\]/.test(text));
    expect(told('WS319', web({ more: text }))).toEqual(
      admitsNobody ? ['NetworkPolicy web: spec.ingress: admits nobody on port 8080, http'] : [],
    );
  });

  const PODS = '[{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }]';
  test.each<[className: string, ingress: string]>([
    ['alb', 'alb.ingress.kubernetes.io/target-type: ip'],
    ['alb', 'alb.ingress.kubernetes.io/target-type: instance'],
    ['azure-application-gateway', ''],
  ])('behind %s (%s) has to let addresses in', (className, ingress) => {
    const said = (rules: string) => told('WS319', web({ className, ingress, more: policy(rules) }));
    expect(said(PODS)).toEqual(['NetworkPolicy web: spec.ingress: admits pods only on port 8080, http']);
    expect(said('[]')).toEqual(['NetworkPolicy web: spec.ingress: admits nobody on port 8080, http']);
    expect(said(from(['10.0.0.0/16'], 'ports: [{ port: 9090 }]'))).toEqual([
      'NetworkPolicy web: spec.ingress: admits nobody on port 8080, http',
    ]);
    // Which addresses the balancer has is not known here.
    expect(said(from(['10.0.0.0/16']))).toEqual([]);
    expect(said('[{ from: [] }]')).toEqual([]);
    expect(said('[{ ports: [{ port: http }] }]')).toEqual([]);
  });

  test('behind a balancer of the Service has to let addresses in', () => {
    const nlb = (rules: string) =>
      told(
        'WS319',
        web({
          service: 'service.beta.kubernetes.io/aws-load-balancer-type: external',
          port: 'name: http, targetPort: http',
          more: policy(rules),
        }).replace('spec:\n  selector: { app: web }', 'spec:\n  type: LoadBalancer\n  selector: { app: web }'),
      );
    expect(nlb(PODS)).toEqual(['NetworkPolicy web: spec.ingress: admits pods only on port 8080, http']);
    expect(nlb(from(['0.0.0.0/0']))).toEqual([]);
  });

  test.each(['nginx', 'traefik', 'unheard-of'])('behind %s may let in nobody but pods', (className) => {
    expect(told('WS319', web({ className, more: policy(PODS) }))).toEqual([]);
    expect(told('WS319', web({ className, more: policy('[]') }))).toHaveLength(1);
  });

  test('is read with its expressions', () => {
    const other = (expression: string) =>
      `---\n${policy('[{}]').replace('name: web', 'name: other').replace('matchLabels: { app: web }', `matchExpressions: [${expression}]`)}`;
    const beside = (expression: string) => told('WS319', google(policy('[]') + other(expression))).length;
    expect(beside('{ key: app, operator: In, values: [web, api] }')).toBe(0);
    expect(beside('{ key: app, operator: In, values: [api] }')).toBe(1);
    expect(beside('{ key: app, operator: NotIn, values: [api] }')).toBe(0);
    expect(beside('{ key: app, operator: NotIn, values: [web] }')).toBe(1);
    expect(beside('{ key: app, operator: Exists }')).toBe(0);
    expect(beside('{ key: tier, operator: Exists }')).toBe(1);
    expect(beside('{ key: tier, operator: DoesNotExist }')).toBe(0);
    expect(beside('{ key: app, operator: DoesNotExist }')).toBe(1);
    // Both have to be met.
    const narrowed = policy('[]').replace(
      'app: web }',
      'app: web }, matchExpressions: [{ key: tier, operator: Exists }]',
    );
    expect(told('WS319', google(narrowed))).toEqual([]);
  });

  test.each(['cilium.io/v2, CiliumNetworkPolicy', 'policy.networking.k8s.io/v1alpha1, AdminNetworkPolicy'])(
    'is not judged beside one of %s, which may let in what it does not',
    (other) => {
      const [apiVersion, kind] = other.split(', ') as [string, string];
      expect(told('WS319', google(`${policy('[]')}---\n${object(apiVersion, kind, '{}')}`))).toEqual([]);
    },
  );

  test('has no say over pods with the network of the node', () => {
    expect(told('WS319', google(policy('[]'), { pod: 'hostNetwork: true' }))).toEqual([]);
  });

  test('is not alone: another one for the same pods may let them in', () => {
    const other = `---\n${policy('[{}]').replace('name: web', 'name: other')}`;
    expect(told('WS319', google(policy('[]') + other))).toEqual([]);
    const elsewhere = other.replace('app: web', 'app: other');
    expect(told('WS319', google(policy('[]') + elsewhere))).toEqual([`NetworkPolicy web: spec.ingress: ${BOTH}`]);
  });
});

describe('WS322: an autoscaler', () => {
  const CONF = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { nginx.conf: "worker_processes 1; events { worker_connections 200; } http { server { location / { proxy_pass http://127.0.0.1:1; } } }" }
`;
  const said = (scaler: string) =>
    told(
      'WS322',
      `# assume: websocket\n${web({
        image: 'nginx:1.27',
        pod: 'volumes: [{ name: conf, configMap: { name: conf } }]',
        container: 'volumeMounts: [{ name: conf, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf }]',
        more: scaler + CONF,
      })}`,
    ).map((line) => line.slice(line.indexOf('spec.'), line.indexOf(' connections for')));
  const hpa = (metrics: string) =>
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      `{ scaleTargetRef: { kind: Deployment, name: web }, metrics: [${metrics}] }`,
    );
  const keda = (triggers: string) =>
    object('keda.sh/v1alpha1', 'ScaledObject', `{ scaleTargetRef: { name: web }, triggers: [${triggers}] }`);
  const pods = (value: unknown, name = 'socket_connections') =>
    hpa(`{ type: Pods, pods: { metric: { name: ${name} }, target: { averageValue: ${value} } } }`);
  const AT = (source: string, i = 0) => `spec.metrics[${i}].${source}.target.averageValue`;
  const THRESHOLD = 'spec.triggers[0].metadata.threshold';

  test.each<[scaler: string, said: readonly string[]]>([
    [pods('"1k"'), [`${AT('pods')}: 1k`]],
    [pods(1000), [`${AT('pods')}: 1000`]],
    [pods(10), []],
    [pods('[1000]'), []],
    [pods(1000, 'cpu'), []],
    [pods(1000, 'active_sessions'), [`${AT('pods')}: 1000`]],
    [pods(1000, 'Clients'), [`${AT('pods')}: 1000`]],
    [hpa('{ type: Pods, pods: { target: { averageValue: 1000 } } }'), []],
    [
      hpa(
        '{ type: Resource }, { type: External, external: { metric: { name: connections }, target: { averageValue: 1000 } } }',
      ),
      [`${AT('external', 1)}: 1000`],
    ],
    [
      hpa('{ type: Object, object: { metric: { name: connections }, target: { averageValue: 1000 } } }'),
      [`${AT('object')}: 1000`],
    ],
    [hpa('{ type: Resource, resource: { metric: { name: connections }, target: { averageValue: 1000 } } }'), []],
    [hpa('{ type: Pods, object: { metric: { name: connections }, target: { averageValue: 1000 } } }'), []],
    [keda('{ metadata: { metricName: connections, threshold: "1000" } }'), [`${THRESHOLD}: 1000`]],
    [keda('{ metadata: { query: sum(connections), threshold: "1000" } }'), [`${THRESHOLD}: 1000`]],
    [keda('{ metricType: AverageValue, metadata: { query: connections, threshold: "1000" } }'), [`${THRESHOLD}: 1000`]],
    [keda('{ metricType: Value, metadata: { query: connections, threshold: "1000" } }'), []],
    [keda('{ metadata: { query: cpu, threshold: "1000" } }'), []],
    [keda('{ metadata: { query: connections } }'), []],
  ])('%s', (scaler, expected) => {
    expect(said(scaler)).toEqual(expected);
  });
});
