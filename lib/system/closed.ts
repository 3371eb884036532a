import type { Bundle } from '../manifest/bundle';
import type { Entrance } from './entrance';
import { servedEntrances } from './evidence';
import { platformOf } from './platforms/all';
import type { Upgrades } from './platforms/platform';
import { recognized } from './servers/all';

/** What stays a request of HTTP for as long as it lasts. */
const REQUESTS = ['long polling', 'server-sent events'];

/** The entrances through which no WebSocket opens, because their proxy is not told to let upgrades through, with the switch that does. */
export function closedEntrances(bundle: Bundle): ReadonlyMap<Entrance, Upgrades> {
  return bundle.once(findClosed);
}

function findClosed(bundle: Bundle): ReadonlyMap<Entrance, Upgrades> {
  const found = new Map<Entrance, Upgrades>();
  for (const entrance of servedEntrances(bundle)) {
    const upgrades = platformOf(entrance.controller)?.dialect.upgrades?.(entrance);
    if (upgrades === undefined || upgrades.allowed) continue;
    if (entrance.workloads.some((one) => REQUESTS.includes(recognized(one)?.server.protocol ?? ''))) continue;
    found.set(entrance, upgrades);
  }
  return found;
}
