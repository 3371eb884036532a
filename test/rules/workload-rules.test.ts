import { deriveTiming } from '../../lib/timing';
import { env, type Web, web } from '../system/support';
import { fixes, told } from './told';

const SERVED = '# assume: websocket\n';
const said = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));
const served = (of: Web = {}) => SERVED + web(of);
const object = (kind: string, spec: string, name = 'web') =>
  `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
const HPA = (spec: string) =>
  object('HorizontalPodAutoscaler', `{ scaleTargetRef: { kind: Deployment, name: web }, ${spec} }`);
const KEDA = (spec: string) => object('ScaledObject', `{ scaleTargetRef: { name: web }, ${spec} }`, 'keda');
const CARRIED = `holdfast/timing: '${JSON.stringify(deriveTiming())}'`;

describe('WS311: an autoscaler that takes pods away', () => {
  const AT_ONCE = 'not written, so all at once after 300 s';
  test.each<[down: string, said: string | undefined]>([
    ['{}', AT_ONCE],
    ['{ policies: [{ type: Pods, value: 1 }] }', undefined],
    ['{ policies: [{ type: Percent, value: 99 }] }', undefined],
    ['{ policies: [{ type: Percent, value: 100 }] }', '100 per cent at once'],
    ['{ policies: [{ type: Percent }] }', undefined],
    ['{ policies: [{ type: Pods, value: 100 }] }', undefined],
    ['{ policies: [{ type: Pods, value: 1 }, { type: Percent, value: 200 }] }', '200 per cent at once'],
    ['{ policies: [{ type: Pods, value: 1 }, { type: Percent, value: 200 }], selectPolicy: Min }', undefined],
    ['{ policies: [{ type: Percent, value: 200 }], selectPolicy: Min }', '200 per cent at once'],
    ['{ selectPolicy: Disabled }', undefined],
    ['{ stabilizationWindowSeconds: 600 }', 'a window of 600 s, then all at once'],
  ])('with %s', (down, expected) => {
    expect(said('WS311', served({ more: HPA(`behavior: { scaleDown: ${down} }`) }))).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  test('says nothing where there is none', () => {
    expect(said('WS311', served())).toEqual([]);
  });
});

describe('WS307: a rollout', () => {
  const rolling = (most: string, of: Web = {}) =>
    said(
      'WS307',
      served(of).replace(
        'selector: { matchLabels',
        `strategy: { rollingUpdate: { maxUnavailable: ${most} } }\n  selector: { matchLabels`,
      ),
    );
  test.each<[most: string, of: Web, said: string | undefined]>([
    ['0', { replicas: 8 }, undefined],
    ['1', { replicas: 2 }, '1: 1 of 2 pods at once'],
    ['1', { replicas: 1 }, undefined],
    ['3', { replicas: 9 }, '3: 3 of 9 pods at once'],
    ['50%', { replicas: 2 }, '50%: 1 of 2 pods at once'],
    ['50%', { replicas: 1, more: HPA('minReplicas: 1, maxReplicas: 6') }, '50%: 3 of 6 pods at once'],
    ['50%', { replicas: 1, more: KEDA('minReplicaCount: 1, maxReplicaCount: 6') }, '50%: 3 of 6 pods at once'],
    ['49%', { replicas: 1, more: HPA('minReplicas: 1, maxReplicas: 6') }, undefined],
    ['49%', { replicas: 1, more: HPA('minReplicas: 3, maxReplicas: 6') }, '49%: 1 of 3 pods at once'],
    ['100%', { replicas: 1, more: HPA('minReplicas: 1, maxReplicas: 6') }, '100%: 6 of 6 pods at once'],
    ['25%', { replicas: 3 }, undefined],
    ['25%', { replicas: 4 }, '25%: 1 of 4 pods at once'],
    ['x60%', { replicas: 1, more: HPA('minReplicas: 1, maxReplicas: 6') }, undefined],
    ['60%x', { replicas: 1, more: HPA('minReplicas: 1, maxReplicas: 6') }, undefined],
  ])('with maxUnavailable %s of %j', (most, of, expected) => {
    expect(rolling(most, of)).toEqual(expected === undefined ? [] : [expected]);
    expect(rolling(most, { ...of, kind: 'StatefulSet' })).toEqual([]);
  });

  test('is none where a disk goes from hand to hand, and where all pods go at once', () => {
    const disk: Web = {
      replicas: 4,
      pod: 'volumes: [{ name: a, persistentVolumeClaim: { claimName: a } }]',
      more: object('PersistentVolumeClaim', '{ accessModes: [ReadWriteOnce] }', 'a'),
    };
    expect(rolling('1', disk)).toEqual([]);
    expect(said('WS307', served({ replicas: 4 }))).toEqual(['not written, so 25%: 1 of 4 pods at once']);
    expect(
      said(
        'WS307',
        served({ replicas: 4 }).replace(
          'selector: { matchLabels',
          'strategy: { type: Recreate }\n  selector: { matchLabels',
        ),
      ),
    ).toEqual([]);
  });
});

describe('WS312: an autoscaler that looks at', () => {
  const cpu = '{ type: Resource, resource: { name: cpu } }';
  const memory = '{ type: Resource, resource: { name: memory } }';
  test.each<[metrics: string, said: string | undefined]>([
    ['', undefined],
    [cpu, 'processor time alone'],
    [memory, 'processor time and memory alone'],
    [`${cpu}, ${memory}`, 'processor time and memory alone'],
    [`${cpu}, { type: Pods, pods: { metric: { name: a } } }`, undefined],
    ['{ type: Resource, resource: { name: gpu-cpu } }', undefined],
    ['{ type: Resource, resource: { name: cpu-shares } }', undefined],
    ['{ type: ContainerResource, resource: { name: cpu } }', undefined],
  ])('"%s"', (metrics, expected) => {
    expect(said('WS312', served({ more: HPA(`metrics: [${metrics}]`) }))).toEqual(
      expected === undefined ? [] : [expected],
    );
    expect(said('WS312', served())).toEqual([]);
  });
});

test.each<[spec: string, replicas: number, said: readonly string[]]>([
  ['maxUnavailable: 0', 3, ['maxUnavailable 0']],
  ['maxUnavailable: "0"', 3, ['maxUnavailable 0']],
  ['maxUnavailable: 0%', 3, ['maxUnavailable 0%']],
  ['maxUnavailable: 1', 3, []],
  ['minAvailable: 2', 3, []],
  ['minAvailable: 3', 3, ['minAvailable 3 of 3 pods']],
  ['minAvailable: 100%', 3, ['minAvailable 100% of 3 pods']],
  ['minAvailable: 67%', 3, ['minAvailable 67% of 3 pods']],
  ['minAvailable: 66%', 3, []],
  ['minAvailable: 5%', 3, []],
  ['minAvailable: x100%', 3, []],
  ['minAvailable: 100%x', 3, []],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: filled in before anybody applies it.
  ['minAvailable: "${MIN}"', 3, []],
  ['minAvailable: 1', 0, []],
  ['minAvailable: 1', 1, ['minAvailable 1 of 1 pods']],
])('WS309: a budget with %s of %d pods', (spec, replicas, expected) => {
  const budget = object('PodDisruptionBudget', `{ selector: { matchLabels: { app: web } }, ${spec} }`);
  expect(said('WS309', served({ replicas, more: budget }))).toEqual(expected);
});

test.each<[value: string, fix: string | undefined]>([
  ['1000', undefined],
  ['25000', undefined],
  ['999', '999000'],
  ['25', '25000'],
  ['2.5', '2500'],
  ['1000.5', '25000'],
  ['1000x', '25000'],
  ['25s', '25000'],
  ['7s', '7000'],
  ['0', '25000'],
  ['-5', '25000'],
  ['soon', '25000'],
])('WS103: a heartbeat of "%s" ms', (value, fix) => {
  const text = served({ container: env({ SOCKET_HEARTBEAT_INTERVAL_MS: value }) });
  expect(said('WS103', text)).toEqual(fix === undefined ? [] : [`SOCKET_HEARTBEAT_INTERVAL_MS is "${value}"`]);
  expect(fixes('WS103', text)).toEqual(
    fix === undefined ? [] : [`set SOCKET_HEARTBEAT_INTERVAL_MS to milliseconds without a unit, such as "${fix}"`],
  );
});

describe('WS107: a pod that stops', () => {
  const sleep = (seconds: number) => `lifecycle: { preStop: { exec: { command: [sleep, "${seconds}"] } } }`;
  const NONE = 'container web has no preStop hook';
  const GCE: Web = { className: 'gce', ingress: 'kubernetes.io/ingress.class: gce' };
  test.each<[what: string, of: Web, said: readonly string[]]>([
    ['without a hook', {}, [NONE]],
    ['after 9 s', { container: sleep(9) }, ['container web waits 9 s']],
    ['after 10 s', { container: sleep(10) }, []],
    ['after 10 s behind Google’s balancer', { ...GCE, container: sleep(10) }, ['container web waits 10 s']],
    ['after 60 s behind Google’s balancer', { ...GCE, container: sleep(60) }, []],
    ['alone', { replicas: 1 }, []],
    ['with its timing', { workload: CARRIED }, []],
    ['after a script that nobody sees', { container: 'lifecycle: { preStop: { exec: { command: [/stop.sh] } } }' }, []],
    ['beside one without ports', { container: `${sleep(10)}\n        - { name: log, image: log }` }, []],
    [
      'beside one without ports that waits',
      { container: `${sleep(10)}\n        - { name: log, image: log, ${sleep(1)} }` },
      ['container log waits 1 s'],
    ],
    [
      'beside one with ports',
      { container: `${sleep(10)}\n        - { name: log, image: log, ports: [{ containerPort: 1 }] }` },
      ['container log has no preStop hook'],
    ],
  ])('%s', (_what, of, expected) => {
    expect(said('WS107', served(of))).toEqual(expected);
    expect(said('WS107', served(of).replace('selector: { app: web }', 'selector: { app: other }'))).toEqual([]);
  });

  test('behind two balancers waits for the slower one', () => {
    const both = web({ container: sleep(10) });
    const [route = ''] = both.split('---');
    const google = route.replace(
      'name: web, annotations: {',
      'name: google, annotations: { kubernetes.io/ingress.class: gce',
    );
    expect(said('WS107', `${SERVED}${both}---${google}`)).toEqual(['container web waits 10 s']);
  });
});

describe('WS306: readiness', () => {
  const without = (container: string) => served({ container }).replace(/readinessProbe: .*/, '');
  const probe = 'readinessProbe: { httpGet: { path: /, port: 1 } }';
  test.each<[what: string, text: string, path: string | undefined]>([
    ['of the container itself', served(), undefined],
    ['of nobody', without(''), 'containers[0]'],
    ['of another container', without(`\n        - { name: b, image: b, ${probe} }`), undefined],
    [
      'of nobody, where the second serves',
      without('\n        - { name: b, image: b, ports: [{ containerPort: 1 }] }').replace(
        'ports: [{ name: http, containerPort: 8080 }]',
        '',
      ),
      'containers[1]',
    ],
    [
      'of nobody, where none says that it serves',
      without('\n        - { name: b, image: b }').replace('ports: [{ name: http, containerPort: 8080 }]', ''),
      'containers[1]',
    ],
    [
      'of nobody, where no route leads',
      without('').replace('selector: { app: web }', 'selector: { app: other }'),
      undefined,
    ],
    ['of no container', served().replace(/containers:[\s\S]*/, 'containers: []\n'), undefined],
  ])('%s', (_what, text, path) => {
    expect(told('WS306', text)).toEqual(
      path === undefined ? [] : [`Deployment web: spec.template.spec.${path}.readinessProbe: no container has one`],
    );
  });
});

describe('WS313: a StatefulSet', () => {
  const set = (name: string, service: string, replicas = 2) =>
    `${object('StatefulSet', `{ ${name}, replicas: ${replicas}, template: { spec: {} } }`)}${service === '' ? '' : `---\n${service}`}`;
  const SERVICE = (ip: string, name = 'peers') => object('Service', `{ ${ip} }`, name);
  test.each<[text: string, said: string | undefined]>([
    [set('serviceName: peers', SERVICE('clusterIP: None')), undefined],
    [set('serviceName: peers', SERVICE('')), '"peers", which has a cluster IP'],
    [set('serviceName: peers', SERVICE('', 'other')), '"peers", which is not among these objects'],
    [set('serviceName: peers', ''), undefined],
    [set('serviceName: peers', SERVICE(''), 1), undefined],
    [set('serviceName: ""', SERVICE('', 'other')), undefined],
    [set('paused: true', SERVICE('', 'other')), undefined],
  ])('%s', (text, expected) => {
    expect(said('WS313', text)).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('WS323: a probe asks a port', () => {
  const probe = (name: string, port: string | number) => `${name}: { httpGet: { path: /, port: ${port} } }`;
  const asks = (probes: readonly string[], text = served) =>
    told('WS323', text({ container: '' }).replace(/readinessProbe: .*/, probes.join('\n          '))).map(
      (line) => /: (\w+ of \w+ asks \S+):/.exec(line)?.[1],
    );
  const plain = (of: Web = {}) => web(of);
  const alone = (of: Web = {}) => web(of).replace('selector: { app: web }', 'selector: { app: other }');
  test('that its container declares, by name or number', () => {
    expect(asks([probe('readinessProbe', 'http'), probe('livenessProbe', 8080)])).toEqual([]);
    expect(asks([probe('readinessProbe', 'web')])).toEqual(['readinessProbe of web asks web']);
    expect(asks([probe('readinessProbe', 'web')], plain)).toEqual(['readinessProbe of web asks web']);
    expect(asks([probe('readinessProbe', 'web')], alone)).toEqual([]);
    expect(asks(['readinessProbe: { exec: { command: [a] } }'])).toEqual([]);
  });

  test('that is undeclared, where several agree on it', () => {
    const one = ['readinessProbe of web asks 9090'];
    expect(asks([probe('readinessProbe', 9090)])).toEqual(one);
    expect(asks([probe('readinessProbe', 9090)], plain)).toEqual(one);
    const two = [probe('readinessProbe', 9090), probe('livenessProbe', 9090)];
    expect(asks(two)).toHaveLength(2);
    expect(asks(two, plain)).toEqual([]);
    expect(asks([probe('readinessProbe', 9090), probe('livenessProbe', 9091)], plain)).toHaveLength(2);
    const other = `${probe('readinessProbe', 9090)}\n        - { name: b, image: b, ${probe('livenessProbe', 9090)} }`;
    expect(asks([other], plain)).toHaveLength(2);
  });
});
