import { checkProbePath } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import * as k8s from '../synth/k8s';
import type { ProbeSchedule, Timing } from '../timing/timing';

/** Which paths the kubelet asks. None may be the Socket.IO endpoint: each request there opens a session. */
export interface ProbePaths {
  /** Is the process alive? Must not depend on a database or another service: its failure restarts the pod and drops every connection. */
  readonly liveness: string;
  /** Can it take new connections? Dependencies belong here. */
  readonly readiness: string;
  /** Has it started? Until this answers, the others wait. */
  readonly startup: string;
}

/** The three probes of a container, in its own fields. */
export type ContainerProbes = Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

export function checkProbePaths(problems: Problems, paths: ProbePaths): void {
  for (const probe of ['liveness', 'readiness', 'startup'] as const) checkProbePath(problems, probe, paths[probe]);
  if (/(^|\/)(database|db|redis|postgres|mysql|mongo)(\/|$)/i.test(paths.liveness)) {
    problems.add(
      'liveness',
      `"${paths.liveness}" looks like a dependency: when it fails, every pod restarts and drops its connections; ` +
        'ask the dependency in the readiness path, and keep liveness to the process itself, such as "/health"',
    );
  }
}

/** Probes by HTTP on one port, on the schedule of the timing. */
export function httpProbes(paths: ProbePaths, port: number, timing: Timing): ContainerProbes {
  const probe = (path: string, { initialDelaySeconds, ...schedule }: ProbeSchedule): k8s.Probe => ({
    httpGet: { path, port: k8s.IntOrString.fromNumber(port), scheme: 'HTTP' },
    // The API server does not keep a zero, and every apply would find that it is missing.
    ...(initialDelaySeconds === 0 ? {} : { initialDelaySeconds }),
    ...schedule,
  });
  return {
    livenessProbe: probe(paths.liveness, timing.livenessProbe),
    readinessProbe: probe(paths.readiness, timing.readinessProbe),
    startupProbe: probe(paths.startup, timing.startupProbe),
  };
}
