import type { Bundle } from '../manifest/bundle';
import { mappingOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { type BoundConfig, boundConfigsOf } from './backend-binding';
import type { Controller, Entrance } from './entrance';
import { entrancesThrough } from './entrances';
import { servedEntrances } from './evidence';
import { platformOf } from './platforms/all';
import { BACKEND_CONFIGS } from './platforms/gke-ingress';

/** Does this controller read BackendConfigs? */
export function isGkeIngress(controller: Controller): boolean {
  return platformOf(controller)?.dialect === BACKEND_CONFIGS;
}

/** Entrances through the balancers that read BackendConfig. */
export function gkeEntrancesOf(bundle: Bundle): readonly Entrance[] {
  return entrancesThrough(bundle, BACKEND_CONFIGS);
}

/** BackendConfigs with the entrances that use them. */
export function boundConfigs(bundle: Bundle): readonly BoundConfig[] {
  return bundle.once(findBoundConfigs);
}

function findBoundConfigs(bundle: Bundle): readonly BoundConfig[] {
  return boundConfigsOf(bundle, gkeEntrancesOf(bundle));
}

/** Those through which long connections come, with the entrances of these. */
export function servedConfigs(bundle: Bundle): readonly BoundConfig[] {
  return bundle.once(findServedConfigs);
}

function findServedConfigs(bundle: Bundle): readonly BoundConfig[] {
  return boundConfigsOf(
    bundle,
    servedEntrances(bundle).filter(({ controller }) => isGkeIngress(controller)),
  );
}

/** A block of a BackendConfig. */
export function blockOf(config: Manifest, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  return mappingOf(valueAt(config, ['spec', ...path]));
}
