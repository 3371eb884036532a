import { InvalidInputError, Problems } from '../../lib/input';
import { identityOf, type Manifest } from '../../lib/manifest';
import { autoscalerOf, awaitsLaterPods, rolloutOf } from '../../lib/pulumi/chart/await';
import { holdsData } from '../../lib/pulumi/chart/data-holders';
import { deploymentOrder } from '../../lib/pulumi/chart/deployment-order';
import { FIXED_FIELDS, fixedFieldsOf } from '../../lib/pulumi/chart/fixed-fields';
import { readManifests } from '../../lib/pulumi/chart/manifest-folder-reader';
import { resourceNameOf, typeTokenOf } from '../../lib/pulumi/chart/object-key';
import { referencesOf } from '../../lib/pulumi/chart/references';
import { checkReplacements, replacementsBetween } from '../../lib/pulumi/chart/replacement';
import type { KubernetesObject } from '../engine/stand-ins/cluster';
import { REPLACED_BY, replacedBy } from '../engine/stand-ins/replaced-by';

function object(apiVersion: string, kind: string, fields: object = {}, metadata: object = {}): Manifest {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', ...metadata }, ...fields };
}

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const labels = { app: 'web' };
const pods = (spec: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: 'web' }], ...spec } });
const statefulSet = object('apps/v1', 'StatefulSet', {
  spec: {
    replicas: 3,
    serviceName: 'web',
    selector: { matchLabels: labels },
    template: pods(),
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '10Gi' } } } }],
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
  },
});
const service = object('v1', 'Service', { spec: { selector: labels, ports: [{ port: 80 }] } });

describe('The type and the name of an object', () => {
  test.each([
    ['v1', 'Service', 'kubernetes:core/v1:Service'],
    ['apps/v1', 'StatefulSet', 'kubernetes:apps/v1:StatefulSet'],
    ['cloud.google.com/v1', 'BackendConfig', 'kubernetes:cloud.google.com/v1:BackendConfig'],
    ['networking.k8s.io/v1', 'Ingress', 'kubernetes:networking.k8s.io/v1:Ingress'],
  ])('of %s %s are those that Pulumi uses', (apiVersion, kind, token) => {
    expect(typeTokenOf(object(apiVersion, kind))).toBe(token);
  });

  test('tell objects of different namespaces apart', () => {
    expect(resourceNameOf('a', service)).toBe('a:shop/web');
    expect(resourceNameOf('a', namespace)).toBe('a:shop');
  });
});

describe('The order of deployment', () => {
  test('puts an object before the one that refers to it, even against the order of kinds', () => {
    const backend = object('cloud.google.com/v1', 'BackendConfig', {
      spec: { targetRef: { kind: 'Service', name: 'web' } },
    });
    expect(
      deploymentOrder([backend, service, namespace]).map((group) => group.map((manifest) => manifest.kind)),
    ).toEqual([['Namespace'], ['Service'], ['BackendConfig']]);
  });

  test('waits for what was declared, and everything behind it waits as well', () => {
    const custom = object('example.com/v1', 'Thing');
    const config = object('v1', 'ConfigMap');
    const order = deploymentOrder([statefulSet, config, custom], (manifest) => (manifest === config ? [custom] : []));
    expect(order.map((group) => group.map((manifest) => manifest.kind))).toEqual([
      ['Thing'],
      ['ConfigMap'],
      ['StatefulSet'],
    ]);
  });

  test('is the same whatever order the objects come in', () => {
    const all = [statefulSet, service, namespace, object('v1', 'ConfigMap'), object('v1', 'Secret')];
    expect(deploymentOrder([...all].reverse())).toEqual(deploymentOrder(all));
    expect(deploymentOrder(all).map((group) => group.map(identityOf))).toEqual([
      ['Namespace shop'],
      ['ConfigMap shop/web', 'Secret shop/web'],
      ['Service shop/web'],
      ['apps/StatefulSet shop/web'],
    ]);
  });

  test('fails with the whole circle when objects wait for each other', () => {
    const config = object('v1', 'ConfigMap');
    const circle = () =>
      deploymentOrder([config, service], (manifest) =>
        manifest === config ? [service] : manifest === service ? [config] : [],
      );
    expect(circle).toThrow(InvalidInputError);
    expect(circle).toThrow(
      'these objects wait for each other, so none can be made: ConfigMap shop/web → Service shop/web → ConfigMap shop/web; cut the circle',
    );
  });

  test.each<[string, Manifest, Manifest]>([
    ['the namespace it is in', service, namespace],
    ['the Service that gives pods their names', statefulSet, service],
    [
      'a ConfigMap that is mounted',
      object('apps/v1', 'Deployment', { spec: { template: pods({ volumes: [{ configMap: { name: 'web' } }] }) } }),
      object('v1', 'ConfigMap'),
    ],
    [
      'a Secret in the environment of a CronJob',
      object('batch/v1', 'CronJob', {
        spec: {
          jobTemplate: {
            spec: { template: pods({ containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'web' } } }] }] }) },
          },
        },
      }),
      object('v1', 'Secret'),
    ],
    [
      'the BackendConfig of a Service',
      object('v1', 'Service', {}, { annotations: { 'cloud.google.com/backend-config': '{"ports":{"http":"web"}}' } }),
      object('cloud.google.com/v1', 'BackendConfig'),
    ],
    [
      'the certificates of an Ingress',
      object(
        'networking.k8s.io/v1',
        'Ingress',
        {},
        { annotations: { 'networking.gke.io/managed-certificates': 'a, web' } },
      ),
      object('networking.gke.io/v1', 'ManagedCertificate'),
    ],
    [
      'the Gateway of a route',
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { parentRefs: [{ name: 'web' }] } }),
      object('gateway.networking.k8s.io/v1', 'Gateway'),
    ],
    [
      'the definition of its kind',
      object('example.com/v1', 'Thing'),
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'things.example.com' },
        spec: { group: 'example.com', names: { kind: 'Thing' } },
      },
    ],
  ])('knows that an object refers to %s', (_what, from, to) => {
    expect(referencesOf(from, [from, to])).toEqual([to]);
  });

  test('takes an object of the same name in another namespace for another object', () => {
    expect(referencesOf(statefulSet, [object('v1', 'Service', {}, { namespace: 'other' })])).toEqual([]);
  });
});

describe('Waiting', () => {
  const chat = (spec: object, container: object = {}) =>
    object('apps/v1', 'StatefulSet', {
      spec: { ...spec, template: pods({ terminationGracePeriodSeconds: 300, containers: [container] }) },
    });

  test('gives each pod its drain, its start, and the time to arrive', () => {
    const startupProbe = { periodSeconds: 5, failureThreshold: 12 };
    const readinessProbe = { initialDelaySeconds: 10, periodSeconds: 5, failureThreshold: 2 };
    const workload = chat({ replicas: 3, minReadySeconds: 30 }, { startupProbe, readinessProbe });
    // 300 s to drain, 60 + 20 s to start, 30 s to stay ready, 180 s to arrive; in whole minutes.
    expect(rolloutOf(workload, [])?.waitedSeconds).toBe(Math.ceil((3 * (300 + 80 + 30 + 180)) / 60) * 60);
  });

  test("is never shorter than Pulumi's own and never longer than a day", () => {
    expect(rolloutOf(chat({ replicas: 1 }), [])?.waitedSeconds).toBe(600);
    expect(rolloutOf(chat({ replicas: 1000 }), [])?.waitedSeconds).toBe(86_400);
  });

  test('counts as many pods as the autoscaler may make', () => {
    const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'web' }, maxReplicas: 10 },
    });
    expect(autoscalerOf(chat({}), [autoscaler])).toBe(autoscaler);
    expect(rolloutOf(chat({}), [autoscaler])?.waitedSeconds).toBe(4800);
    expect(autoscalerOf(service, [autoscaler])).toBeUndefined();
  });

  test('is left out for a Service and an Ingress whose pods come later, which would wait for each other', () => {
    const ingress = object('networking.k8s.io/v1', 'Ingress', {
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] },
    });
    const all = [service, ingress, statefulSet];
    expect(awaitsLaterPods(service, all)).toBe(true);
    expect(awaitsLaterPods(ingress, all)).toBe(true);
    expect(awaitsLaterPods(service, [service, ingress])).toBe(false);
    expect(awaitsLaterPods(ingress, [service, ingress])).toBe(false);
    expect(awaitsLaterPods(object('v1', 'Service', { spec: { clusterIP: 'None', selector: labels } }), all)).toBe(
      false,
    );
    expect(rolloutOf(service, all)).toBeUndefined();
  });
});

describe('Changes that replace', () => {
  const changed = (spec: object) =>
    ({ ...statefulSet, spec: { ...(statefulSet.spec as object), ...spec } }) as Manifest;

  test.each([
    ['spec.selector', { selector: { matchLabels: { app: 'other' } } }],
    ['spec.serviceName', { serviceName: 'other' }],
    ['spec.volumeClaimTemplates', { volumeClaimTemplates: [] }],
    ['spec.podManagementPolicy', { podManagementPolicy: 'Parallel' }],
    ['spec.revisionHistoryLimit', { revisionHistoryLimit: 3 }],
  ])('of a StatefulSet are found in %s', (field, spec) => {
    expect(replacementsBetween([statefulSet], [changed(spec)])).toEqual([
      { identity: 'apps/StatefulSet shop/web', fields: [field] },
    ]);
  });

  const apiVersions: Readonly<Record<string, string>> = { '': 'v1' };
  const kinds = [...new Set([...Object.keys(REPLACED_BY), ...Object.keys(FIXED_FIELDS), '/ConfigMap', '/Secret'])];
  test.each(kinds.flatMap((kind) => [[kind, false] as const, [kind, true] as const]))(
    'of %s are those by which the provider replaces, and no others (immutable: %s)',
    (key, immutable) => {
      const [group = '', kind = ''] = key.split('/');
      const made = object(apiVersions[group] ?? `${group}/v1`, kind, { immutable });
      const provider = replacedBy(made as KubernetesObject, { configMaps: true, secrets: true });
      expect([...fixedFieldsOf(made), 'metadata.name', 'metadata.namespace'].sort()).toEqual([...provider].sort());
    },
  );

  test('are not found in what can be changed in place, nor in the order of fields', () => {
    expect(replacementsBetween([statefulSet], [changed({ replicas: 5, template: pods({ hostname: 'a' }) })])).toEqual(
      [],
    );
    const reordered = changed(Object.fromEntries(Object.entries(statefulSet.spec as object).reverse()));
    expect(replacementsBetween([statefulSet], [reordered])).toEqual([]);
  });

  test('include a data holder that is gone or renamed, and not a Service that is', () => {
    const renamed = { ...statefulSet, metadata: { ...statefulSet.metadata, name: 'other' } };
    expect(replacementsBetween([statefulSet, service], [renamed])).toEqual([
      { identity: 'apps/StatefulSet shop/web', fields: [] },
    ]);
    const problems = new Problems();
    checkReplacements(problems, [statefulSet], []);
    expect(problems.found).toEqual([
      expect.stringMatching(/^apps\/StatefulSet shop\/web: is gone, or has another name/),
    ]);
  });

  test('are compared with a folder, and fails with a sentence for one that is not there or empty', () => {
    expect(() => readManifests('/nowhere')).toThrow(InvalidInputError);
    expect(() => readManifests(__dirname)).toThrow('holds no manifests; name the folder of one environment');
  });
});

test.each(['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'StatefulSet', 'CustomResourceDefinition'])(
  'A %s holds data',
  (kind) => expect(holdsData(object('v1', kind))).toBe(true),
);

test.each(['Deployment', 'Service', 'ConfigMap', 'Ingress'])('A %s holds no data', (kind) => {
  expect(holdsData(object('v1', kind))).toBe(false);
});
