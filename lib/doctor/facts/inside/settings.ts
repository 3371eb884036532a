import { numberOf, textOf, valueAt } from '../../../manifest/field';
import type { Manifest } from '../../../manifest/manifest';
import { BACKEND_CONFIG, BETA_BACKEND_CONFIG, bindingOf, policyOf } from '../../../system/backend-binding';
import { attributesAsked, attributesNow, backendServices, cloud, endpointsOf } from '../balancer/told';
import type { Live } from '../live';
import { no, type ObservationKind, unclear, yes } from '../observation';
import type { View } from '../view';
import { inside } from './kind';

/** A backend service, as the cloud has it and as the objects ask for it. */
interface Desired {
  readonly timeoutSec?: number;
  readonly sessionAffinity?: string;
  readonly drainingTimeoutSec?: number;
  readonly from: string;
}

function desiredOf(live: Live): Desired | undefined {
  if (live.service === undefined) return undefined;
  const binding = bindingOf(live.bundle, { service: live.service, port: live.port });
  if (binding.state === 'bound') return readSettings(binding.config, ['spec']);
  const policy = policyOf(live.bundle, live.service);
  return policy === undefined ? undefined : readSettings(policy, ['spec', 'default']);
}

function readSettings(object: Manifest, path: readonly string[]): Desired {
  const timeoutSec = numberOf(valueAt(object, [...path, 'timeoutSec']));
  const sessionAffinity =
    textOf(valueAt(object, [...path, 'sessionAffinity', 'affinityType'])) ??
    textOf(valueAt(object, [...path, 'sessionAffinity', 'type']));
  const drainingTimeoutSec = numberOf(valueAt(object, [...path, 'connectionDraining', 'drainingTimeoutSec']));
  return {
    from: `${object.kind} ${object.metadata.name}`,
    ...(timeoutSec === undefined ? {} : { timeoutSec }),
    ...(sessionAffinity === undefined ? {} : { sessionAffinity }),
    ...(drainingTimeoutSec === undefined ? {} : { drainingTimeoutSec }),
  };
}

/** BackendConfigs that no Service names, or that the Service names in vain. */
function unbound(live: Live): string | undefined {
  const { service, bundle, port } = live;
  if (service === undefined) return undefined;
  const binding = bindingOf(bundle, { service, port });
  const name = `Service ${service.metadata.name}`;
  if (binding.state === 'unreadable')
    return `${name}: the annotation ${binding.annotation} is no JSON that names a configuration`;
  if (binding.state === 'unmatched')
    return `${name}: the annotation ${binding.annotation} names no configuration for port ${String(port?.value.name ?? port?.value.port)}`;
  if (binding.state === 'dangling') return `${name} names BackendConfig ${binding.name}, which is not there`;
  if (binding.state === 'bound') return undefined;
  const named = new Set(
    bundle
      .ofKind('Service')
      .flatMap(({ metadata: { annotations = {} } }) => [annotations[BACKEND_CONFIG], annotations[BETA_BACKEND_CONFIG]])
      .flatMap((text) => text?.match(/[\w.-]+/g) ?? []),
  );
  const free = bundle.ofKind('BackendConfig').find(({ metadata }) => !named.has(metadata.name));
  return free === undefined ? undefined : `BackendConfig ${free.metadata.name} is there, and no Service names it`;
}

function differences(desired: Desired, actual: Readonly<Record<string, unknown>>): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['timeoutSec', desired.timeoutSec, numberOf(actual.timeoutSec)],
    ['sessionAffinity', desired.sessionAffinity, actual.sessionAffinity ?? 'NONE'],
    [
      'connectionDraining.drainingTimeoutSec',
      desired.drainingTimeoutSec,
      numberOf(valueAt(actual, ['connectionDraining', 'drainingTimeoutSec'])) ?? 0,
    ],
  ];
  return pairs
    .filter(([, wanted, is]) => wanted !== undefined && wanted !== is)
    .map(([field, wanted, is]) => `${field} is ${String(is)}, and ${desired.from} asks for ${String(wanted)}`);
}

/** Attributes of an ALB that annotations ask for, and that are not so. */
function notInForce(live: Live, view: View): readonly string[] {
  const now = attributesNow(view);
  return Object.entries(attributesAsked(live))
    .filter(([name, wanted]) => now[name] !== undefined && now[name] !== wanted)
    .map(([name, wanted]) => `${name} is ${now[name]}, and the annotations ask for ${wanted}`);
}

export const SETTINGS: readonly ObservationKind[] = [
  inside(
    'desired-not-actual',
    'the balancer has the settings that the objects ask for',
    'backend service',
    (live, view) => {
      const seen = live.seen('Service', 'BackendConfig', 'GCPBackendPolicy', 'Event');
      const asked = cloud(view, 'backend service');
      const services = backendServices(view);
      const desired = desiredOf(live);
      if (desired !== undefined && services.length > 0) {
        const found = services.flatMap((service) => differences(desired, service));
        return found.length > 0 ? yes(found.join('; '), asked) : no(`${desired.from} is in force`, asked);
      }
      const attributes = [...cloud(view, 'load balancer attributes'), ...cloud(view, 'target group attributes')];
      if (attributes.length > 0) {
        const found = notInForce(live, view);
        return found.length > 0
          ? yes(found.join('; '), attributes)
          : no('the attributes that are asked for are in force', attributes);
      }
      const loose = unbound(live);
      if (loose !== undefined) return yes(loose, seen);
      const warned = live.events.find(
        ({ kind, reason, message }) =>
          /Ingress|Service|HTTPRoute|Gateway/.test(kind) &&
          /^(Translate|Sync|ProcessServiceFailed|SyncNetworkEndpointGroupFailed)$/.test(reason) &&
          /error|fail|invalid|not found/i.test(message),
      );
      if (warned !== undefined)
        return yes(`${warned.kind} ${warned.name}: ${warned.reason}: ${warned.message.slice(0, 200)}`, seen);
      if (live.bundle.ofKind('BackendConfig', 'GCPBackendPolicy').length === 0) return undefined;
      return unclear('every object is bound; what is in force only the cloud knows', seen);
    },
    'balancer',
  ),
  inside(
    'unhealthy-for-balancer',
    'pods that are ready are healthy for the balancer',
    'backend health',
    (live, view) => {
      const all = endpointsOf(view);
      if (all.length === 0) return undefined;
      const bad = all.filter(({ state }) => state !== 'HEALTHY' && state !== 'healthy');
      const ready = live.staying.filter((pod) => pod.ready).length;
      if (bad.length === 0) return no(`${all.length} of ${all.length} healthy`, all);
      const words = `${bad.length} of ${all.length} endpoints are ${bad[0]?.state}${bad[0]?.reason === '' ? '' : ` (${bad[0]?.reason})`}; ${ready} pods are ready`;
      return ready > 0 ? yes(words, bad) : unclear(words, bad);
    },
    'balancer',
  ),
  inside(
    'endpoints-are-nodes',
    'the balancer’s endpoints are pods',
    'backend health',
    (live, view) => {
      const all = endpointsOf(view);
      if (all.length === 0) return undefined;
      const pods = new Set(live.pods.map(({ object }) => String(valueAt(object, ['status', 'podIP']))));
      const nodes = all.filter(({ address }) => address !== '' && !pods.has(address));
      return nodes.length === all.length
        ? yes(`${nodes.length} endpoints, none of them a pod: ${nodes[0]?.address}`, nodes)
        : no(`${all.length - nodes.length} pods`, all);
    },
    'balancer',
  ),
];
