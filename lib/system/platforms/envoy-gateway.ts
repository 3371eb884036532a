import type { Bundle } from '../../manifest/bundle';
import { type FieldPath, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { HTTP_ROUTE } from '../route';
import { goSeconds, goSecondsOrNever } from './duration';
import { gatewaysOf, policyFor, requestTimeout } from './http-route';
import type { Affinity, Dialect, Platform, Setting, SettingName } from './platform';
import { settingAt } from './setting';

const STREAM_IDLE: FieldPath = ['spec', 'timeout', 'http', 'streamIdleTimeout'];
const REQUEST: FieldPath = ['spec', 'timeout', 'http', 'requestTimeout'];
const AGES: readonly FieldPath[] = ['maxConnectionDuration', 'maxStreamDuration'].map((name) => [
  'spec',
  'connection',
  'connectionLimit',
  name,
]);
const COOKIE_TTL: FieldPath = ['spec', 'loadBalancer', 'consistentHash', 'cookie', 'ttl'];

/** Envoy Gateway: a BackendTrafficPolicy for the route or its Gateway, a ClientTrafficPolicy for the Gateway, and the route itself. */
const POLICIES: Dialect = {
  reader: 'Envoy Gateway',
  prefixes: [],
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy'],
  healthCheckKinds: [],
  settings: (bundle, name, entrances) => entrances.flatMap((entrance) => READERS[name](bundle, entrance)),
  affinity,
  healthChecks: () => [],
};

export const ENVOY_GATEWAY: Platform = {
  kind: 'envoy-gateway',
  cloud: 'none',
  owns: {
    routes: [HTTP_ROUTE],
    // The names of its quick start and chart; any other is known by the controller of its GatewayClass.
    classes: /^(eg|envoy-gateway|gateway\.envoyproxy\.io\/.*)$/,
    classIn: 'field',
  },
  dialect: POLICIES,
};

const READERS: Readonly<Record<SettingName, (bundle: Bundle, entrance: Entrance) => readonly Setting[]>> = {
  timeout: idle,
  lifetime: (bundle, entrance) =>
    clientPolicies(bundle, entrance).flatMap((policy) =>
      AGES.flatMap((path) => written('lifetime', policy, path, entrance)),
    ),
  answer,
  drain: () => [],
  affinityTtl: (bundle, entrance) =>
    backendPolicies(bundle, entrance).flatMap((policy) => written('affinityTtl', policy, COOKIE_TTL, entrance)),
};

/** The nearest first: what a policy for the route says takes the place of what one for its Gateway says. */
function backendPolicies(bundle: Bundle, { route }: Entrance): readonly Manifest[] {
  return [route, ...gatewaysOf(bundle, route)].flatMap((one) => policyFor(bundle, 'BackendTrafficPolicy', one) ?? []);
}

function clientPolicies(bundle: Bundle, { route }: Entrance): readonly Manifest[] {
  return gatewaysOf(bundle, route).flatMap((one) => policyFor(bundle, 'ClientTrafficPolicy', one) ?? []);
}

/** A setting that counts only where it is written. */
function written(name: SettingName, object: Manifest, path: FieldPath, entrance: Entrance): readonly Setting[] {
  const text = valueAt(object, path);
  if (text === undefined) return [];
  return settingAt({
    name,
    object,
    path,
    kind: 'envoy-gateway',
    entrances: [entrance],
    text,
    seconds: name === 'affinityTtl' ? goSeconds(text) : goSecondsOrNever(text),
    label: String(path.at(-1)),
    change: (seconds) => `set ${path.slice(1).join('.')} to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}

/** On the way to a backend, else of all that comes in at the Gateway. */
function idle(bundle: Bundle, entrance: Entrance): readonly Setting[] {
  const policies = [...backendPolicies(bundle, entrance), ...clientPolicies(bundle, entrance)];
  const [nearest] = policies.flatMap((policy) => written('timeout', policy, STREAM_IDLE, entrance));
  if (nearest !== undefined) return [nearest];
  // Where a route limits its answers, Envoy Gateway makes the silence that it permits an hour at the least.
  if (answer(bundle, entrance).some(({ seconds }) => seconds !== undefined)) return [];
  return settingAt({
    name: 'timeout',
    object: policies[0] ?? entrance.route,
    path: policies[0] === undefined ? ['spec'] : STREAM_IDLE,
    kind: 'envoy-gateway',
    entrances: [entrance],
    text: undefined,
    seconds: undefined,
    change: (seconds) => `set timeout.http.streamIdleTimeout of a BackendTrafficPolicy for the route to ${seconds}s`,
    value: policies[0] === undefined ? undefined : (seconds) => `${seconds}s`,
  });
}

function answer(bundle: Bundle, entrance: Entrance): readonly Setting[] {
  const [nearest] = [
    ...requestTimeout('envoy-gateway', entrance),
    ...backendPolicies(bundle, entrance).flatMap((policy) => written('answer', policy, REQUEST, entrance)),
  ];
  if (nearest !== undefined) return [nearest];
  const path = [...entrance.reference.path.slice(0, 3), 'timeouts', 'request'];
  return settingAt({
    name: 'answer',
    object: entrance.route,
    path,
    kind: 'envoy-gateway',
    entrances: [entrance],
    text: undefined,
    seconds: undefined,
    change: (seconds) => `set timeouts.request to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}

function affinity(bundle: Bundle, entrance: Entrance): Affinity {
  const path: FieldPath = ['spec', 'loadBalancer', 'type'];
  const change = 'loadBalancer.type: ConsistentHash, with consistentHash.type Cookie or SourceIP';
  const persistent = [...entrance.reference.path.slice(0, 3), 'sessionPersistence'];
  if (valueAt(entrance.route, persistent) !== undefined) {
    return {
      bound: true,
      object: entrance.route,
      path: persistent,
      words: 'cookie of sessionPersistence',
      change,
      edits: [],
    };
  }
  const policy = backendPolicies(bundle, entrance).find((one) => valueAt(one, ['spec', 'loadBalancer']) !== undefined);
  const type = textOf(valueAt(policy, path));
  const by = textOf(valueAt(policy, ['spec', 'loadBalancer', 'consistentHash', 'type']));
  const bound = type === 'ConsistentHash';
  const [nearest] = backendPolicies(bundle, entrance);
  return {
    bound,
    object: policy ?? nearest ?? entrance.route,
    path: (policy ?? nearest) === undefined ? ['spec'] : path,
    words: bound
      ? by === 'Cookie'
        ? 'cookie of consistentHash'
        : `ConsistentHash by ${by ?? 'nothing'}`
      : type === undefined
        ? 'no loadBalancer in a BackendTrafficPolicy'
        : `loadBalancer ${type}`,
    change: `${policy === undefined && nearest === undefined ? 'add a BackendTrafficPolicy for the route with' : 'set'} ${change}`,
    edits: [],
  };
}
