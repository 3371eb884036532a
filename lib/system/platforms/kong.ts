import { annotationOf } from '../../manifest/annotation';
import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { type FieldPath, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { HTTP_ROUTE, INGRESS } from '../route';
import { goSeconds } from './duration';
import type { Affinity, Dialect, Platform, Setting } from './platform';
import { settingAt } from './setting';

/** The prefix of every annotation that Kong's controller reads. */
export const KONG_PREFIX = 'konghq.com/';
const READ = `${KONG_PREFIX}read-timeout`;
const POLICY = `${KONG_PREFIX}upstream-policy`;
/** The older way: a KongIngress that the Service names. */
const OVERRIDE = `${KONG_PREFIX}override`;

/** Kong's controller: annotations of the Service, and what they name. */
const SERVICE_ANNOTATIONS: Dialect = {
  reader: 'Kong’s controller',
  prefixes: [KONG_PREFIX],
  kinds: ['KongUpstreamPolicy', 'KongIngress'],
  healthCheckKinds: [],
  translations: {
    'proxy-read-timeout': `${READ} of the Service, in milliseconds`,
    'proxy-send-timeout': `${KONG_PREFIX}write-timeout of the Service, in milliseconds`,
    affinity: 'a KongUpstreamPolicy with hashOn.cookie, which the Service names',
    'websocket-services': 'nothing: upgrades need no switch',
  },
  settings: (bundle, name, entrances) => {
    if (name !== 'timeout') return [];
    const elsewhere = entrances.filter((entrance) => timeoutInRoute(entrance).length === 0);
    return [
      ...entrances.flatMap(timeoutInRoute),
      ...[...groupedBy(elsewhere, ({ service }) => service)].flatMap(([service, through]) =>
        timeoutOf(bundle, service, through),
      ),
    ];
  },
  affinity,
  healthChecks: () => [],
};

export const KONG: Platform = {
  kind: 'kong',
  cloud: 'none',
  owns: { routes: [INGRESS, HTTP_ROUTE], classes: /kong/, classIn: 'field' },
  dialect: SERVICE_ANNOTATIONS,
};

function inMilliseconds(seconds: number): number {
  return Math.ceil(seconds / (goSeconds('1ms') as number));
}

/** A rule of the Gateway API has the time that a try takes; Kong takes it for the time between two reads. What the Service says comes before. */
function timeoutInRoute(entrance: Entrance): readonly Setting[] {
  const { route, reference, service } = entrance;
  const path = [...reference.path.slice(0, 3), 'timeouts', 'backendRequest'];
  const text = route.kind === 'HTTPRoute' ? valueAt(route, path) : undefined;
  if (text === undefined || annotationOf(service, READ) !== undefined) return [];
  return settingAt({
    name: 'timeout',
    object: route,
    path,
    kind: 'kong',
    entrances: [entrance],
    text,
    seconds: goSeconds(text),
    change: (seconds) => `set timeouts.backendRequest to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}

function timeoutOf(bundle: Bundle, service: Manifest, entrances: readonly Entrance[]): readonly Setting[] {
  const { object, path } = timeoutIn(bundle, service);
  const text = valueAt(object, path);
  const milliseconds = numberOf(text);
  return settingAt({
    name: 'timeout',
    object,
    path,
    kind: 'kong',
    entrances,
    text,
    seconds: milliseconds === undefined ? undefined : goSeconds(`${milliseconds}ms`),
    change: (seconds) => `set ${String(path.at(-1))} to ${inMilliseconds(seconds)}, which are milliseconds`,
    value: (seconds) => (object === service ? String(inMilliseconds(seconds)) : inMilliseconds(seconds)),
  });
}

/** Where the time between two reads stands, or would. */
function timeoutIn(bundle: Bundle, service: Manifest): { readonly object: Manifest; readonly path: FieldPath } {
  const path: FieldPath = ['proxy', 'read_timeout'];
  const older = named(bundle, 'KongIngress', service, OVERRIDE);
  return annotationOf(service, READ) === undefined && older !== undefined && valueAt(older, path) !== undefined
    ? { object: older, path }
    : { object: service, path: ['metadata', 'annotations', READ] };
}

/** The object that an annotation of a Service names. */
function named(bundle: Bundle, kind: string, service: Manifest, annotation: string): Manifest | undefined {
  const name = annotationOf(service, annotation);
  return name === undefined ? undefined : bundle.find(kind, namespaceOf(service), name);
}

function affinity(bundle: Bundle, { service }: Entrance): Affinity | undefined {
  const policy = named(bundle, 'KongUpstreamPolicy', service, POLICY);
  // It is named and not among these objects: what it says is not known.
  if (policy === undefined && annotationOf(service, POLICY) !== undefined) return undefined;
  const older = named(bundle, 'KongIngress', service, OVERRIDE);
  const [hash] = Object.keys(mappingOf(valueAt(policy, ['spec', 'hashOn'])));
  const algorithm = textOf(valueAt(policy, ['spec', 'algorithm']));
  const before = textOf(valueAt(older, ['upstream', 'hash_on']));
  const by =
    algorithm === 'sticky-sessions'
      ? 'cookie'
      : (hash ?? (before === 'none' || policy !== undefined ? undefined : before));
  const change = 'spec.algorithm: consistent-hashing and spec.hashOn: { cookie: route, cookiePath: / }';
  return {
    bound: by !== undefined,
    object: policy ?? service,
    path: policy === undefined ? ['metadata', 'annotations', POLICY] : ['spec', 'hashOn'],
    words: by === undefined ? 'no hash' : by === 'cookie' ? 'cookie of Kong' : `hash on ${by}`,
    change:
      policy === undefined
        ? `annotate with ${POLICY}, the name of a KongUpstreamPolicy with ${change}`
        : `set ${change}`,
    edits: [],
  };
}
