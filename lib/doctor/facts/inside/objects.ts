import { CONFIG_HASH } from '../../../manifest/config-hash';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../../manifest/field';
import type { Manifest } from '../../../manifest/manifest';
import { containersOf } from '../../../system/pod';
import type { Live, LivePod } from '../live';
import { no, type ObservationKind, unclear, yes } from '../observation';
import { rolloutOf } from '../rollout';
import { ago, inside, RECENT_MINUTES } from './kind';

/** How long a controller may take to give an Ingress its address. @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress */
const ADDRESS_MINUTES = 10;

/** The pods that stand behind the Service and may be sent to. */
function endpoints(live: Live): readonly { readonly pod: string; readonly ready: boolean }[] {
  const name = live.service?.metadata.name;
  return live.bundle
    .ofKind('EndpointSlice')
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) => listOf(slice.endpoints).map(mappingOf))
    .map((endpoint) => ({
      pod: textOf(valueAt(endpoint, ['targetRef', 'name'])) ?? String(listOf(endpoint.addresses)[0] ?? ''),
      ready: valueAt(endpoint, ['conditions', 'ready']) !== false,
    }));
}

/** A number or name of a port, as a Service's targetPort or a probe means it in these pods. */
export function portIn(workload: Manifest, port: unknown): number | undefined {
  const number = numberOf(port);
  if (number !== undefined) return number;
  for (const { value } of containersOf(workload))
    for (const one of listOf(value.ports).map(mappingOf)) if (one.name === port) return numberOf(one.containerPort);
  return undefined;
}

/** The ports that containers of these pods say they have. */
export function declaredPorts(workload: Manifest): readonly number[] {
  return containersOf(workload).flatMap(({ value }) =>
    listOf(value.ports).flatMap((one) => numberOf(mappingOf(one).containerPort) ?? []),
  );
}

const labelsOf = (labels: unknown): string =>
  Object.entries(mappingOf(labels))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const nameOf = (object: Manifest): string => `${object.kind} ${object.metadata.name}`;

/** What the kubelet says of probes of this kind that fail; only of pods that are still there. */
export function failedProbes(
  live: Live,
  kind: 'Liveness' | 'Readiness' | 'Startup',
): readonly Live['events'][number][] {
  const pods = new Set(live.pods.map(({ object }) => object.metadata.uid));
  return live
    .recent(RECENT_MINUTES)
    .filter(({ reason, message, uid }) => reason === 'Unhealthy' && message.startsWith(kind) && pods.has(uid));
}

/** Why a pod does not come up; empty where it does. */
function stuck({ containers, object }: LivePod): string {
  for (const { name, waiting, waitingMessage, last } of containers) {
    if (!/CrashLoopBackOff|ImagePull|ErrImage|CreateContainer|InvalidImage|RunContainer/.test(waiting)) continue;
    const [why = ''] = waitingMessage.split('\n');
    return `container ${name}: ${waiting}${last === undefined ? '' : `, exit code ${last.exitCode}`}${/Image/.test(waiting) ? `: ${why.slice(0, 120)}` : ''}`;
  }
  const unscheduled = listOf(valueAt(object, ['status', 'conditions']))
    .map(mappingOf)
    .find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return unscheduled === undefined ? '' : `not scheduled: ${String(unscheduled.message).slice(0, 160)}`;
}

export const OBJECTS: readonly ObservationKind[] = [
  inside('endpoints-missing', 'the Service has ready endpoints', 'endpoints', (live) => {
    if (live.service === undefined) return undefined;
    const all = endpoints(live);
    const ready = all.filter((one) => one.ready).length;
    const seen = live.seen('EndpointSlice', 'Pod');
    const words = `${ready} of ${all.length} endpoints of Service ${live.service.metadata.name} are ready`;
    if (ready > 0) return no(words, seen);
    const rollout = rolloutOf(live);
    const young = live.staying.some(({ started }) => live.at - started < 30_000);
    return rollout !== undefined || young
      ? unclear(`${words}; ${rollout ?? 'its pods have just started'}`, seen)
      : yes(words, seen);
  }),
  inside('selector-misses', 'the Service selects the pods of its workload', 'endpoints', (live) => {
    const { service, workload, selected } = live;
    if (service === undefined) return undefined;
    const seen = live.seen('Service', 'Pod');
    const selector = labelsOf(valueAt(service, ['spec', 'selector']));
    if (selected) return no(`${selector} selects the pods of ${nameOf(workload as Manifest)}`, seen);
    if (workload === undefined)
      return yes(`${selector} selects no pod, and no workload is there that it could mean`, seen);
    const labels = labelsOf(valueAt(workload, ['spec', 'template', 'metadata', 'labels']));
    return yes(`${selector} selects no pod; those of ${nameOf(workload)} carry ${labels}`, seen);
  }),
  inside('target-port-missing', 'the Service sends to a port that the pods have', 'endpoints', (live) => {
    const { service, workload, port } = live;
    if (service === undefined || workload === undefined || !live.selected) return undefined;
    const seen = live.seen('Service', 'Pod');
    if (port === undefined)
      return yes(`the route names a port that Service ${service.metadata.name} does not have`, seen);
    const target = port.value.targetPort ?? port.value.port;
    const number = portIn(workload, target);
    const declared = declaredPorts(workload);
    const has = `the containers have ${declared.join(', ') || 'named none'}`;
    if (number === undefined) return yes(`targetPort ${String(target)} is the name of no port; ${has}`, seen);
    if (declared.includes(number)) return no(`targetPort ${String(target)}; ${has}`, seen);
    // Ports need not be declared; whether somebody listens shows when it is asked.
    return declared.length === 0 ? unclear(has, seen) : yes(`targetPort ${number}; ${has}`, seen);
  }),
  inside('probe-misses', 'the readiness probe asks what is there', 'events', (live) => {
    const { workload } = live;
    if (workload === undefined || live.staying.length === 0) return undefined;
    const unready = live.staying.filter(({ ready }) => !ready);
    if (unready.length === 0)
      return no(`${live.staying.length} of ${live.staying.length} pods are ready`, live.seen('Pod'));
    const uids = new Set(unready.map(({ object }) => object.metadata.uid));
    const failed = [...failedProbes(live, 'Readiness'), ...failedProbes(live, 'Startup')].filter(({ uid }) =>
      uids.has(uid),
    );
    const [missing] = failed.filter(({ message }) => /statuscode: (404|405|301|302|308)/.test(message));
    if (missing !== undefined) return yes(missing.message.split('\n')[0] as string, live.seen('Event', 'Pod'));
    const declared = declaredPorts(workload);
    for (const { value, name } of containersOf(workload))
      for (const kind of ['readinessProbe', 'startupProbe'] as const) {
        const asked = valueAt(value, [kind, 'httpGet', 'port']) ?? valueAt(value, [kind, 'tcpSocket', 'port']);
        const port = asked === undefined ? undefined : portIn(workload, asked);
        if (
          asked !== undefined &&
          failed.length > 0 &&
          declared.length > 0 &&
          (port === undefined || !declared.includes(port))
        )
          return yes(
            `the ${kind} of container ${name} asks port ${String(asked)}; the containers have ${declared.join(', ')}`,
            live.seen('Event', 'Pod'),
          );
      }
    const [other] = failed;
    return no(
      other === undefined ? 'no probe failed' : (other.message.split('\n')[0] as string).slice(0, 200),
      live.seen('Event', 'Pod'),
    );
  }),
  inside('pods-stuck', 'the pods start', 'last states', (live) => {
    if (live.workload === undefined) return undefined;
    const found = live.staying.flatMap((pod) => {
      const why = stuck(pod);
      return why === '' ? [] : [`${pod.name}: ${why}`];
    });
    const wanted = numberOf(valueAt(live.workload, ['spec', 'replicas'])) ?? 1;
    if (found.length > 0)
      return yes(`${found.length} of ${live.staying.length} pods do not start: ${found[0]}`, live.seen('Pod'));
    if (wanted === 0) return yes(`${nameOf(live.workload)} has 0 replicas`, live.seen('Pod'));
    return no(`${live.staying.length} pods`, live.seen('Pod'));
  }),
  inside('ingress-without-controller', 'a controller has taken the Ingress', 'ingress', (live) => {
    const { route } = live;
    if (route === undefined) return undefined;
    const seen = live.seen('Ingress', 'HTTPRoute', 'Event');
    if (route.kind !== 'Ingress') {
      const parents = listOf(valueAt(route, ['status', 'parents']));
      const refused = parents
        .flatMap((parent) => listOf(mappingOf(parent).conditions).map(mappingOf))
        .find(({ type, status }) => (type === 'Accepted' || type === 'ResolvedRefs') && status === 'False');
      if (refused !== undefined)
        return yes(`${nameOf(route)}: ${String(refused.reason)}: ${String(refused.message)}`, seen);
      return parents.length > 0
        ? no(`${nameOf(route)} was accepted`, seen)
        : unclear(`nobody says anything of ${nameOf(route)}`, seen);
    }
    const addresses = listOf(valueAt(route, ['status', 'loadBalancer', 'ingress'])).map(mappingOf);
    const [first] = addresses;
    if (first !== undefined) return no(`${nameOf(route)} has ${String(first.ip ?? first.hostname)}`, seen);
    const made = Date.parse(String(route.metadata.creationTimestamp));
    const words = `${nameOf(route)} has no address, ${ago(live, made).replace(' ago', '')} after it was made`;
    const warned = live.events.find(
      ({ kind, name, reason }) => kind === 'Ingress' && name === route.metadata.name && /Sync|Translate/.test(reason),
    );
    if (warned !== undefined) return yes(`${words}: ${warned.message.slice(0, 200)}`, seen);
    return live.at - made > ADDRESS_MINUTES * 60_000
      ? yes(words, seen)
      : unclear(`${words}; a controller takes minutes`, seen);
  }),
  inside('running-not-declared', 'what runs is what the ConfigMap says', 'configuration', (live) => {
    const { workload } = live;
    if (workload === undefined) return undefined;
    const seen = live.seen('ConfigMap', 'Pod');
    const volumes = listOf(valueAt(workload, ['spec', 'template', 'spec', 'volumes'])).map(mappingOf);
    const names = volumes.flatMap((volume) => textOf(valueAt(volume, ['configMap', 'name'])) ?? []);
    for (const map of live.bundle.ofKind('ConfigMap').filter(({ metadata }) => names.includes(metadata.name))) {
      const hashes = Object.values(mappingOf(map.metadata.hashes)).map(String);
      const changed = Date.parse(String(map.metadata.changed ?? ''));
      const told = live.staying.map(({ name, started, object }) => ({
        name,
        hash: object.metadata.annotations?.[CONFIG_HASH],
        // Where somebody changed the map by hand and rolled, the template still has the hash of before, and its pods read what is there now.
        after: started > changed,
      }));
      const differing = told.filter(({ hash, after }) => hash !== undefined && !hashes.includes(hash) && !after);
      if (differing.length > 0)
        return yes(
          `${differing.length} of ${told.length} pods run another configuration than ConfigMap ${map.metadata.name} holds (hash ${differing[0]?.hash}, now ${hashes.join(', ')})`,
          seen,
        );
      if (told.some(({ hash }) => hash !== undefined)) continue;
      const older = live.staying.filter(({ started }) => started < changed);
      if (older.length > 0 && /nginx|conf/.test(Object.keys(mappingOf(map.data)).join(' ')))
        return yes(
          `ConfigMap ${map.metadata.name} changed ${ago(live, changed)}; ${older.length} of ${live.staying.length} pods started before`,
          seen,
        );
    }
    return no(names.length === 0 ? 'it mounts none' : `${names.join(', ')}`, seen);
  }),
];
