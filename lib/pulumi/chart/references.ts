import { groupOf, type Manifest } from '../../manifest/manifest';

type Json = Readonly<Record<string, unknown>>;

/** What one object says about another: its kind and name, in the namespace of the one that says it. */
interface Reference {
  readonly kind: string;
  readonly name: string;
}

/** The objects of `all` that `manifest` names and that must exist before it does. */
export function referencesOf(manifest: Manifest, all: readonly Manifest[]): readonly Manifest[] {
  const { namespace } = manifest.metadata;
  const named = namedBy(manifest);
  return all.filter((other) => {
    if (other === manifest) return false;
    if (other.kind === 'Namespace') return other.metadata.name === namespace;
    if (other.kind === 'CustomResourceDefinition') return defines(other, manifest);
    return (
      (other.metadata.namespace === undefined || other.metadata.namespace === namespace) &&
      named.some((reference) => reference.kind === other.kind && reference.name === other.metadata.name)
    );
  });
}

/** The pod template of a workload. */
export function podTemplateOf(manifest: Manifest): Json | undefined {
  const spec = record(manifest.spec);
  const template = manifest.kind === 'CronJob' ? at(at(spec, 'jobTemplate'), 'spec').template : spec.template;
  return typeof template === 'object' && template !== null ? record(template) : undefined;
}

function defines(definition: Manifest, manifest: Manifest): boolean {
  const spec = record(definition.spec);
  return spec.group === groupOf(manifest) && at(spec, 'names').kind === manifest.kind;
}

function namedBy(manifest: Manifest): readonly Reference[] {
  const spec = record(manifest.spec);
  const annotations = manifest.metadata.annotations ?? {};
  const template = podTemplateOf(manifest);
  return [
    ...(template === undefined ? [] : podReferences(at(template, 'spec'))),
    ...(manifest.kind === 'StatefulSet' ? reference('Service', spec.serviceName) : []),
    ...(manifest.kind === 'HorizontalPodAutoscaler' ? typed(spec.scaleTargetRef) : []),
    ...(manifest.kind === 'Ingress' ? ingressReferences(spec, annotations) : []),
    ...(manifest.kind === 'Service' ? backendConfigs(annotations['cloud.google.com/backend-config']) : []),
    ...(manifest.kind.endsWith('Binding') ? typed(manifest.roleRef) : []),
    ...typed(spec.targetRef),
    ...list(spec.parentRefs).flatMap((parent) => typed({ kind: 'Gateway', ...parent })),
    ...list(spec.rules).flatMap((rule) =>
      list(rule.backendRefs).flatMap((backend) => typed({ kind: 'Service', ...backend })),
    ),
  ];
}

function podReferences(pod: Json): readonly Reference[] {
  const containers = [...list(pod.containers), ...list(pod.initContainers)];
  return [
    ...reference('ServiceAccount', pod.serviceAccountName),
    ...list(pod.imagePullSecrets).flatMap((secret) => reference('Secret', secret.name)),
    ...list(pod.volumes).flatMap((volume) => [
      ...reference('ConfigMap', at(volume, 'configMap').name),
      ...reference('Secret', at(volume, 'secret').secretName),
      ...reference('PersistentVolumeClaim', at(volume, 'persistentVolumeClaim').claimName),
    ]),
    ...containers.flatMap((container) =>
      [...list(container.envFrom), ...list(container.env).map((variable) => at(variable, 'valueFrom'))].flatMap(
        (source) => [
          ...reference('ConfigMap', at(source, 'configMapRef').name),
          ...reference('ConfigMap', at(source, 'configMapKeyRef').name),
          ...reference('Secret', at(source, 'secretRef').name),
          ...reference('Secret', at(source, 'secretKeyRef').name),
        ],
      ),
    ),
  ];
}

function ingressReferences(spec: Json, annotations: Readonly<Record<string, string>>): readonly Reference[] {
  return [
    ...reference('Service', at(at(spec, 'defaultBackend'), 'service').name),
    ...list(spec.rules).flatMap((rule) =>
      list(at(rule, 'http').paths).flatMap((path) => reference('Service', at(at(path, 'backend'), 'service').name)),
    ),
    ...list(spec.tls).flatMap((tls) => reference('Secret', tls.secretName)),
    ...reference('FrontendConfig', annotations['networking.gke.io/v1beta1.FrontendConfig']),
    ...(annotations['networking.gke.io/managed-certificates'] ?? '')
      .split(',')
      .flatMap((name) => reference('ManagedCertificate', name.trim())),
  ];
}

/** The names in the annotation that binds BackendConfigs to a Service; what cannot be read binds nothing. */
function backendConfigs(annotation: string | undefined): readonly Reference[] {
  if (annotation === undefined) return [];
  try {
    const { default: fallback, ports } = record(JSON.parse(annotation));
    return [fallback, ...Object.values(record(ports))].flatMap((name) => reference('BackendConfig', name));
  } catch {
    return [];
  }
}

function typed(value: unknown): readonly Reference[] {
  const { kind, name } = record(value);
  return typeof kind === 'string' ? reference(kind, name) : [];
}

function reference(kind: string, name: unknown): readonly Reference[] {
  return typeof name === 'string' && name !== '' ? [{ kind, name }] : [];
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function at(value: Json, key: string): Json {
  return record(value[key]);
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
