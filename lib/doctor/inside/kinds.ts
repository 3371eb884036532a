/** A kind of objects that the doctor reads. Secrets are not among them. */
export interface KindToRead {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** A kind of an extension: asked for only where the API server has its group. */
  readonly extension?: true;
}

const core = (kind: string, resource: string): KindToRead => ({ kind, group: '', version: 'v1', resource });
const of = (group: string, version: string, kind: string, resource: string): KindToRead => ({
  kind,
  group,
  version,
  resource,
});
const extension = (group: string, version: string, kind: string, resource: string): KindToRead => ({
  ...of(group, version, kind, resource),
  extension: true,
});

/** Everything that the way of a connection is made of, in the order of the way. */
export const KINDS_TO_READ: readonly KindToRead[] = [
  of('networking.k8s.io', 'v1', 'Ingress', 'ingresses'),
  core('Service', 'services'),
  of('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices'),
  core('Pod', 'pods'),
  of('apps', 'v1', 'Deployment', 'deployments'),
  of('apps', 'v1', 'StatefulSet', 'statefulsets'),
  of('apps', 'v1', 'ReplicaSet', 'replicasets'),
  of('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  of('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  of('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies'),
  core('ConfigMap', 'configmaps'),
  core('Event', 'events'),
  extension('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'),
  extension('gateway.networking.k8s.io', 'v1', 'Gateway', 'gateways'),
  extension('cloud.google.com', 'v1', 'BackendConfig', 'backendconfigs'),
  extension('networking.gke.io', 'v1beta1', 'FrontendConfig', 'frontendconfigs'),
  extension('networking.gke.io', 'v1', 'ManagedCertificate', 'managedcertificates'),
  extension('networking.gke.io', 'v1', 'HealthCheckPolicy', 'healthcheckpolicies'),
  extension('networking.gke.io', 'v1', 'GCPBackendPolicy', 'gcpbackendpolicies'),
];

export function apiVersionOf({ group, version }: KindToRead): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Where the objects of a kind are listed. */
export function listPath(kind: KindToRead, namespace: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  return `${root}/namespaces/${namespace}/${kind.resource}`;
}

/** Where an object of a kind that is read stands; `undefined` for other kinds. */
export function objectPath(kind: string, namespace: string, name: string): string | undefined {
  const found = KINDS_TO_READ.find((one) => one.kind === kind);
  return found === undefined ? undefined : `${listPath(found, namespace)}/${name}`;
}
