import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, valueAt } from '../manifest/field';
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
  return healthChecksOf(bundle).map((check) => ({
    check,
    services: entrances.filter((one) => decides(bundle, check, one)),
  }));
}

function decides(bundle: Bundle, { object }: HealthCheck, entrance: Entrance): boolean {
  const { route, service } = entrance;
  if (object === route || object === service) return true;
  if (object.kind === 'BackendConfig') {
    const binding = bindingOf(bundle, entrance);
    return binding.state === 'bound' && binding.config === object;
  }
  const { kind, name } = mappingOf(valueAt(object, ['spec', 'targetRef']));
  return kind === 'Service' && name === service.metadata.name && namespaceOf(object) === namespaceOf(service);
}
