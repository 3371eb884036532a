import { createHash } from 'node:crypto';
import { groupOf, identityOf, type Manifest } from '../../manifest/manifest';
import { holdsData } from './data-holders';

/** Sources of a volume, none of which can be changed. */
const VOLUME_SOURCES = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'csi',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'glusterfs',
  'hostPath',
  'iscsi',
  'local',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
].map((source) => `spec.${source}`);

/** A pod is its specification; what is left out cannot be changed by anybody. */
const POD_FIELDS = [
  'affinity',
  'automountServiceAccountToken',
  'containers',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostname',
  'imagePullSecrets',
  'initContainers',
  'nodeName',
  'nodeSelector',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'readinessGates',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'shareProcessNamespace',
  'subdomain',
  'terminationGracePeriodSeconds',
  'volumes',
].map((field) => `spec.${field}`);

/**
 * Fields that Pulumi cannot change, by group and kind: it deletes the object, with everything that belongs to it, and makes it again. `kubectl apply` refuses the same change.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
 */
export const FIXED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'apps/StatefulSet': [
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
  ],
  'apps/Deployment': ['spec.selector'],
  'apps/DaemonSet': ['spec.selector'],
  'batch/Job': ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'storage.k8s.io/StorageClass': ['parameters', 'provisioner'],
  '/PersistentVolume': VOLUME_SOURCES,
  '/PersistentVolumeClaim': ['spec.accessModes', 'spec.selector', 'spec.storageClassName', 'spec.volumeName'],
  '/Pod': POD_FIELDS,
  '/ResourceQuota': ['spec.scopes'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP'],
};

/** What `immutable: true` fixes besides. */
export const FIXED_BY_IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  '/ConfigMap': ['binaryData', 'data'],
  '/Secret': ['data', 'stringData'],
};

/** The fields of an object that cannot be changed without deleting it first. */
export function fixedFieldsOf(manifest: Manifest): readonly string[] {
  const kind = `${groupOf(manifest)}/${manifest.kind}`;
  const immutable = manifest.immutable === true ? (FIXED_BY_IMMUTABLE[kind] ?? []) : [];
  return [...(FIXED_FIELDS[kind] ?? []), ...immutable];
}

/** Fingerprints of what cannot be changed, by identity and field: enough to see a change, and nothing that anybody could read. */
export type Fingerprints = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The fingerprints of every object that has such fields, or holds data. */
export function fingerprintsOf(manifests: readonly Manifest[]): Fingerprints {
  return Object.fromEntries(
    manifests
      .filter((manifest) => fixedFieldsOf(manifest).length > 0 || holdsData(manifest))
      .map((manifest): readonly [string, Readonly<Record<string, string>>] => [
        identityOf(manifest),
        Object.fromEntries(fixedFieldsOf(manifest).map((field) => [field, fingerprint(valueAt(manifest, field))])),
      ])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** Twelve characters: two different values share them once in 10^14. */
function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12);
}

/** JSON that does not depend on the order of fields. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = fields.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function valueAt(manifest: Manifest, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
      manifest,
    );
}
