import { annotationOf } from '../../manifest/annotation';
import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { type BackendReference, HTTP_ROUTE, INGRESS, type RouteKind } from '../route';
import { goSecondsOrNever } from './duration';
import type { Affinity, Dialect, Platform, Setting } from './platform';
import { settingAt } from './setting';

const PREFIX = 'traefik.ingress.kubernetes.io/';
const STICKY = `${PREFIX}service.sticky.cookie`;

/** Traefik's own route. */
const INGRESS_ROUTE: RouteKind = {
  kind: 'IngressRoute',
  is: ({ apiVersion }) => /^traefik\.(io|containo\.us)\//.test(apiVersion),
  backends,
  classes: () => ['traefik'],
};

/** Traefik: entries of an IngressRoute, annotations of the Service elsewhere. The timeouts of its entry points are its own configuration, and end no WebSocket. */
const ENTRIES: Dialect = {
  reader: 'Traefik',
  prefixes: [PREFIX],
  kinds: ['ServersTransport', 'Middleware'],
  healthCheckKinds: [],
  translations: {
    affinity: 'traefik.ingress.kubernetes.io/service.sticky.cookie: "true" of the Service',
    'proxy-read-timeout': 'nothing: it ends no WebSocket because of silence',
    'proxy-send-timeout': 'nothing: it ends no WebSocket because of silence',
    'websocket-services': 'nothing: upgrades need no switch',
  },
  settings: (bundle, name, entrances) =>
    entrances
      .filter(({ route }) => route.kind === 'IngressRoute')
      .flatMap((entrance) =>
        name === 'answer' ? answer(bundle, entrance) : name === 'affinityTtl' ? affinityTtl(entrance) : [],
      ),
  affinity: (_bundle, entrance) => affinity(entrance),
  healthChecks: () => [],
};

export const TRAEFIK: Platform = {
  kind: 'traefik',
  cloud: 'none',
  owns: { routes: [INGRESS_ROUTE, INGRESS, HTTP_ROUTE], classes: /traefik/, classIn: 'field' },
  dialect: ENTRIES,
};

function backends(route: Manifest): readonly BackendReference[] {
  return listOf(valueAt(route, ['spec', 'routes'])).flatMap((rule, i) => {
    const match = textOf(mappingOf(rule).match) ?? '';
    return listOf(mappingOf(rule).services).flatMap((entry, j) => {
      const { name, namespace, port, kind } = mappingOf(entry);
      if (typeof name !== 'string' || (kind !== undefined && kind !== 'Service')) return [];
      return [
        {
          from: route,
          path: ['spec', 'routes', i, 'services', j],
          service: name,
          namespace: textOf(namespace) ?? namespaceOf(route),
          port: numberOf(port) ?? textOf(port),
          hosts: argumentsOf('Host', match.replace(NEGATED, '')),
          paths: argumentsOf('Path(?:Prefix)?', match.replace(NEGATED, '')),
        },
      ];
    });
  });
}

/** What a rule says that it does not match: !PathPrefix(`/ws`), or !(…) around several. */
const NEGATED = /!\s*(?:\w+\([^()]*\)|\((?:[^()]|\([^()]*\))*\))/g;

/** What stands in a matcher of a rule: Host(`chat.example.com`, `chat.example.org`). */
function argumentsOf(matcher: string, rule: string): readonly string[] {
  return [...rule.matchAll(new RegExp(`\\b${matcher}\\(([^()]*)\\)`, 'g'))].flatMap(([, inside = '']) =>
    [...inside.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, text]) => text as string),
  );
}

function answer(bundle: Bundle, entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  const name = textOf(valueAt(route, [...reference.path, 'serversTransport']));
  const transport = name === undefined ? undefined : bundle.find('ServersTransport', namespaceOf(route), name);
  const path = ['spec', 'forwardingTimeouts', 'responseHeaderTimeout'];
  const text = valueAt(transport, path);
  if (transport === undefined || text === undefined) return [];
  // A bare number is seconds.
  const seconds = goSecondsOrNever(numberOf(text) === undefined ? text : `${text}s`);
  const value = (needed: number) => `${needed}s`;
  return settingAt({
    name: 'answer',
    object: transport,
    path,
    kind: 'traefik',
    entrances: [entrance],
    text,
    seconds,
    value,
  });
}

function affinityTtl(entrance: Entrance): readonly Setting[] {
  const path: FieldPath = [...entrance.reference.path, 'sticky', 'cookie', 'maxAge'];
  const text = valueAt(entrance.route, path);
  if (text === undefined) return [];
  return settingAt({
    name: 'affinityTtl',
    object: entrance.route,
    path,
    kind: 'traefik',
    entrances: [entrance],
    text,
    seconds: numberOf(text),
  });
}

function affinity({ route, reference, service }: Entrance): Affinity {
  if (route.kind === 'IngressRoute') {
    const path: FieldPath = [...reference.path, 'sticky', 'cookie'];
    const cookie = valueAt(route, path) !== undefined;
    // Rendezvous hashing of the client's address.
    const hashed = valueAt(route, [...reference.path, 'strategy']) === 'hrw';
    return {
      bound: cookie || hashed,
      object: route,
      path,
      words: cookie ? 'cookie of sticky' : hashed ? 'strategy hrw' : 'no sticky cookie',
      change: `give Service ${reference.service} sticky: { cookie: { httpOnly: true } }`,
      edits: [{ path, value: { httpOnly: true } }],
    };
  }
  if (route.kind === 'HTTPRoute') {
    return {
      bound: false,
      object: route,
      path: reference.path,
      words:
        annotationOf(service, STICKY) === undefined
          ? 'a Service, to which Traefik binds nobody from a route of the Gateway API'
          : 'service.sticky.cookie of the Service, which Traefik reads for an Ingress only',
      change: `lead to a TraefikService that leads to Service ${reference.service} with sticky: { cookie: {} }, or write an IngressRoute`,
      edits: [],
    };
  }
  const bound = annotationOf(service, STICKY) === 'true';
  const path = ['metadata', 'annotations', STICKY];
  return {
    bound,
    object: service,
    path,
    words: bound
      ? 'cookie of service.sticky.cookie'
      : annotationOf(route, STICKY) === undefined
        ? 'no sticky cookie'
        : `service.sticky.cookie on the ${route.kind}, where Traefik does not read it`,
    change: `annotate with ${STICKY}: "true"`,
    edits: [{ path, value: 'true' }],
  };
}
