import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { type FieldPath, textOf, valueAt } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { INGRESS } from '../route';
import { annotatedHealthChecks } from './annotated-health-checks';
import type { Affinity, Dialect, Platform } from './platform';
import { settingAt } from './setting';

/** The prefix of every annotation that HAProxy's controller reads. */
export const HAPROXY_PREFIX = 'haproxy.org/';

const SNIPPET = `${HAPROXY_PREFIX}backend-config-snippet`;
const BALANCE = `${HAPROXY_PREFIX}load-balance`;
const COOKIES = ['cookie-persistence', 'cookie-persistence-no-dynamic'] as const;

/** Algorithms that choose by something the client brings along; the others choose anew each time. */
const BINDS = /^(source|hdr|url_param|rdp-cookie)\b/;

/** The HAProxy Kubernetes Ingress Controller: annotations of the Service, then of the Ingress, then the controller's own ConfigMap. */
const SERVICE_ANNOTATIONS: Dialect = {
  reader: 'HAProxy’s controller',
  prefixes: [HAPROXY_PREFIX],
  kinds: ['ConfigMap'],
  healthCheckKinds: ['Ingress', 'Service'],
  translations: {
    'proxy-read-timeout': 'timeout tunnel in haproxy.org/backend-config-snippet of the Service',
    'timeout-tunnel': 'timeout tunnel in haproxy.org/backend-config-snippet of the Service',
    affinity: 'haproxy.org/cookie-persistence of the Service',
    'upstream-hash-by': 'haproxy.org/load-balance: "source" of the Service',
    'ssl-redirect': 'haproxy.org/ssl-redirect',
    'websocket-services': 'nothing: upgrades need no switch',
  },
  settings: (bundle, name, entrances) =>
    // Whoever stops and binds is no matter of seconds here: hard-stop-after is for all connections of the controller, and the cookie lasts for a session.
    name !== 'timeout'
      ? []
      : [...groupedBy(entrances, ({ service }) => service)].flatMap(([, through]) => tunnelTimeout(bundle, through)),
  affinity,
  // "HEAD /health HTTP/1.1", or the path alone.
  healthChecks: (bundle) =>
    annotatedHealthChecks(bundle, ['Ingress', 'Service'], `${HAPROXY_PREFIX}check-http`, (written) =>
      written?.split(/\s+/).find((word) => word.startsWith('/')),
    ),
};

export const HAPROXY: Platform = {
  kind: 'haproxy',
  cloud: 'none',
  owns: {
    routes: [INGRESS],
    classes: /haproxy/,
    classIn: 'field',
    // The community's controller has the same class and other annotations.
    rival: /^haproxy-ingress\.github\.io\//,
  },
  dialect: SERVICE_ANNOTATIONS,
};

function tunnelTimeout(bundle: Bundle, entrances: readonly Entrance[]) {
  const [first] = entrances;
  if (first === undefined) return [];
  const written = tunnelIn(first.service) ?? tunnelIn(first.route);
  const config = written === undefined ? controllerConfig(bundle, 'timeout-tunnel') : undefined;
  const text = written?.text ?? textOf(valueAt(config, ['data', 'timeout-tunnel']));
  return settingAt({
    name: 'timeout',
    object: written?.object ?? config ?? first.service,
    path: config === undefined ? ['metadata', 'annotations', SNIPPET] : ['data', 'timeout-tunnel'],
    kind: 'haproxy',
    entrances,
    text,
    seconds: haproxySeconds(text),
    label: 'timeout tunnel',
    change: (seconds) =>
      config === undefined
        ? `write timeout tunnel ${seconds}s in ${SNIPPET} of the Service`
        : `set timeout-tunnel to ${seconds}s`,
    // A snippet says other things too.
    value: config === undefined ? undefined : (seconds) => `${seconds}s`,
  });
}

/** Where a snippet of an object says how long a tunnel may be silent. */
function tunnelIn(object: Manifest): { readonly object: Manifest; readonly text: string } | undefined {
  const text = /^\s*timeout\s+tunnel\s+(\S+)/m.exec(annotationOf(object, SNIPPET) ?? '')?.[1];
  return text === undefined ? undefined : { object, text };
}

const CONFIG_KEYS = ['timeout-tunnel', 'cookie-persistence'] as const;

/** The ConfigMap of a controller, which is known by the keys that only it reads. */
function controllerConfig(bundle: Bundle, key: (typeof CONFIG_KEYS)[number]): Manifest | undefined {
  return bundle.once(controllerConfigs).get(key);
}

function controllerConfigs(bundle: Bundle): ReadonlyMap<string, Manifest> {
  const all = bundle.ofKind('ConfigMap');
  return new Map(
    CONFIG_KEYS.flatMap((key) => {
      const config = all.find((one) => valueAt(one, ['data', key]) !== undefined);
      return config === undefined ? [] : [[key, config] as const];
    }),
  );
}

function affinity(bundle: Bundle, { service, route }: Entrance): Affinity {
  const config = controllerConfig(bundle, 'cookie-persistence');
  const own = COOKIES.map((name) => annotationOf(service, `${HAPROXY_PREFIX}${name}`)).find(
    (name) => name !== undefined,
  );
  const everywhere = textOf(valueAt(config, ['data', 'cookie-persistence']));
  const balance = annotationOf(service, BALANCE) ?? annotationOf(route, BALANCE) ?? 'roundrobin';
  const onIngress = COOKIES.some((name) => annotationOf(route, `${HAPROXY_PREFIX}${name}`) !== undefined);
  const path: FieldPath = ['metadata', 'annotations', `${HAPROXY_PREFIX}cookie-persistence`];
  return {
    bound: own !== undefined || everywhere !== undefined || BINDS.test(balance),
    object: service,
    path,
    words:
      own !== undefined
        ? `cookie ${own}`
        : everywhere !== undefined
          ? `cookie-persistence ${everywhere} of the controller`
          : BINDS.test(balance)
            ? `load-balance ${balance}`
            : onIngress
              ? 'cookie-persistence on the Ingress, where the controller does not read it'
              : 'no affinity',
    change: `annotate with ${HAPROXY_PREFIX}cookie-persistence: "affinity-cookie"`,
    edits: [{ path, value: 'affinity-cookie' }],
  };
}

/** HAProxy's way to write durations, in seconds: one number with a unit, milliseconds without. */
export function haproxySeconds(text: string | undefined): number | undefined {
  const [, amount, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text ?? '') ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 1);
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
