import type { Bundle } from '../manifest/bundle';
import type { Entrance } from './entrance';
import { entrancesThrough } from './entrances';
import { DIALECTS, platformOf } from './platforms/all';
import type { Affinity, HealthCheck, Setting, SettingName } from './platforms/platform';

/** Where every balancer in the bundle is told `name`. */
export function settingsOf(bundle: Bundle, name: SettingName): readonly Setting[] {
  return bundle.once(SETTINGS[name]);
}

const SETTINGS: Readonly<Record<SettingName, (bundle: Bundle) => readonly Setting[]>> = {
  timeout: (bundle) => findSettings(bundle, 'timeout'),
  lifetime: (bundle) => findSettings(bundle, 'lifetime'),
  answer: (bundle) => findSettings(bundle, 'answer'),
  drain: (bundle) => findSettings(bundle, 'drain'),
  affinityTtl: (bundle) => findSettings(bundle, 'affinityTtl'),
};

function findSettings(bundle: Bundle, name: SettingName): readonly Setting[] {
  return DIALECTS.flatMap((dialect) => dialect.settings(bundle, name, entrancesThrough(bundle, dialect)));
}

/** What binds clients to pods behind an entrance; `undefined` where the controller is not known, or what would say so is missing as a whole. */
export function affinityOf(bundle: Bundle, entrance: Entrance): Affinity | undefined {
  return platformOf(entrance.controller)?.dialect.affinity(bundle, entrance);
}

/** Every health check that is written for a balancer. */
export function healthChecksOf(bundle: Bundle): readonly HealthCheck[] {
  return DIALECTS.flatMap((dialect) => dialect.healthChecks(bundle));
}
