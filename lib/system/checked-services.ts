import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { bindingOf } from './backend-binding';
import type { Entrance } from './entrance';
import type { HealthCheck } from './platforms/platform';
import { healthChecksOf } from './settings';

/** A health check with the ways whose pods it decides about. */
export interface Checked {
  readonly check: HealthCheck;
  readonly services: readonly Entrance[];
}

/** Which of these entrances each health check is for: by the object that it stands in, the annotation of the Service, or the target of a policy. */
export function checkedServices(bundle: Bundle, entrances: readonly Entrance[]): readonly Checked[] {
  // Asked from the side of the entrances, once: to try every check on every one of them takes the square of their number.
  const deciding = new Map<Manifest | string, Set<Entrance>>();
  const add = (by: Manifest | string, entrance: Entrance) => {
    const known = deciding.get(by);
    if (known === undefined) deciding.set(by, new Set([entrance]));
    else known.add(entrance);
  };
  for (const entrance of entrances) {
    const { route, service } = entrance;
    add(route, entrance);
    add(service, entrance);
    add(nameIn(namespaceOf(service), service.metadata.name), entrance);
    const binding = bindingOf(bundle, entrance);
    if (binding.state === 'bound') add(binding.config, entrance);
  }
  return healthChecksOf(bundle).map((check) => ({
    check,
    services: [...(deciding.get(check.object) ?? deciding.get(targetOf(check.object)) ?? [])],
  }));
}

/** The Service that a policy is for; empty where it is for none. */
function targetOf(object: Manifest): string {
  const { kind, name } = mappingOf(valueAt(object, ['spec', 'targetRef']));
  return object.kind !== 'BackendConfig' && kind === 'Service' ? nameIn(namespaceOf(object), name) : '';
}

function nameIn(namespace: string, name: unknown): string {
  return typeof name === 'string' ? `${namespace}/${name}` : '';
}
