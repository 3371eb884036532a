import type { Cluster } from '../ask/cluster';
import type { Evidence, Json } from '../evidence';
import type { ExamineOptions } from '../examine';
import type { Live, LivePod } from '../facts/live';
import { INVENTED, invented } from '../probes/requests';
import { session } from '../probes/sessions';
import { once } from '../probes/websocket';
import { engineQuery } from '../reach/engine-io';
import type { Pace } from '../reach/pace';
import { readTarget, type Target } from '../reach/target';
import { Wire } from '../reach/wire';
import { Redactor } from '../redact';
import type { Record } from './collect';
import { proxiesOf, readLog } from './logs';
import { healthAsked, hostOf, type PortOfPod, portsToAsk } from './way';

/** What looking at pods needs. */
export interface Bound {
  readonly cluster: Cluster;
  readonly live: Live;
  readonly record: Record;
  readonly now: () => number;
  readonly begun: number;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly options: ExamineOptions;
  /** Where what is seen at a hop is written down. */
  readonly evidence: Evidence[];
}

/** The most pods that are asked one by one. */
const MOST_PODS = 3;
const LOG_LINES = 500;
/** Handshakes at each hop; with two one knows that the first was no accident. */
const HANDSHAKES = 2;

export interface PodsLooked {
  /** Where Engine.IO answered, or was looked for first. */
  readonly path: string;
  readonly skipped: readonly { readonly probe: string; readonly why: string }[];
}

/** Asks pods for themselves: inside their network, at their address, and in the logs of their proxies. */
export async function lookAtPods(bound: Bound, paths: readonly string[]): Promise<PodsLooked> {
  const { live } = bound;
  const skipped: { probe: string; why: string }[] = [];
  const all = [...live.staying].sort((a, b) => Number(a.ready) - Number(b.ready));
  const pods = all.slice(0, MOST_PODS);
  const ports = portsToAsk(live);
  const [first = '/socket.io/'] = paths;
  if (pods.length === 0 || ports.length === 0) {
    const why = pods.length === 0 ? 'there are no pods' : 'no container names a port';
    return { path: first, skipped: [{ probe: 'pod proxy', why }] };
  }
  if (all.length > pods.length)
    skipped.push({
      probe: 'pod proxy',
      why: `${pods.length} of ${all.length} pods were asked, those that are not ready first`,
    });
  bound.options.progress(`${pods.length} pods, port ${ports.map(({ port }) => port).join(' and ')}`);
  const found: { path: string | undefined } = { path: undefined };
  await Promise.all(pods.map((pod) => atPod(bound, pod, ports, paths, found, skipped)));
  return { path: found.path ?? first, skipped };
}

async function atPod(
  bound: Bound,
  pod: LivePod,
  ports: readonly PortOfPod[],
  paths: readonly string[],
  found: { path: string | undefined },
  skipped: { probe: string; why: string }[],
): Promise<void> {
  for (const one of ports) {
    if (bound.signal.aborted) break;
    const path = await throughForward(bound, pod, one, paths, skipped);
    found.path ??= path;
  }
  const [first] = ports;
  if (first !== undefined) await atAddress(bound, pod, first.port, found.path ?? (paths[0] as string));
  await logsOf(bound, pod);
}

/** Each port has a way of its own: kubectl closes all that it holds open when one of them is refused in the pod. */
async function throughForward(
  bound: Bound,
  pod: LivePod,
  { port, container }: PortOfPod,
  paths: readonly string[],
  skipped: { probe: string; why: string }[],
): Promise<string | undefined> {
  const { cluster, record, now } = bound;
  const at = now();
  const forwarded = await cluster.forward(pod.name, [port]);
  record('port-forward', { pod: pod.name, ports: [port] }, { error: forwarded.error }, at, now() - at);
  try {
    if (forwarded.error !== '')
      skipped.push({ probe: 'pod proxy', why: `no port-forward to ${pod.name}: ${forwarded.error}` });
    const local = forwarded.ports.get(port);
    if (local === undefined || bound.signal.aborted) return undefined;
    return await engineAt(bound, pod, { port, container }, local, paths);
  } finally {
    forwarded.close();
  }
}

/** The questions of every hop, at one port of one pod. Returns the path where Engine.IO answers. */
async function engineAt(
  bound: Bound,
  pod: LivePod,
  { port, container }: PortOfPod,
  local: number,
  paths: readonly string[],
): Promise<string | undefined> {
  const hop = `${pod.name}:${port} ${container}`;
  const wire = (path: string) =>
    new Wire({
      target: targetAt(bound, local, path),
      signal: bound.signal,
      timeoutMs: 3000,
      userAgent: `holdfast-doctor/${bound.options.version}`,
      hop,
      pace: bound.pace,
      begun: bound.begun,
      sendSecrets: () => true,
    });
  for (const path of paths) {
    const here = wire(path);
    await Promise.all(Array.from({ length: HANDSHAKES }, () => session(here, 'browser', false, 0)));
    await Promise.all([once(here), invented.run({ wire: here } as Parameters<typeof invented.run>[0])]);
    const answers = here.evidence.some(
      ({ probe, answer }) => probe === 'session' && (answer as { open?: unknown }).open !== null,
    );
    const known = here.evidence.some(({ answer }) => JSON.stringify(answer).includes('Session ID unknown'));
    if (answers || known || path === paths.at(-1)) {
      bound.evidence.push(...here.evidence);
      return answers || known ? path : undefined;
    }
  }
  return undefined;
}

/** What is asked at a port of this machine that leads into a pod: under the name of the edge. */
export function targetAt({ live }: Pick<Bound, 'live'>, local: number, path: string): Target {
  const host = hostOf(live);
  const target = readTarget(`http://127.0.0.1:${local}${path}`);
  return host === undefined ? target : { ...target, origin: `https://${host}`, headers: { host } };
}

/** Through the API server to the pod's own address: what a NetworkPolicy or a server on 127.0.0.1 keeps out. */
async function atAddress(
  { cluster, live, record, now }: Bound,
  pod: LivePod,
  port: number,
  path: string,
): Promise<void> {
  const ask = async (what: 'handshake' | 'health', on: number, asked: string) => {
    const at = now();
    const base = `/api/v1/namespaces/${cluster.namespace}/pods/${pod.name}:${on}/proxy`;
    const { status, body, server } = await cluster.get(`${base}${asked}`);
    const said = new Redactor().text(body).slice(0, 200);
    record(
      'pod-proxy',
      { pod: pod.name, port: on, path: asked.split('?')[0] as string, what },
      { status, server, said },
      at,
      now() - at,
    );
  };
  await ask('handshake', port, engineQuery(path, 'polling', INVENTED));
  const health = healthAsked(live);
  if (health !== undefined) await ask('health', health.port, health.path);
}

async function logsOf({ cluster, record, now }: Bound, pod: LivePod): Promise<void> {
  for (const container of proxiesOf(pod)) {
    const at = now();
    const path = `/api/v1/namespaces/${cluster.namespace}/pods/${pod.name}/log?container=${container}&tailLines=${LOG_LINES}`;
    const { status, body } = await cluster.get(path);
    if (status !== 200) continue;
    record('logs', { pod: pod.name, container }, readLog(body, new Redactor()) as unknown as Json, at, now() - at);
  }
}
