import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { type BackendReference, HTTP_ROUTE, INGRESS, type RouteKind } from '../route';
import { goSecondsOrNever } from './duration';
import { requestTimeout } from './http-route';
import type { Affinity, Dialect, Platform, Setting } from './platform';
import { settingAt } from './setting';

const isIstio = ({ apiVersion }: Manifest) => apiVersion.startsWith('networking.istio.io/');

/** Istio's own route. One that is bound to no gateway is for traffic between pods, and no entrance. */
const VIRTUAL_SERVICE: RouteKind = {
  kind: 'VirtualService',
  is: (object) => isIstio(object) && listOf(valueAt(object, ['spec', 'gateways'])).some((name) => name !== 'mesh'),
  backends,
  classes: () => ['istio'],
};

const COOKIE_TTL: FieldPath = ['loadBalancer', 'consistentHash', 'httpCookie', 'ttl'];
const TCP_IDLE: FieldPath = ['connectionPool', 'tcp', 'idleTimeout'];

/** Istio: the route, and DestinationRules for what it leads to. */
const RULES: Dialect = {
  reader: 'Istio',
  prefixes: [],
  kinds: ['DestinationRule'],
  healthCheckKinds: [],
  translations: {
    affinity: 'trafficPolicy.loadBalancer.consistentHash of a DestinationRule',
    'proxy-read-timeout': 'nothing: it ends no WebSocket because of silence',
    'websocket-services': 'nothing: upgrades need no switch',
  },
  settings: (bundle, name, entrances) =>
    entrances.flatMap((entrance) => {
      if (name === 'answer') return answer(entrance);
      if (name === 'affinityTtl') return ofPolicy(bundle, entrance, name, COOKIE_TTL, false);
      // Silence ends what goes through as TCP; streams of HTTP it does not.
      const tunnel = entrance.route.kind === 'VirtualService' && entrance.reference.path[1] !== 'http';
      return name === 'timeout' && tunnel ? ofPolicy(bundle, entrance, name, TCP_IDLE, true) : [];
    }),
  affinity,
  healthChecks: () => [],
};

export const ISTIO: Platform = {
  kind: 'istio',
  cloud: 'none',
  owns: { routes: [VIRTUAL_SERVICE, HTTP_ROUTE, INGRESS], classes: /^istio/, classIn: 'field' },
  dialect: RULES,
};

function backends(route: Manifest): readonly BackendReference[] {
  return (['http', 'tls', 'tcp'] as const).flatMap((part) =>
    listOf(valueAt(route, ['spec', part])).flatMap((rule, i) =>
      listOf(mappingOf(rule).route).flatMap((entry, j) => {
        const destination = mappingOf(mappingOf(entry).destination);
        const found = serviceNamed(textOf(destination.host), namespaceOf(route));
        if (found === undefined) return [];
        return [
          {
            from: route,
            path: ['spec', part, i, 'route', j, 'destination'],
            ...found,
            port: numberOf(valueAt(destination, ['port', 'number'])),
            hosts: listOf(valueAt(route, ['spec', 'hosts'])).map(wordsOf),
            paths: listOf(mappingOf(rule).match).flatMap((match) => {
              const { prefix, exact } = mappingOf(mappingOf(match).uri);
              return textOf(prefix) ?? textOf(exact) ?? [];
            }),
          },
        ];
      }),
    ),
  );
}

/** The Service that a host means: a name in the same namespace, or one in full. Others stand for what is outside of the cluster. */
function serviceNamed(
  host: string | undefined,
  namespace: string,
): { readonly service: string; readonly namespace: string } | undefined {
  const [, service, other] = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)?)?$/.exec(host ?? '') ?? [];
  return service === undefined ? undefined : { service, namespace: other ?? namespace };
}

/** The DestinationRule for a Service; of several the first, and one for many after those for it alone. */
function ruleFor(bundle: Bundle, service: Manifest): Manifest | undefined {
  return rulesFor(bundle, service)[0];
}

/** The subsets that a Service has by all DestinationRules for it, with the first of these; `undefined` where there is none. */
export function subsetsOf(
  bundle: Bundle,
  service: Manifest,
): { readonly rule: Manifest; readonly names: readonly string[] } | undefined {
  const rules = rulesFor(bundle, service);
  const [rule] = rules;
  if (rule === undefined) return undefined;
  const subsets = rules.flatMap((one) => listOf(valueAt(one, ['spec', 'subsets'])));
  return { rule, names: [...new Set(subsets.map((subset) => wordsOf(mappingOf(subset).name)))] };
}

function rulesFor(bundle: Bundle, service: Manifest): readonly Manifest[] {
  const home = namespaceOf(service);
  const forMany = bundle
    .once(rulesForMany)
    .filter(({ namespace }) => namespace === undefined || home === '' || namespace === home);
  return [...(bundle.once(rulesByService).get(service) ?? []), ...forMany.map(({ rule }) => rule)];
}

/** The DestinationRules for every Service, or for those of one namespace. */
function rulesForMany(bundle: Bundle): readonly { readonly rule: Manifest; readonly namespace: string | undefined }[] {
  return bundle
    .ofKind('DestinationRule')
    .filter(isIstio)
    .flatMap((rule) => {
      const [, namespace, rest] =
        /^\*\.(?:([a-z0-9-]+)\.)?(svc\.[a-z0-9.-]+|local)$/.exec(wordsOf(valueAt(rule, ['spec', 'host']))) ?? [];
      return rest === undefined ? [] : [{ rule, namespace }];
    });
}

function rulesByService(bundle: Bundle): ReadonlyMap<Manifest | undefined, readonly Manifest[]> {
  return groupedBy(bundle.ofKind('DestinationRule').filter(isIstio), (rule) => {
    const named = serviceNamed(textOf(valueAt(rule, ['spec', 'host'])), namespaceOf(rule));
    // A host in full names a namespace, and the Service may leave its own to whoever applies it.
    return named === undefined ? undefined : bundle.find('Service', named.namespace, named.service);
  });
}

/** The policies of a rule: the one for all, and those for a port or a subset, which take its place. */
function policiesOf(rule: Manifest): readonly FieldPath[] {
  const top = ['spec', 'trafficPolicy'];
  const ports = listOf(valueAt(rule, [...top, 'portLevelSettings'])).map((_, i) => [...top, 'portLevelSettings', i]);
  const subsets = listOf(valueAt(rule, ['spec', 'subsets'])).map((_, i) => ['spec', 'subsets', i, 'trafficPolicy']);
  return [...ports, ...subsets, top];
}

function ofPolicy(
  bundle: Bundle,
  entrance: Entrance,
  name: 'timeout' | 'affinityTtl',
  inside: FieldPath,
  hasDefault: boolean,
): readonly Setting[] {
  const rule = ruleFor(bundle, entrance.service);
  const paths = rule === undefined ? [] : policiesOf(rule).map((path) => [...path, ...inside]);
  const path = paths.find((one) => valueAt(rule, one) !== undefined) ?? ['spec', 'trafficPolicy', ...inside];
  const text = valueAt(rule, path);
  if (text === undefined && !hasDefault) return [];
  const seconds = goSecondsOrNever(text);
  return settingAt({
    name,
    object: rule ?? entrance.route,
    path: rule === undefined ? ['spec'] : path,
    kind: 'istio',
    entrances: [entrance],
    text,
    // A cookie without a lifetime lasts as long as the browser.
    seconds: name === 'affinityTtl' && seconds === Number.POSITIVE_INFINITY ? 0 : seconds,
    change: (needed) =>
      `set ${inside.join('.')} of ${rule === undefined ? 'a DestinationRule' : `DestinationRule ${rule.metadata.name}`} to ${needed}s`,
    value: rule === undefined ? undefined : (needed) => `${needed}s`,
  });
}

function answer(entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  if (route.kind !== 'VirtualService') return requestTimeout('istio', entrance);
  const path = [...reference.path.slice(0, 3), 'timeout'];
  const text = valueAt(route, path);
  if (reference.path[1] !== 'http' || text === undefined) return [];
  return settingAt({
    name: 'answer',
    object: route,
    path,
    kind: 'istio',
    entrances: [entrance],
    text,
    seconds: goSecondsOrNever(text),
    change: (seconds) => `set timeout to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}

function affinity(bundle: Bundle, { route, service }: Entrance): Affinity {
  const rule = ruleFor(bundle, service);
  const change = 'trafficPolicy.loadBalancer.consistentHash, with httpCookie or useSourceIp';
  if (rule === undefined) {
    const words = `no DestinationRule for Service ${service.metadata.name}, so no affinity`;
    return {
      bound: false,
      object: route,
      path: ['spec'],
      words,
      change: `add a DestinationRule with ${change}`,
      edits: [],
    };
  }
  const paths = policiesOf(rule).map((path) => [...path, 'loadBalancer', 'consistentHash']);
  const path = paths.find((one) => Object.keys(mappingOf(valueAt(rule, one))).length > 0);
  const [by] = Object.keys(mappingOf(path === undefined ? undefined : valueAt(rule, path)));
  return {
    bound: by !== undefined,
    object: rule,
    path: path ?? ['spec', 'trafficPolicy', 'loadBalancer'],
    words:
      by === undefined
        ? 'no consistentHash'
        : by === 'httpCookie'
          ? 'cookie of consistentHash'
          : `consistentHash by ${by}`,
    change: `set ${change}`,
    edits: [],
  };
}
