import { annotationOf } from '../manifest/annotation';
import { type Bundle, namespaceOf } from '../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt, wordsOf } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import type { Manifest } from '../manifest/manifest';
import type { Entrance } from './entrance';

/** The annotation that ties a Service to its BackendConfig; the older one is read where the newer is not there. */
export const BACKEND_CONFIG = 'cloud.google.com/backend-config';
export const BETA_BACKEND_CONFIG = 'beta.cloud.google.com/backend-config';

/** What the annotation of a Service says about one of its ports. */
export type Binding =
  | { readonly state: 'none' }
  | { readonly state: 'unreadable'; readonly annotation: string; readonly text: string }
  | { readonly state: 'unmatched'; readonly annotation: string; readonly text: string }
  | {
      readonly state: 'dangling';
      readonly annotation: string;
      readonly name: string;
      readonly elsewhere: string | undefined;
    }
  | { readonly state: 'bound'; readonly annotation: string; readonly config: Manifest };

/**
 * Follows the annotation in the controller's order: port name, port number, default.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/utils.go
 */
export function bindingOf(bundle: Bundle, { service, port }: Pick<Entrance, 'service' | 'port'>): Binding {
  const annotation = annotationOf(service, BACKEND_CONFIG) === undefined ? BETA_BACKEND_CONFIG : BACKEND_CONFIG;
  const text = annotationOf(service, annotation);
  if (text === undefined) return { state: 'none' };
  const value = jsonMapping(text);
  if (value === undefined || (value.default === undefined && value.ports === undefined)) {
    return { state: 'unreadable', annotation, text };
  }
  const ports = mappingOf(value.ports);
  const name =
    textOf(ports[wordsOf(port?.value.name)]) ?? textOf(ports[wordsOf(port?.value.port)]) ?? textOf(value.default);
  if (name === undefined) return { state: 'unmatched', annotation, text };
  const config = bundle.find('BackendConfig', namespaceOf(service), name);
  if (config !== undefined) return { state: 'bound', annotation, config };
  const other = bundle.once(configsByName).get(name);
  return { state: 'dangling', annotation, name, elsewhere: other === undefined ? undefined : namespaceOf(other) };
}

/** What configures the backends of some entrances. */
export interface BoundConfig {
  readonly config: Manifest;
  readonly entrances: readonly Entrance[];
}

/** The first of each name, in whatever namespace. */
function configsByName(bundle: Bundle): ReadonlyMap<string, Manifest> {
  return new Map([...bundle.ofKind('BackendConfig')].reverse().map((config) => [config.metadata.name, config]));
}

/** The BackendConfigs through which these entrances lead. */
export function boundConfigsOf(bundle: Bundle, entrances: readonly Entrance[]): readonly BoundConfig[] {
  return grouped(entrances, (entrance) => {
    const binding = bindingOf(bundle, entrance);
    return binding.state === 'bound' ? binding.config : undefined;
  });
}

/** The policies of the Gateway API that say for these entrances what a BackendConfig says elsewhere. */
export function boundPoliciesOf(bundle: Bundle, entrances: readonly Entrance[]): readonly BoundConfig[] {
  return grouped(entrances, ({ service }) => policyOf(bundle, service));
}

/** The GCPBackendPolicy that targets a Service. */
export function policyOf(bundle: Bundle, service: Manifest): Manifest | undefined {
  return bundle.once(backendPolicies).get(service);
}

/** The GCPTrafficDistributionPolicy that targets a Service. Where both say what binds clients, this one is heard. */
export function distributionOf(bundle: Bundle, service: Manifest): Manifest | undefined {
  return bundle.once(distributionPolicies).get(service);
}

function backendPolicies(bundle: Bundle): ReadonlyMap<Manifest, Manifest> {
  return byService(bundle, 'GCPBackendPolicy', (policy) => [valueAt(policy, ['spec', 'targetRef'])]);
}

function distributionPolicies(bundle: Bundle): ReadonlyMap<Manifest, Manifest> {
  return byService(bundle, 'GCPTrafficDistributionPolicy', (policy) => listOf(valueAt(policy, ['spec', 'targetRefs'])));
}

function byService(
  bundle: Bundle,
  policyKind: string,
  targetsOf: (policy: Manifest) => readonly unknown[],
): ReadonlyMap<Manifest, Manifest> {
  return new Map(
    bundle.ofKind(policyKind).flatMap((policy) =>
      targetsOf(policy).flatMap((target) => {
        const { kind, name } = mappingOf(target);
        const service = kind === 'Service' ? bundle.find('Service', namespaceOf(policy), wordsOf(name)) : undefined;
        return service === undefined ? [] : [[service, policy] as const];
      }),
    ),
  );
}

function grouped(
  entrances: readonly Entrance[],
  configOf: (entrance: Entrance) => Manifest | undefined,
): readonly BoundConfig[] {
  return [...groupedBy(entrances, configOf)].flatMap(([config, through]) =>
    config === undefined ? [] : [{ config, entrances: through }],
  );
}

/** JSON that must be a mapping. */
export function jsonMapping(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? mappingOf(value) : undefined;
  } catch {
    return undefined;
  }
}
