import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { Yaml } from '../ingress/support';
import { restrictedViolations, schemaErrors } from '../schemas/validate';
import { one, systemOf } from './support/system';

const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };

describe('labels that a workload has already', () => {
  const selector = { 'app.kubernetes.io/name': 'chat', tier: 'front' };
  const manifests = systemOf({ selector, labels: { team: 'a' }, proxy });

  test('select its pods wherever they are selected', () => {
    const workload = one(manifests, 'Deployment');
    expect(workload.spec.selector.matchLabels).toEqual(selector);
    expect(workload.spec.template.metadata.labels).toEqual({ ...selector, team: 'a' });
    for (const spread of workload.spec.template.spec.topologySpreadConstraints)
      expect(spread.labelSelector.matchLabels).toEqual(selector);
    expect(one(manifests, 'Service').spec.selector).toEqual(selector);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(selector);
    expect(one(manifests, 'NetworkPolicy').spec.podSelector.matchLabels).toEqual(selector);
    expect(JSON.stringify(manifests)).not.toContain('"app":');
  });

  test('and further ones select nothing, and are on everything that belongs to the server', () => {
    for (const kind of ['Deployment', 'ServiceAccount', 'ConfigMap', 'PodDisruptionBudget', 'NetworkPolicy'])
      expect([kind, one(manifests, kind).metadata.labels.team]).toEqual([kind, 'a']);
    for (const text of [
      JSON.stringify(one(manifests, 'Deployment').spec.selector),
      JSON.stringify(one(manifests, 'Service')),
    ])
      expect(text).not.toContain('team');
  });

  test('but not in the template of claims, which cannot be changed', () => {
    const numbered = one(
      systemOf({ labels: { team: 'a' }, storage: { per: 'pod', mountPath: '/data', size: '20Gi' } }),
      'StatefulSet',
    );
    expect(numbered.spec.volumeClaimTemplates[0].metadata.labels).toEqual({ app: 'chat' });
    expect(numbered.spec.template.metadata.labels).toEqual({ app: 'chat', team: 'a' });
  });
});

test('annotations stand beside those that are written here', () => {
  const workload = one(
    systemOf({ annotations: { 'a.example/x': '1' }, podAnnotations: { 'b.example/y': '2' }, proxy }),
    'Deployment',
  );
  expect(Object.keys(workload.metadata.annotations).sort()).toEqual(['a.example/x', 'holdfast/timing']);
  expect(workload.spec.template.metadata.annotations).toEqual({
    'b.example/y': '2',
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'holdfast/config-hash': expect.stringMatching(/^[0-9a-f]{16}$/),
    'kubectl.kubernetes.io/default-container': 'chat',
  });
});

test('nodes, neighbours and priority are written as they are given, and the spread stays', () => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['a'] }] }],
      },
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'batch', clientIp: 'kept' } } },
      ],
    },
  };
  const tolerations = [{ key: 'pool', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }];
  const workload = one(
    systemOf({ nodeSelector: { pool: 'a' }, tolerations, affinity, priorityClassName: 'high' }),
    'Deployment',
  );
  expect(workload.spec.template.spec).toMatchObject({
    nodeSelector: { pool: 'a' },
    tolerations,
    affinity,
    priorityClassName: 'high',
  });
  expect(workload.spec.template.spec.topologySpreadConstraints).toHaveLength(2);
  expect(schemaErrors(workload, '1.28')).toEqual([]);
  expect(schemaErrors(workload, '1.37')).toEqual([]);
});

test('nothing of it is written where nothing is given', () => {
  const { spec } = one(systemOf({}), 'Deployment').spec.template;
  for (const field of ['nodeSelector', 'tolerations', 'affinity', 'priorityClassName', 'initContainers'])
    expect(spec).not.toHaveProperty(field);
});

describe('init containers', () => {
  const chart = new Chart(new App(), 'other');
  const migrate = new kplus.Container({
    name: 'migrate',
    image: 'chat-backend:1.4.2',
    command: ['node', 'migrate.js'],
  });
  const sidecar = { name: 'sql', image: 'sql-proxy:2.0.0', restartPolicy: 'Always' };

  test('run before nginx and the application, confined like everything here', () => {
    const { template } = one(systemOf({ initContainers: [migrate, sidecar], proxy }), 'Deployment').spec;
    expect(template.spec.initContainers.map(({ name }: Yaml) => name)).toEqual(['migrate', 'sql', 'nginx']);
    // A sidecar is stopped after the application by itself, and a hook would only hold the pod up.
    expect(template.spec.initContainers[1]).toMatchObject({ restartPolicy: 'Always' });
    expect(template.spec.initContainers[1]).not.toHaveProperty('lifecycle');
    expect(restrictedViolations(template)).toEqual([]);
    expect(chart.node.children).toEqual([]);
  });
});
