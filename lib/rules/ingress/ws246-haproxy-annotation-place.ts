import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { byRoute, entrancesOf } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { HAPROXY_PREFIX } from '../../system/platforms/haproxy';
import { KONG_PREFIX } from '../../system/platforms/kong';
import type { Observation, Rule } from '../rule';

/** Settings of all backends together, which stand in the ConfigMap that the controller runs with. */
const OF_THE_CONTROLLER = [
  'hard-stop-after',
  'http-connection-mode',
  'timeout-client',
  'timeout-client-fin',
  'timeout-connect',
  'timeout-http-keep-alive',
  'timeout-http-request',
  'timeout-queue',
  'timeout-server-fin',
  'timeout-tunnel',
] as const;

/** Settings of the backend, which all Ingresses of a Service share. */
const OF_THE_SERVICE = ['cookie-persistence', 'cookie-persistence-no-dynamic'] as const;

/** What Kong's controller reads of a Service only. */
const OF_KONGS_SERVICE = ['connect-timeout', 'read-timeout', 'write-timeout', 'upstream-policy'] as const;

export const ws246: Rule = {
  code: 'WS246',
  level: 'warning',
  title: 'settings of HAProxy’s and Kong’s controllers stand where these read them',
  story:
    'The Ingress says how long a WebSocket may be silent and that clients are bound to their pods. Neither is so, and the controller says nothing about it.',
  why: 'The controller takes timeout-tunnel and its like from its own ConfigMap only, for all backends, and the affinity cookie from the Service, whose backend all its Ingresses share. Kong’s takes timeouts and the hash from the Service as well. Elsewhere they are ignored.',
  fix: 'Write the cookie on the Service. For one Service, write the timeout in haproxy.org/backend-config-snippet; for all, in the ConfigMap of the controller.',
  source: 'https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    yield* ofKong(bundle);
    const entrances = entrancesOf(bundle).filter(({ controller }) => controller === 'haproxy');
    const services = new Set(entrances.map(({ service }) => service));
    const routes = new Map(entrances.map(({ route, service }) => [route, service]));
    for (const object of [...routes.keys(), ...services]) {
      for (const short of OF_THE_CONTROLLER) {
        const name = `${HAPROXY_PREFIX}${short}`;
        const value = annotationOf(object, name);
        if (value === undefined) continue;
        yield {
          object,
          path: ['metadata', 'annotations', name],
          actual: `${short} on ${object.kind === 'Ingress' ? 'an' : 'a'} ${object.kind}, where the controller does not read it`,
          expected: 'in the ConfigMap of the controller',
          fix:
            short === 'timeout-tunnel'
              ? `write timeout tunnel ${value} in ${HAPROXY_PREFIX}backend-config-snippet of the Service instead`
              : `remove it, and set ${short} in the ConfigMap of the controller`,
        };
      }
    }
    for (const [object, service] of routes) {
      for (const short of OF_THE_SERVICE) {
        const name = `${HAPROXY_PREFIX}${short}`;
        if (annotationOf(object, name) === undefined) continue;
        yield {
          object,
          path: ['metadata', 'annotations', name],
          actual: `${short} on an Ingress, where the controller does not read it`,
          expected: 'on the Service',
          fix: `move it to Service ${service.metadata.name}`,
        };
      }
    }
  },
};

/** @see https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/ */
function* ofKong(bundle: Bundle): Iterable<Observation> {
  const entrances = entrancesOf(bundle).filter(({ controller }) => controller === 'kong');
  for (const [route, through] of byRoute(entrances)) {
    const services = [...new Set(through.map(({ service }) => service.metadata.name))].join(', ');
    for (const short of OF_KONGS_SERVICE) {
      const name = `${KONG_PREFIX}${short}`;
      if (annotationOf(route, name) === undefined) continue;
      yield {
        object: route,
        path: ['metadata', 'annotations', name],
        actual: `${short} on an ${route.kind}, where the controller does not read it`,
        expected: 'on the Service',
        fix: `move it to Service ${services}`,
      };
    }
  }
}
