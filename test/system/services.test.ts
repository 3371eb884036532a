import { loadTexts, type Manifest } from '../../lib/manifest';
import {
  bindingOf,
  boundConfigsOf,
  boundPoliciesOf,
  configMapsOf,
  containersOf,
  controllerOf,
  entrancesOf,
  environmentOf,
  jsonMapping,
  podSpecOf,
  policyOf,
  workloadsBehind,
} from '../../lib/system';
import { bundleOf, service } from './support';

describe('a Service', () => {
  const POD = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: {} } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: job, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: {} } }
`;
  test('leads to workloads with its labels, and to no job', () => {
    const bundle = bundleOf(service('{ selector: { app: web } }') + POD);
    expect(workloadsBehind(bundle, bundle.objects[0] as Manifest).map(({ kind }) => kind)).toEqual(['Deployment']);
    const none = bundleOf(service('{}') + POD);
    expect(workloadsBehind(none, none.objects[0] as Manifest)).toEqual([]);
  });

  const ROUTE = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { kubernetes.io/ingress.class: gce } }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`;
  const OUT = 'holdfast/websocket: "false"';
  test.each<[what: string, text: string, entrances: readonly (readonly string[])[]]>([
    ['a workload', service('{ selector: { app: web } }') + POD + ROUTE, [['web']]],
    ['nothing', service('{ selector: { app: other } }') + POD + ROUTE, [[]]],
    [
      'a workload that is plain HTTP',
      service('{ selector: { app: web } }') + POD.replace('shop }', `shop, annotations: { ${OUT} } }`) + ROUTE,
      [],
    ],
    ['a workload, and is plain HTTP', service('{ selector: { app: web } }', OUT) + POD + ROUTE, []],
    ['a workload, but is not there', POD.slice(4) + ROUTE, []],
  ])('in front of %s', (_what, text, entrances) => {
    const bundle = bundleOf(text);
    expect(entrancesOf(bundle).map(({ workloads }) => workloads.map(({ metadata }) => metadata.name))).toEqual(
      entrances,
    );
    expect(bundle.ofKind('Ingress').map((route) => controllerOf(bundle, route))).toEqual(['gce']);
  });

  const CONFIG = (name: string, namespace = 'shop') =>
    `---\napiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: ${name}, namespace: ${namespace} }\n`;
  const KEY = 'cloud.google.com/backend-config';
  const bound = (annotations: string, ...configs: readonly string[]) => {
    const bundle = bundleOf(service('{ ports: [{ name: http, port: 80 }] }', annotations) + configs.join(''));
    const [one] = bundle.objects as readonly [Manifest];
    const found = bindingOf(bundle, { service: one, port: { index: 0, value: { name: 'http', port: 80 } } });
    return found.state === 'bound' ? { ...found, config: found.config.metadata.name } : found;
  };

  test.each<[annotations: string, state: object]>([
    ['', { state: 'none' }],
    [`${KEY}: '{'`, { state: 'unreadable', annotation: KEY, text: '{' }],
    [`${KEY}: '[]'`, { state: 'unreadable' }],
    [`${KEY}: 'null'`, { state: 'unreadable' }],
    [`${KEY}: '"a"'`, { state: 'unreadable' }],
    [`${KEY}: '{}'`, { state: 'unreadable' }],
    [`${KEY}: '{"ports": {"other": "a"}}'`, { state: 'unmatched', annotation: KEY, text: '{"ports": {"other": "a"}}' }],
    [`${KEY}: '{"default": 3}'`, { state: 'unmatched' }],
    [`${KEY}: '{"default": "a"}'`, { state: 'bound', annotation: KEY, config: 'a' }],
    [`${KEY}: '{"ports": {"80": "a"}, "default": "b"}'`, { state: 'bound', config: 'a' }],
    [`${KEY}: '{"ports": {"80": "b", "http": "a"}, "default": "b"}'`, { state: 'bound', config: 'a' }],
    [`beta.${KEY}: '{"default": "a"}'`, { state: 'bound', annotation: `beta.${KEY}`, config: 'a' }],
    [`beta.${KEY}: '{"default": "b"}', ${KEY}: '{"default": "a"}'`, { state: 'bound', annotation: KEY, config: 'a' }],
    [`${KEY}: '{"default": "c"}'`, { state: 'dangling', annotation: KEY, name: 'c', elsewhere: undefined }],
    [`${KEY}: '{"default": "d"}'`, { state: 'dangling', name: 'd', elsewhere: 'other' }],
  ])('with annotations %s is bound so: %j', (annotations, state) => {
    expect(bound(annotations, CONFIG('a'), CONFIG('b'), CONFIG('d', 'other'), CONFIG('d', 'third'))).toMatchObject(
      state,
    );
  });

  test('is configured together with those that share its configuration', () => {
    const POLICY = (name: string, ref: string) =>
      `---\napiVersion: networking.gke.io/v1\nkind: GCPBackendPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { targetRef: { ${ref} } }\n`;
    const bundle = bundleOf(
      service('{ ports: [{ port: 80 }] }', `${KEY}: '{"default": "a"}'`) +
        `---\n${service('{ ports: [{ port: 80 }] }').replace('name: web', 'name: bare')}` +
        ROUTE +
        ROUTE.replace('name: web, namespace', 'name: other, namespace') +
        ROUTE.replaceAll('name: web', 'name: bare') +
        CONFIG('a') +
        POLICY('ours', 'kind: Service, name: bare') +
        POLICY('foreign', 'kind: ServiceImport, name: web') +
        POLICY('lost', 'kind: Service, name: gone'),
    );
    const shown = (found: ReturnType<typeof boundConfigsOf>) =>
      found.map(({ config, entrances }) => [config.metadata.name, entrances.map(({ route }) => route.metadata.name)]);
    const entrances = entrancesOf(bundle);
    expect(shown(boundConfigsOf(bundle, entrances))).toEqual([['a', ['web', 'other']]]);
    expect(shown(boundPoliciesOf(bundle, entrances))).toEqual([['ours', ['bare']]]);
    expect(bundle.ofKind('Service').map((one) => policyOf(bundle, one)?.metadata.name)).toEqual([undefined, 'ours']);
    expect(jsonMapping('{"a": 1}')).toEqual({ a: 1 });
    expect(['[]', 'null', '3', '{'].flatMap((text) => jsonMapping(text) ?? [])).toEqual([]);
  });
});

describe('a pod', () => {
  const bundle = loadTexts(
    new Map([
      [
        'pod.yaml',
        `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      initContainers: [{ name: once }, { name: proxy, restartPolicy: Always, volumeMounts: [{ name: parts }] }]
      containers:
        - name: app
          volumeMounts: [{ name: conf }, { name: gone }, { name: again }, null]
          env: [{ name: A, value: 1 }, { name: B, valueFrom: {} }, null, { name: C, value: c }]
        - {}
      volumes:
        - { name: conf, configMap: { name: a } }
        - { name: again, configMap: { name: a } }
        - { name: gone, configMap: { name: gone } }
        - { name: unused, configMap: { name: c } }
        - { name: parts, projected: { sources: [{ configMap: { name: b } }, { secret: { name: s } }, { configMap: { name: c } }] } }
${['a', 'b', 'c'].map((name) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\n`).join('')}`,
      ],
    ]),
  ).bundle;
  const [workload] = bundle.ofKind('Deployment') as readonly [Manifest];
  const containers = containersOf(workload);
  const [proxy, app] = containers as readonly [(typeof containers)[number], (typeof containers)[number]];

  test('has the containers that run for its whole life', () => {
    expect(containers.map(({ name, path, sidecar }) => [name, path.slice(3), sidecar])).toEqual([
      ['proxy', ['initContainers', 1], true],
      ['app', ['containers', 0], false],
      ['1', ['containers', 1], false],
    ]);
    expect(containersOf(structuredClone(workload))).toEqual(containers);
    expect(podSpecOf({ kind: 'Service' } as Manifest)).toEqual({});
  });

  test('mounts ConfigMaps whole and in parts, each once', () => {
    const names = (container: typeof app) =>
      configMapsOf(bundle, workload, container).map(({ metadata }) => metadata.name);
    expect([names(proxy), names(app)]).toEqual([['b', 'c'], ['a']]);
  });

  test('has variables, of which those that come from elsewhere have no value here', () => {
    const at = ['spec', 'template', 'spec', 'containers', 0, 'env'];
    expect(environmentOf(app, 'A')).toEqual({ value: '1', path: [...at, 0, 'value'] });
    expect(environmentOf(app, 'C')).toEqual({ value: 'c', path: [...at, 3, 'value'] });
    expect(['B', 'D'].map((name) => environmentOf(app, name))).toEqual([undefined, undefined]);
  });
});
