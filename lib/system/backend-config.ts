import { annotationOf } from '../manifest/annotation';
import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, textOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { type Entrance, entrancesOf, gkeEntrancesOf } from './entrance';

/** The annotation that ties a Service to its BackendConfig; the older one is read where the newer is not there. */
export const BACKEND_CONFIG = 'cloud.google.com/backend-config';
const BETA_BACKEND_CONFIG = 'beta.cloud.google.com/backend-config';

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
    textOf(ports[String(port?.value.name)]) ?? textOf(ports[String(port?.value.port)]) ?? textOf(value.default);
  if (name === undefined) return { state: 'unmatched', annotation, text };
  const config = bundle.find('BackendConfig', namespaceOf(service), name);
  if (config !== undefined) return { state: 'bound', annotation, config };
  const other = bundle.ofKind('BackendConfig').find(({ metadata }) => metadata.name === name);
  return { state: 'dangling', annotation, name, elsewhere: other === undefined ? undefined : namespaceOf(other) };
}

/** A BackendConfig and the ways that lead through it. */
export interface BoundConfig {
  readonly config: Manifest;
  readonly entrances: readonly Entrance[];
}

/** BackendConfigs with the entrances that use them. */
export function boundConfigs(bundle: Bundle): readonly BoundConfig[] {
  return bundle.once(findBoundConfigs);
}

function findBoundConfigs(bundle: Bundle): readonly BoundConfig[] {
  const found = new Map<Manifest, Entrance[]>();
  for (const entrance of gkeEntrancesOf(bundle)) {
    const binding = bindingOf(bundle, entrance);
    if (binding.state !== 'bound') continue;
    const list = found.get(binding.config);
    if (list === undefined) found.set(binding.config, [entrance]);
    else list.push(entrance);
  }
  return [...found].map(([config, entrances]) => ({ config, entrances }));
}

/** The policies of the Gateway API that say what a BackendConfig says elsewhere. */
export function backendPolicies(bundle: Bundle): readonly BoundConfig[] {
  return bundle.once(findBackendPolicies);
}

/** The policy of one entrance. */
export function policyOf(bundle: Bundle, { service }: Entrance): Manifest | undefined {
  return bundle.once(policiesByService).get(service);
}

function findBackendPolicies(bundle: Bundle): readonly BoundConfig[] {
  const through = new Map<Manifest, Entrance[]>();
  for (const entrance of entrancesOf(bundle).filter(({ controller }) => controller.startsWith('gke-'))) {
    const list = through.get(entrance.service);
    if (list === undefined) through.set(entrance.service, [entrance]);
    else list.push(entrance);
  }
  return bundle.ofKind('GCPBackendPolicy').flatMap((policy) => {
    const { kind, name } = mappingOf(mappingOf(policy.spec).targetRef);
    const service = kind === 'Service' ? bundle.find('Service', namespaceOf(policy), String(name)) : undefined;
    const entrances = service === undefined ? undefined : through.get(service);
    return entrances === undefined ? [] : [{ config: policy, entrances }];
  });
}

function policiesByService(bundle: Bundle): ReadonlyMap<Manifest, Manifest> {
  return new Map(
    backendPolicies(bundle).flatMap(({ config, entrances }) =>
      entrances.map(({ service }) => [service, config] as const),
    ),
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
