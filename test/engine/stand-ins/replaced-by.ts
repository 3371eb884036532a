import type { KubernetesObject } from './cluster';

const SELECTOR = ['spec.selector'];
const ROLE_REF = ['roleRef'];

/**
 * Fields by which the provider replaces, by group and kind, as its `forceNew` lists them; the same in every version that a cluster still serves.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/94977969d64112b04e19945818a7d5d5f38f631d/provider/pkg/provider/diff.go
 */
export const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'apps/DaemonSet': SELECTOR,
  'apps/Deployment': SELECTOR,
  'apps/StatefulSet': [
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
  ],
  'batch/Job': ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ROLE_REF,
  'rbac.authorization.k8s.io/RoleBinding': ROLE_REF,
  'storage.k8s.io/StorageClass': ['parameters', 'provisioner'],
  '/PersistentVolume': [
    'spec.awsElasticBlockStore',
    'spec.azureDisk',
    'spec.azureFile',
    'spec.cephfs',
    'spec.cinder',
    'spec.csi',
    'spec.fc',
    'spec.flexVolume',
    'spec.flocker',
    'spec.gcePersistentDisk',
    'spec.glusterfs',
    'spec.hostPath',
    'spec.iscsi',
    'spec.local',
    'spec.nfs',
    'spec.photonPersistentDisk',
    'spec.portworxVolume',
    'spec.quobyte',
    'spec.rbd',
    'spec.scaleIO',
    'spec.storageos',
    'spec.vsphereVolume',
  ],
  '/PersistentVolumeClaim': ['spec.accessModes', 'spec.selector', 'spec.storageClassName', 'spec.volumeName'],
  '/Pod': [
    'spec.affinity',
    'spec.automountServiceAccountToken',
    // Nearly every field of each of them.
    'spec.containers',
    'spec.dnsConfig',
    'spec.dnsPolicy',
    'spec.enableServiceLinks',
    'spec.hostAliases',
    'spec.hostIPC',
    'spec.hostNetwork',
    'spec.hostPID',
    'spec.hostname',
    'spec.imagePullSecrets',
    'spec.initContainers',
    'spec.nodeName',
    'spec.nodeSelector',
    'spec.overhead',
    'spec.preemptionPolicy',
    'spec.priority',
    'spec.priorityClassName',
    'spec.readinessGates',
    'spec.restartPolicy',
    'spec.runtimeClassName',
    'spec.schedulerName',
    'spec.securityContext',
    'spec.serviceAccount',
    'spec.serviceAccountName',
    'spec.shareProcessNamespace',
    'spec.subdomain',
    'spec.terminationGracePeriodSeconds',
    'spec.volumes',
  ],
  '/ResourceQuota': ['spec.scopes'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP'],
};

/** What the provider cannot change of an object, when it may change ConfigMaps and Secrets that are not immutable, or may not. */
export function replacedBy(
  object: KubernetesObject,
  mutable: { readonly configMaps: boolean; readonly secrets: boolean },
): readonly string[] {
  const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] as string) : '';
  const is = (kind: string) => group === '' && object.kind === kind;
  const fixed = object.immutable === true;
  return [
    'metadata.name',
    'metadata.namespace',
    ...(REPLACED_BY[`${group}/${object.kind}`] ?? []),
    ...(is('Secret') && (fixed || !mutable.secrets) ? ['data', 'stringData'] : []),
    ...(is('ConfigMap') && (fixed || !mutable.configMaps) ? ['binaryData', 'data'] : []),
  ];
}
