import { wordsOf } from './field';

/** A Kubernetes object as plain data. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly [field: string]: unknown;
}

/** The part of the metadata that says which object this is. */
export interface ManifestMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The API group of an object; the core group is the empty string. */
export function groupOf(manifest: Manifest): string {
  const slash = manifest.apiVersion.indexOf('/');
  return slash === -1 ? '' : manifest.apiVersion.slice(0, slash);
}

/**
 * What makes an object one and the same for the API server: group, kind, namespace and name, without the version.
 *
 * @example identityOf(statefulSet) // 'apps/StatefulSet coditect-app/coditect-combined'
 */
export function identityOf(manifest: Manifest): string {
  const group = groupOf(manifest);
  const { namespace, name } = manifest.metadata;
  return `${group === '' ? '' : `${group}/`}${manifest.kind} ${namespace === undefined ? '' : `${wordsOf(namespace)}/`}${wordsOf(name)}`;
}

/**
 * Where each kind stands when a folder is applied. `kubectl apply -f` goes by file name, so the number is the file's prefix: what
 * others refer to comes first. Services and Ingresses come before pods because the readiness gate of a network endpoint group is put on a pod only
 * if they exist when it is created; policies come before pods so that none runs without them.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing#pod_readiness
 */
const APPLY_ORDER: Readonly<Record<string, number>> = {
  Namespace: 0,
  CustomResourceDefinition: 1,
  ServiceAccount: 10,
  ConfigMap: 10,
  Secret: 10,
  PersistentVolumeClaim: 10,
  Role: 11,
  ClusterRole: 11,
  RoleBinding: 12,
  ClusterRoleBinding: 12,
  NetworkPolicy: 20,
  PodDisruptionBudget: 20,
  BackendConfig: 30,
  FrontendConfig: 30,
  ManagedCertificate: 30,
  Service: 40,
  Gateway: 50,
  HTTPRoute: 51,
  Ingress: 50,
  Deployment: 70,
  StatefulSet: 70,
  DaemonSet: 70,
  Job: 70,
  CronJob: 70,
  HorizontalPodAutoscaler: 80,
};

/** For kinds that nothing else refers to, custom ones above all: after the network, before the pods. */
const UNKNOWN_KIND = 60;

/** The position of an object when its folder is applied, 0 to 99. */
export function applyOrderOf(manifest: Manifest): number {
  return APPLY_ORDER[manifest.kind] ?? UNKNOWN_KIND;
}
