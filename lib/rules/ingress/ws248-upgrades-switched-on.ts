import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS, platformOf } from '../../system/platforms/all';
import { recognized } from '../../system/servers/all';
import type { Rule } from '../rule';

/** What stays a request of HTTP for as long as it lasts. */
const REQUESTS = ['long polling', 'server-sent events'];

export const ws248: Rule = {
  code: 'WS248',
  level: 'error',
  title: 'a proxy that asks for it is told to let upgrades through',
  story: 'No WebSocket ever opens. Clients stay on polling, and those that use WebSockets only never connect.',
  why: 'Contour lets upgrades through on the routes where they are switched on, and on no other.',
  fix: 'Set enableWebsockets on the route of an HTTPProxy, or list the path in projectcontour.io/websocket-routes of an Ingress.',
  source: 'https://projectcontour.io/docs/main/config/websockets/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      const upgrades = platformOf(entrance.controller)?.dialect.upgrades?.(entrance);
      if (upgrades === undefined || upgrades.allowed) continue;
      if (entrance.workloads.some((one) => REQUESTS.includes(recognized(one)?.server.protocol ?? ''))) continue;
      yield {
        object: upgrades.object,
        path: upgrades.path,
        actual: upgrades.words,
        expected: 'upgrades let through',
        fix: upgrades.change,
        suggestions: upgrades.edits,
      };
    }
  },
};
