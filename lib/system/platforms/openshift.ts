import { annotationOf } from '../../manifest/annotation';
import { namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import type { BackendReference, RouteKind } from '../route';
import { haproxySeconds } from './haproxy';
import type { Affinity, Dialect, Platform, SettingName } from './platform';
import { settingAt } from './setting';

const PREFIX = 'haproxy.router.openshift.io/';
const TIMEOUT = `${PREFIX}timeout`;
const TUNNEL = `${PREFIX}timeout-tunnel`;
const BALANCE = `${PREFIX}balance`;
const NO_COOKIES = `${PREFIX}disable_cookies`;

/** The route of OpenShift. */
const ROUTE: RouteKind = {
  kind: 'Route',
  is: ({ apiVersion }) => apiVersion.startsWith('route.openshift.io/'),
  backends,
  classes: () => ['openshift'],
};

/**
 * OpenShift's router: annotations of the Route, put into a template for HAProxy.
 *
 * @see https://github.com/openshift/router/blob/master/images/router/haproxy/conf/haproxy-config.template
 */
const ANNOTATED: Dialect = {
  reader: 'OpenShift’s router',
  prefixes: [PREFIX],
  kinds: [],
  healthCheckKinds: [],
  settings: (_bundle, name, entrances) =>
    [...groupedBy(entrances, ({ route }) => route)].flatMap(([object, through]) => {
      const annotation = annotationFor(object, name);
      if (annotation === undefined) return [];
      const text = annotationOf(object, annotation);
      return settingAt({
        name,
        object,
        path: ['metadata', 'annotations', annotation],
        kind: 'openshift',
        entrances: through,
        text,
        seconds: haproxySeconds(text),
        change: (seconds) => `set ${annotation} to ${seconds}s`,
        value: (seconds) => `${seconds}s`,
      });
    }),
  affinity: (_bundle, entrance) => affinity(entrance),
  healthChecks: () => [],
};

export const OPENSHIFT: Platform = {
  kind: 'openshift',
  cloud: 'none',
  owns: { routes: [ROUTE], classes: /^openshift$/, classIn: 'field' },
  dialect: ANNOTATED,
};

/** Does the router pass TLS on as it comes? It sees neither requests nor cookies then. */
function passesTls(route: Manifest): boolean {
  return valueAt(route, ['spec', 'tls', 'termination']) === 'passthrough';
}

function annotationFor(route: Manifest, name: SettingName): string | undefined {
  if (name === 'answer') return passesTls(route) ? undefined : TIMEOUT;
  if (name !== 'timeout') return undefined;
  // Where TLS is passed on everything is a tunnel, and either annotation says how long it may be silent.
  return passesTls(route) && annotationOf(route, TUNNEL) === undefined && annotationOf(route, TIMEOUT) !== undefined
    ? TIMEOUT
    : TUNNEL;
}

function backends(route: Manifest): readonly BackendReference[] {
  const [host, prefix] = [
    ['spec', 'host'],
    ['spec', 'path'],
  ].map((path) => textOf(valueAt(route, path)));
  const port = valueAt(route, ['spec', 'port', 'targetPort']);
  const others = listOf(valueAt(route, ['spec', 'alternateBackends'])).map((value, i) => ({
    value,
    path: ['spec', 'alternateBackends', i],
  }));
  return [{ value: valueAt(route, ['spec', 'to']), path: ['spec', 'to'] }, ...others].flatMap(({ value, path }) => {
    const { kind, name } = mappingOf(value);
    if (typeof name !== 'string' || (kind !== undefined && kind !== 'Service')) return [];
    return [
      {
        from: route,
        path,
        service: name,
        namespace: namespaceOf(route),
        port: numberOf(port) ?? textOf(port),
        atPod: true,
        hosts: host === undefined ? [] : [host],
        paths: prefix === undefined ? [] : [prefix],
      },
    ];
  });
}

/** A cookie unless it is turned off; where TLS is passed on, a hash of the address unless another way to choose is named. */
function affinity({ route }: Entrance): Affinity {
  const balance = annotationOf(route, BALANCE);
  if (balance === 'source' || (passesTls(route) && balance === undefined)) {
    return bound(route, 'balance source', BALANCE);
  }
  if (passesTls(route)) return unbound(route, BALANCE, `balance ${balance}`, `set ${BALANCE} to source`, 'source');
  if (annotationOf(route, NO_COOKIES) !== 'true') return bound(route, 'the router’s own cookie', NO_COOKIES);
  return unbound(route, NO_COOKIES, 'cookies turned off', `remove ${NO_COOKIES}`);
}

function bound(route: Manifest, words: string, annotation: string): Affinity {
  return { bound: true, object: route, path: ['metadata', 'annotations', annotation], words, change: '', edits: [] };
}

function unbound(route: Manifest, annotation: string, words: string, change: string, value?: string): Affinity {
  const path = ['metadata', 'annotations', annotation];
  return {
    bound: false,
    object: route,
    path,
    words,
    change,
    edits: [{ path, ...(value === undefined ? {} : { value }) }],
  };
}
