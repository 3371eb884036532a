import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../../manifest/field';
import type { Manifest } from '../../../manifest/manifest';
import { BACKEND_CONFIG, BETA_BACKEND_CONFIG, bindingOf, policyOf } from '../../../system/backend-binding';
import type { Live } from '../live';
import { no, type ObservationKind, unclear, yes } from '../observation';
import type { Seen, View } from '../view';
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

/** What the cloud was asked, and answered as JSON. */
export function cloud(view: View, what: string): readonly Seen<'cloud'>[] {
  return view.inside('cloud').filter(({ request }) => request.what === what);
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

export const SETTINGS: readonly ObservationKind[] = [
  inside(
    'desired-not-actual',
    'the balancer has the settings that the objects ask for',
    'backend service',
    (live, view) => {
      const seen = live.seen('Service', 'BackendConfig', 'GCPBackendPolicy', 'Event');
      const services = cloud(view, 'backend service');
      const desired = desiredOf(live);
      if (desired !== undefined && services.length > 0) {
        const found = services.flatMap(({ answer }) => differences(desired, mappingOf(answer)));
        return found.length > 0 ? yes(found.join('; '), services) : no(`${desired.from} is in force`, services);
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
      const all = cloud(view, 'health').flatMap(({ answer, ref }) =>
        endpointsOf(answer).map((one) => ({ ...one, ref })),
      );
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
      const all = cloud(view, 'health').flatMap(({ answer, ref }) =>
        endpointsOf(answer).map((one) => ({ ...one, ref })),
      );
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

/** Endpoints and their health, from `gcloud compute backend-services get-health` or `aws elbv2 describe-target-health`. */
function endpointsOf(
  answer: unknown,
): readonly { readonly address: string; readonly state: string; readonly reason: string }[] {
  const google = listOf(answer).flatMap((group) => listOf(valueAt(group, ['status', 'healthStatus'])));
  const aws = listOf(mappingOf(answer).TargetHealthDescriptions);
  return [
    ...google
      .map(mappingOf)
      .map((one) => ({ address: String(one.ipAddress ?? ''), state: String(one.healthState ?? ''), reason: '' })),
    ...aws.map((one) => ({
      address: String(valueAt(one, ['Target', 'Id']) ?? ''),
      state: String(valueAt(one, ['TargetHealth', 'State']) ?? ''),
      reason: String(valueAt(one, ['TargetHealth', 'Reason']) ?? ''),
    })),
  ];
}
