import { checkPort, checkProbePath } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import * as k8s from '../synth/k8s';
import type { ProbeSchedule, Timing } from '../timing/timing';

/** Asks by HTTP, and expects 200 to 399. */
export interface HttpProbe {
  readonly path: string;
  /** @default - the application's own port */
  readonly port?: number;
}

/** Connects, and closes the connection again. */
export interface TcpProbe {
  /** The port. */
  readonly tcp: number;
}

/** Runs a command in the container, and expects it to end with 0. */
export interface ExecProbe {
  readonly command: readonly string[];
}

/** What the kubelet does to learn how a container is. A string that starts with "/" is a path on the application's own port; "off" leaves the probe out. */
export type Probe = string | HttpProbe | TcpProbe | ExecProbe | 'off';

/** What the kubelet asks. None may be the Socket.IO endpoint: each request there opens a session. */
export interface Probes {
  /** Is the process alive? Must not depend on a database or another service: its failure restarts the container and drops every connection. */
  readonly liveness: Probe;
  /** Can it take new connections? Dependencies belong here. */
  readonly readiness: Probe;
  /** Has it started? Until this answers, the others wait. */
  readonly startup: Probe;
}

/** The three probes of a container, in its own fields. */
export type ContainerProbes = Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

const NAMES = ['liveness', 'readiness', 'startup'] as const;

export function checkProbes(problems: Problems, probes: Probes): void {
  for (const name of NAMES) checkProbe(problems, name, probes[name]);
  const path = pathOf(probes.liveness);
  if (path !== undefined && /(^|\/)(database|db|redis|postgres|mysql|mongo)(\/|$)/i.test(path)) {
    problems.add(
      'liveness',
      `"${path}" looks like a dependency: when it fails, every pod restarts and drops its connections; ` +
        'ask the dependency in the readiness path, and keep liveness to the process itself, such as "/health"',
    );
  }
}

function checkProbe(problems: Problems, name: string, probe: Probe): void {
  if (probe === 'off') return;
  if (typeof probe === 'string') {
    checkProbePath(problems, name, probe);
    return;
  }
  const at = problems.at(name);
  // From plain JavaScript it may be anything.
  const given: Partial<HttpProbe & TcpProbe & ExecProbe> = typeof probe === 'object' && probe !== null ? probe : {};
  const kinds = (['path', 'tcp', 'command'] as const).filter((kind) => given[kind] !== undefined);
  if (kinds.length > 1) problems.add(name, `has ${kinds.join(' and ')}; give one of them`);
  for (const [field, value] of Object.entries(given))
    if (value !== undefined && !['path', 'port', 'tcp', 'command'].includes(field))
      at.add(field, 'is not read by anything here; the fields are path and port, or tcp, or command');
  if (given.path !== undefined) {
    if (typeof given.path === 'string') checkProbePath(at, 'path', given.path);
    else at.add('path', `${shown(given.path)} cannot be used here; give text, such as "/health"`);
    if (given.port !== undefined) checkPort(at, 'port', given.port);
  } else if (given.tcp !== undefined) {
    checkPort(at, 'tcp', given.tcp);
  } else if (given.command !== undefined) {
    const words: readonly unknown[] = Array.isArray(given.command) ? given.command : [];
    if (words.length === 0 || !words.every((word) => typeof word === 'string' && word !== '')) {
      at.add('command', `${shown(given.command)} is not a list of words; write ['/bin/check', '--fast']`);
    }
  } else {
    problems.add(
      name,
      `${shown(probe)} is not a probe; give a path such as "/health", { path, port }, { tcp: port }, { command: […] } or "off"`,
    );
  }
}

function pathOf(probe: Probe): string | undefined {
  if (typeof probe === 'string') return probe === 'off' ? undefined : probe;
  const path: unknown = typeof probe === 'object' && probe !== null && 'path' in probe ? probe.path : undefined;
  return path === undefined ? undefined : String(path);
}

/** The probes of a container that listens on `port`, on the schedule of the timing. */
export function containerProbes(probes: Probes, port: number, timing: Timing): ContainerProbes {
  const { liveness, readiness, startup } = probes;
  return {
    ...(liveness === 'off' ? {} : { livenessProbe: containerProbe(liveness, port, timing.livenessProbe) }),
    ...(readiness === 'off' ? {} : { readinessProbe: containerProbe(readiness, port, timing.readinessProbe) }),
    ...(startup === 'off' ? {} : { startupProbe: containerProbe(startup, port, timing.startupProbe) }),
  };
}

function containerProbe(probe: Exclude<Probe, 'off'>, port: number, given: ProbeSchedule): k8s.Probe {
  if (typeof probe === 'string') return containerProbe({ path: probe }, port, given);
  const { initialDelaySeconds, ...rest } = given;
  // The API server does not keep a zero, and every apply would find that it is missing.
  const schedule = initialDelaySeconds === 0 ? rest : given;
  // A field that is there may hold nothing, as it does where somebody spreads settings of their own.
  const { tcp, command } = probe as Partial<TcpProbe & ExecProbe>;
  if (tcp !== undefined) return { tcpSocket: { port: k8s.IntOrString.fromNumber(tcp) }, ...schedule };
  if (command !== undefined) return { exec: { command: [...command] }, ...schedule };
  const asked = probe as HttpProbe;
  return {
    httpGet: { path: asked.path, port: k8s.IntOrString.fromNumber(asked.port ?? port), scheme: 'HTTP' },
    ...schedule,
  };
}
