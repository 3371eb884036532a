import { annotationOf } from '../../manifest/annotation';
import { namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { type BackendReference, INGRESS, type RouteKind } from '../route';
import { goSeconds } from './duration';
import type { Dialect, Platform, Setting, Upgrades } from './platform';
import { settingAt } from './setting';

const PREFIX = 'projectcontour.io/';
const RESPONSE = `${PREFIX}response-timeout`;

/** Contour's own route. */
const HTTP_PROXY: RouteKind = {
  kind: 'HTTPProxy',
  is: ({ apiVersion }) => apiVersion.startsWith(PREFIX),
  backends,
  classes: () => ['contour'],
};

/** Contour: fields of a route; an Ingress takes a few of them as annotations. */
const CONTOUR_ROUTES: Dialect = {
  reader: 'Contour',
  prefixes: [PREFIX],
  kinds: [],
  healthCheckKinds: ['HTTPProxy'],
  translations: {
    'proxy-read-timeout': 'timeoutPolicy.idle of an HTTPProxy',
    affinity: 'loadBalancerPolicy.strategy: Cookie of an HTTPProxy',
    'websocket-services': 'projectcontour.io/websocket-routes, with paths instead of Services',
  },
  settings: (_bundle, name, entrances) =>
    entrances.flatMap((entrance) => (name === 'timeout' ? idle(entrance) : name === 'answer' ? answer(entrance) : [])),
  affinity: (_bundle, { route, reference }) => {
    const path = [...routeOf(reference.path), 'loadBalancerPolicy', 'strategy'];
    const strategy = route.kind === 'HTTPProxy' ? textOf(valueAt(route, path)) : undefined;
    const bound = strategy === 'Cookie' || strategy === 'RequestHash';
    return {
      bound,
      object: route,
      path: route.kind === 'HTTPProxy' ? path : ['spec'],
      words:
        strategy === undefined ? 'no load balancing strategy' : strategy === 'Cookie' ? 'cookie of Contour' : strategy,
      change:
        route.kind === 'HTTPProxy'
          ? 'set loadBalancerPolicy.strategy to Cookie'
          : 'write it as an HTTPProxy, with loadBalancerPolicy.strategy: Cookie; an Ingress has no such field',
      edits: route.kind === 'HTTPProxy' ? [{ path, value: 'Cookie' }] : [],
    };
  },
  upgrades,
  healthChecks: (bundle) =>
    bundle.ofKind('HTTPProxy').flatMap((object) =>
      listOf(valueAt(object, ['spec', 'routes'])).flatMap((route, i) => {
        const text = textOf(valueAt(route, ['healthCheckPolicy', 'path']));
        if (text === undefined) return [];
        const path = ['spec', 'routes', i, 'healthCheckPolicy', 'path'];
        return [{ object, asks: [{ path, text }], schedule: undefined }];
      }),
    ),
};

export const CONTOUR: Platform = {
  kind: 'contour',
  cloud: 'none',
  owns: { routes: [HTTP_PROXY, INGRESS], classes: /contour/, classIn: 'field' },
  dialect: CONTOUR_ROUTES,
};

/** Contour switches upgrades on for each route; on an Ingress, for the paths that an annotation lists. */
function upgrades({ route, reference }: Entrance): Upgrades {
  if (route.kind === 'HTTPProxy') {
    const path = [...routeOf(reference.path), 'enableWebsockets'];
    const allowed = valueAt(route, path) === true;
    const words = `enableWebsockets ${allowed ? 'true' : 'not switched on'}`;
    return {
      allowed,
      object: route,
      path,
      words,
      change: 'set enableWebsockets to true',
      edits: [{ path, value: true }],
    };
  }
  const name = `${PREFIX}websocket-routes`;
  const listed = (annotationOf(route, name) ?? '').split(',').map((one) => one.trim());
  const missing = (reference.paths.length === 0 ? ['/'] : reference.paths).filter((one) => !listed.includes(one));
  const all = [...listed.filter((one) => one !== ''), ...missing].join(',');
  return {
    allowed: missing.length === 0,
    object: route,
    path: ['metadata', 'annotations', name],
    words: missing.length === 0 ? `annotation ${name}` : `${missing.join(', ')} not listed in ${name}`,
    change: `annotate with ${name}: "${all}"`,
    edits: [{ path: ['metadata', 'annotations', name], value: all }],
  };
}

/** The entry of `spec.routes` in which a Service is named. */
function routeOf(path: FieldPath): FieldPath {
  return path.slice(0, 3);
}

function backends(proxy: Manifest): readonly BackendReference[] {
  const host = textOf(valueAt(proxy, ['spec', 'virtualhost', 'fqdn']));
  return listOf(valueAt(proxy, ['spec', 'routes'])).flatMap((route, i) =>
    listOf(mappingOf(route).services).flatMap((entry, j) => {
      const { name, port, mirror } = mappingOf(entry);
      if (typeof name !== 'string' || mirror === true) return [];
      return [
        {
          from: proxy,
          path: ['spec', 'routes', i, 'services', j],
          service: name,
          namespace: namespaceOf(proxy),
          port: numberOf(port),
          hosts: host === undefined ? [] : [host],
          paths: listOf(mappingOf(route).conditions).flatMap((condition) => {
            const { prefix, exact } = mappingOf(condition);
            return textOf(prefix) ?? textOf(exact) ?? [];
          }),
        },
      ];
    }),
  );
}

/** "infinity" is none, and nothing is the default. */
function secondsIn(text: unknown): number | undefined {
  return text === 'infinity' ? Number.POSITIVE_INFINITY : goSeconds(text);
}

function written(text: unknown): Pick<Parameters<typeof settingAt>[0], 'text' | 'seconds'> {
  const seconds = secondsIn(text);
  return seconds === 0 ? { text: undefined, seconds: undefined } : { text, seconds };
}

function idle(entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  const proxy = route.kind === 'HTTPProxy';
  const path = proxy ? [...routeOf(reference.path), 'timeoutPolicy', 'idle'] : ['spec'];
  return settingAt({
    name: 'timeout',
    object: route,
    path,
    kind: 'contour',
    entrances: [entrance],
    ...written(proxy ? valueAt(route, path) : undefined),
    change: (seconds) =>
      proxy
        ? `set timeoutPolicy.idle to ${seconds}s`
        : `write it as an HTTPProxy, with timeoutPolicy.idle: ${seconds}s`,
    value: proxy ? (seconds) => `${seconds}s` : undefined,
  });
}

function answer(entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  const proxy = route.kind === 'HTTPProxy';
  const path = proxy
    ? [...routeOf(reference.path), 'timeoutPolicy', 'response']
    : ['metadata', 'annotations', RESPONSE];
  return settingAt({
    name: 'answer',
    object: route,
    path,
    kind: 'contour',
    entrances: [entrance],
    ...written(valueAt(route, path)),
    change: (seconds) => `set ${proxy ? 'timeoutPolicy.response' : RESPONSE} to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}
