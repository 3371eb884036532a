import { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { entrancesOf } from '../../system/entrances';
import { WORKLOAD_KINDS } from '../../system/pod';
import { type ServicePort, servicePort, workloadsBehind } from '../../system/route';
import type { Asked, Evidence } from '../evidence';
import type { ObjectsSeen } from '../inside/collect';
import { type ContainerState, containerStates, isReady } from './pods';

/** An event that Kubernetes noted, with its time in milliseconds. */
export interface KubeEvent {
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly first: number;
  readonly last: number;
  readonly ref: string;
}

/** A pod of the system. */
export interface LivePod {
  readonly name: string;
  readonly object: Manifest;
  readonly ready: boolean;
  /** It was told to end. */
  readonly leaving: boolean;
  readonly containers: readonly ContainerState[];
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** The objects of one system as the API server has them, and the way through them: route, Service, workload, pods. */
export class Live {
  readonly bundle: Bundle;
  readonly refs: ReadonlyMap<string, string>;
  readonly refused: readonly { readonly kind: string; readonly why: string }[];
  /** When it was looked at, in milliseconds since 1970. */
  readonly at: number;
  readonly route: Manifest | undefined;
  readonly service: Manifest | undefined;
  readonly port: ServicePort | undefined;
  readonly workload: Manifest | undefined;
  /** The Service selects the workload's pods. */
  readonly selected: boolean;
  readonly pods: readonly LivePod[];
  readonly events: readonly KubeEvent[];

  private constructor(asked: Asked, seen: readonly Evidence<ObjectsSeen['request'], ObjectsSeen['answer']>[]) {
    this.at = Date.parse(asked.startedAt);
    this.refs = new Map(seen.map(({ request, ref }) => [request.kind, ref]));
    this.refused = seen.flatMap(({ request, answer }) =>
      answer.refused === undefined ? [] : [{ kind: request.kind, why: answer.refused }],
    );
    const objects = seen.flatMap(({ answer }) => answer.items);
    this.bundle = new Bundle(objects.filter(({ kind }) => kind !== 'Event' && kind !== 'Pod'));
    const entrances = entrancesOf(this.bundle);
    const { ingress, service } = asked.cluster ?? {};
    const entrance =
      entrances.find(
        ({ route, service: to }) =>
          (ingress === undefined || route.metadata.name === ingress) &&
          (service === undefined || to.metadata.name === service) &&
          to.spec !== undefined,
      ) ?? undefined;
    const named = (kind: string, name: string | undefined) =>
      name === undefined ? undefined : this.bundle.ofKind(kind).find(({ metadata }) => metadata.name === name);
    this.service = entrance?.service ?? named('Service', service) ?? this.onlyService();
    this.route =
      entrance?.route ??
      named('Ingress', ingress) ??
      (service === undefined ? this.bundle.ofKind('Ingress', 'HTTPRoute')[0] : undefined);
    this.port = entrance?.port ?? (this.service === undefined ? undefined : firstPort(this.service));
    const behind =
      this.service === undefined
        ? []
        : workloadsBehind(this.bundle, this.service).filter((one) => !ownedByWorkload(one));
    this.selected = behind.length > 0;
    this.workload = behind[0] ?? this.likelyWorkload();
    const uids = new Set<unknown>();
    const labels = mappingOf(valueAt(this.workload, ['spec', 'selector', 'matchLabels']));
    this.pods = objects
      .filter(({ kind }) => kind === 'Pod')
      .filter((pod) => this.workload !== undefined && carries(pod, labels))
      .map((pod) => {
        uids.add(pod.metadata.uid);
        return {
          name: pod.metadata.name,
          object: pod,
          ready: isReady(pod),
          leaving: pod.metadata.deletionTimestamp !== undefined,
          containers: containerStates(pod),
          started: Date.parse(String(valueAt(pod, ['status', 'startTime']) ?? pod.metadata.creationTimestamp)),
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    this.events = objects.filter(({ kind }) => kind === 'Event').map((event) => eventOf(event, this.refs));
  }

  /** `undefined` where no cluster was looked at. */
  static of(asked: Asked, evidence: readonly Evidence[]): Live | undefined {
    const seen = evidence.filter(({ probe }) => probe === 'objects');
    return seen.length === 0
      ? undefined
      : new Live(asked, seen as unknown as readonly Evidence<ObjectsSeen['request'], ObjectsSeen['answer']>[]);
  }

  /** Pods that stay. */
  get staying(): readonly LivePod[] {
    return this.pods.filter(({ leaving }) => !leaving);
  }

  /** Events of the system's own objects in the last `minutes`. */
  recent(minutes: number): readonly KubeEvent[] {
    return this.events.filter(({ last }) => this.at - last <= minutes * 60_000);
  }

  /** The evidence of these kinds. */
  seen(...kinds: readonly string[]): readonly { readonly ref: string }[] {
    return kinds.flatMap((kind) => {
      const ref = this.refs.get(kind);
      return ref === undefined ? [] : [{ ref }];
    });
  }

  private onlyService(): Manifest | undefined {
    const services = this.bundle
      .ofKind('Service')
      .filter((one) => Object.keys(mappingOf(valueAt(one, ['spec', 'selector']))).length > 0);
    return services.find((one) => valueAt(one, ['spec', 'clusterIP']) !== 'None') ?? services[0];
  }

  /** Whose pods the Service is likely to mean, where it selects none: that of its name, or the only one there is. */
  private likelyWorkload(): Manifest | undefined {
    const workloads = this.bundle.ofKind(...WORKLOAD_KINDS).filter((one) => !ownedByWorkload(one));
    const name = this.service?.metadata.name ?? '';
    return (
      workloads.find(({ metadata }) => metadata.name === name) ??
      workloads.find(({ metadata }) => name.startsWith(metadata.name) || metadata.name.startsWith(name)) ??
      (workloads.length === 1 ? workloads[0] : undefined)
    );
  }
}

function firstPort(service: Manifest): ServicePort | undefined {
  const [first] = listOf(valueAt(service, ['spec', 'ports'])).map(mappingOf);
  return first === undefined ? undefined : servicePort(service, { port: numberOf(first.port) });
}

function ownedByWorkload(one: Manifest): boolean {
  return listOf(one.metadata.ownerReferences).some((owner) => WORKLOAD_KINDS.includes(String(mappingOf(owner).kind)));
}

export function carries(object: Manifest, labels: Readonly<Record<string, unknown>>): boolean {
  const entries = Object.entries(labels);
  return entries.length > 0 && entries.every(([name, value]) => object.metadata.labels?.[name] === value);
}

function eventOf(event: Manifest, refs: ReadonlyMap<string, string>): KubeEvent {
  const { kind, name, uid } = mappingOf(event.involvedObject);
  const first = textOf(event.firstTimestamp) ?? textOf(event.eventTime) ?? textOf(event.metadata.creationTimestamp);
  const last = textOf(event.lastTimestamp) ?? textOf(valueAt(event, ['series', 'lastObservedTime'])) ?? first;
  return {
    reason: textOf(event.reason) ?? '',
    message: textOf(event.message) ?? '',
    kind: textOf(kind) ?? '',
    name: textOf(name) ?? '',
    uid: textOf(uid) ?? '',
    first: Date.parse(first ?? ''),
    last: Date.parse(last ?? ''),
    ref: refs.get('Event') ?? '',
  };
}
