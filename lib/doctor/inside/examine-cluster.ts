import { setMaxListeners } from 'node:events';
import { InvalidInputError } from '../../input/problems';
import type { Cluster } from '../ask/cluster';
import { type Run, run } from '../ask/program';
import { type Asked, CLUSTER, type Evidence, type Recording } from '../evidence';
import { type ExamineOptions, examine } from '../examine';
import { Live } from '../facts/live';
import { Pace } from '../reach/pace';
import { readTarget, type TargetOptions } from '../reach/target';
import { withoutQueryValues } from '../redact';
import { askCloud } from './cloud/ask-cloud';
import { collectObjects, type Record } from './collect';
import { type Bound, lookAtPods } from './pods';
import { addressOf, hostOf, pathsToTry } from './way';

/** Where in the cluster to look, and how the edge is reached. */
export interface ClusterTarget {
  readonly cluster: Cluster;
  readonly ingress?: string;
  readonly service?: string;
  /** What clients connect to. @default - the host and path of the route, at the address that it was given */
  readonly url?: string;
  readonly target: TargetOptions;
  /** Whether to ask at the edge as well. @default true */
  readonly edge?: boolean;
  /** Runs `gcloud` and `aws`. @default - as child processes */
  readonly run?: Run;
}

/**
 * Looks at a system in a cluster: its objects, and the same questions at every hop at once, so that the fault lies between the last good and the first bad one.
 * Reads only.
 *
 * @throws {InvalidInputError} where it is not clear which system is meant
 * @throws {CannotLook} where the cluster or its objects cannot be read
 */
export async function examineCluster(where: ClusterTarget, options: ExamineOptions): Promise<Recording> {
  const { cluster } = where;
  const begun = performance.now();
  const now = () => performance.now() - begun;
  const budget = options.budgetSeconds ?? (options.quick ? 10 : 100);
  const over = new AbortController();
  const end = setTimeout(() => over.abort(), Math.max(2, budget) * 1000);
  const signal = AbortSignal.any([options.signal, over.signal]);
  setMaxListeners(0, signal);
  const evidence: Evidence[] = [];
  const startedAt = options.startedAt ?? new Date().toISOString();
  const record = recorder(evidence);
  try {
    options.progress(`objects of namespace ${cluster.namespace}`);
    await collectObjects(cluster, record, now);
    const before = askedOf(where, undefined, startedAt, options, budget);
    const live = Live.of(before, evidence) as Live;
    chosen(live, where);
    const bound: Bound = {
      cluster,
      live,
      record,
      now,
      begun,
      signal,
      pace: options.pace ?? new Pace(),
      options,
      evidence,
    };
    const inside = await lookAtPods(bound, pathsToTry(live, pathOf(where.url)));
    const url = where.url ?? urlOf(live, inside.path);
    const skipped = [...inside.skipped];
    const atTheEdge = {
      ...options,
      signal,
      budgetSeconds: Math.max(2, budget - now() / 1000),
      pace: bound.pace,
      begun,
    };
    const [edge, cloud] = await Promise.all([
      where.edge === false ? undefined : atEdge(where, live, url, atTheEdge, skipped),
      askCloud(live, cluster.context, where.run ?? run, record, now, signal),
    ]);
    skipped.push(...cloud, ...(edge?.ended.skipped ?? []));
    evidence.push(...(edge?.evidence ?? []));
    const asked = {
      ...askedOf(where, url, startedAt, options, budget),
      ...(edge === undefined ? {} : { remarks: edge.asked.remarks }),
    };
    return {
      asked,
      evidence,
      ended: {
        ended: options.signal.aborted ? 'interrupted' : 'complete',
        seconds: Math.round(now() / 100) / 10,
        skipped,
      },
    };
  } finally {
    clearTimeout(end);
  }
}

/** Writes down what was asked inside; each line has a name of its own. */
export function recorder(evidence: Evidence[]): Record {
  const counts = new Map<string, number>();
  const round = (ms: number) => Math.round(ms * 10) / 10;
  return (probe, request, answer, at, took) => {
    const count = (counts.get(probe) ?? 0) + 1;
    counts.set(probe, count);
    const source = probe === 'cloud' ? 'balancer' : probe === 'logs' ? 'log' : 'kubernetes';
    evidence.push({
      ref: `${CLUSTER}: ${probe}#${count}`,
      hop: CLUSTER,
      source,
      probe,
      at: round(at),
      took: round(took),
      request,
      answer,
    });
  };
}

/** @throws {InvalidInputError} where several systems could be meant, or what was named is not there */
function chosen(live: Live, { ingress, service }: ClusterTarget): void {
  const routes = live.bundle.ofKind('Ingress', 'HTTPRoute').map(({ metadata }) => metadata.name);
  const services = live.bundle.ofKind('Service').map(({ metadata }) => metadata.name);
  const list = (names: readonly string[]) => (names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`);
  if (ingress !== undefined && !routes.includes(ingress))
    throw new InvalidInputError([
      `--ingress "${ingress}" is no Ingress or HTTPRoute of this namespace; ${list(routes)}`,
    ]);
  if (service !== undefined && !services.includes(service))
    throw new InvalidInputError([`--service "${service}" is no Service of this namespace; ${list(services)}`]);
  if (ingress === undefined && service === undefined && routes.length > 1)
    throw new InvalidInputError([
      `this namespace has several routes: ${routes.join(', ')}; say which with --ingress <name>, or --service <name>`,
    ]);
  if (live.service === undefined)
    throw new InvalidInputError([
      `no Service could be found behind ${live.route === undefined ? 'this namespace' : `${live.route.kind} ${live.route.metadata.name}`}; ${list(services)}; say which with --service <name>`,
    ]);
}

/** The same look as from outside, at what people connect to. */
async function atEdge(
  where: ClusterTarget,
  live: Live,
  url: string,
  options: ExamineOptions,
  skipped: { probe: string; why: string }[],
): Promise<Recording | undefined> {
  const address = addressOf(live);
  if (where.url === undefined && (hostOf(live) === undefined || address === undefined)) {
    const why =
      live.route === undefined
        ? 'no Ingress leads to it; give the address that people connect to'
        : `${live.route.kind} ${live.route.metadata.name} names no host or has no address yet; give the address that people connect to`;
    skipped.push({ probe: 'edge', why });
    return undefined;
  }
  const ip = address !== undefined && /^[\d.]+$|:/.test(address) ? [address] : [];
  const given = where.target.addresses ?? [];
  const addresses = given.length > 0 || where.url !== undefined ? given : ip;
  return examine(readTarget(url, { ...where.target, addresses }), options);
}

function pathOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname === '/' ? undefined : `${pathname}${search}`;
}

function urlOf(live: Live, path: string): string {
  const host = hostOf(live);
  if (host !== undefined) return `${plain(live) ? 'http' : 'https'}://${host}${path}`;
  const { name, namespace } = (live.service as NonNullable<Live['service']>).metadata;
  return `http://${name}.${namespace}.svc${path}`;
}

/** Without a certificate an Ingress speaks HTTP only. */
function plain({ route, bundle }: Live): boolean {
  if (route === undefined || route.kind !== 'Ingress') return false;
  const written = JSON.stringify([
    (route.spec as { tls?: unknown } | undefined)?.tls ?? null,
    route.metadata.annotations ?? {},
  ]);
  return !/"secretName"|certificate|pre-shared-cert/.test(written) && bundle.ofKind('ManagedCertificate').length === 0;
}

function askedOf(
  { cluster, ingress, service, target }: ClusterTarget,
  url: string | undefined,
  startedAt: string,
  { quick }: ExamineOptions,
  budgetSeconds: number,
): Asked {
  const at = new URL(url ?? `http://${cluster.namespace}.invalid/`);
  const origin = target.origin ?? at.origin;
  return {
    holdfast: 'evidence',
    version: 1,
    url: withoutQueryValues(at),
    protocol: target.protocol ?? (at.protocol.startsWith('ws') ? 'websocket' : 'socket.io'),
    client: target.client ?? 'browser',
    origin,
    crossSite: false,
    sent: [],
    startedAt,
    quick,
    budgetSeconds,
    remarks: [],
    cluster: {
      context: cluster.context,
      namespace: cluster.namespace,
      ...(ingress === undefined ? {} : { ingress }),
      ...(service === undefined ? {} : { service }),
    },
  };
}

/** What there is to say where nothing could be looked at. */
export function refusedRecording(where: ClusterTarget, options: ExamineOptions, why: string): Recording {
  const startedAt = options.startedAt ?? new Date().toISOString();
  const asked = askedOf(where, where.url, startedAt, options, options.budgetSeconds ?? 0);
  return {
    asked: { ...asked, cluster: { ...(asked.cluster as NonNullable<Asked['cluster']>), refused: why } },
    evidence: [],
    ended: { ended: 'complete', seconds: 0, skipped: [] },
  };
}
