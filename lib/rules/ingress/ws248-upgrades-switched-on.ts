import { closedEntrances } from '../../system/closed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

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
    for (const upgrades of closedEntrances(bundle).values()) {
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
