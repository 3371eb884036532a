import type { Bundle } from '../manifest/bundle';
import { numberOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { CONTRACT } from '../timing/contract';
import type { TimelineEvent } from '../timing/timeline';
import { carriedTiming } from './heartbeat';
import { environmentsNamed, nginxDurations, observe } from './observed';
import { type ContainerAt, containersOf } from './pod';
import { preStopOf } from './pre-stop';
import { settingsOf } from './settings';
import { isNginx } from './thread/nginx-of-pod';

/** What happens to a pod of a workload from its deletion on, as its manifests say it, in the order of time. */
export function shutdownOf(bundle: Bundle, workload: Manifest): readonly TimelineEvent[] {
  const grace = observe(bundle, workload).timing.terminationGracePeriodSeconds;
  const events = [
    event('pod', 0, 0, 'deleted; endpoint removal and every preStop begin together'),
    ...balancers(bundle, workload),
    ...containersOf(workload).flatMap((container) => stops(bundle, workload, container, grace)),
  ].sort((a, b) => a.atSeconds - b.atSeconds);
  return [...events, event('kubelet', grace, grace, 'SIGKILL for whatever is left')];
}

function event(actor: TimelineEvent['actor'], atSeconds: number, untilSeconds: number, text: string): TimelineEvent {
  return Object.freeze({ atSeconds, untilSeconds, actor, event: text });
}

function balancers(bundle: Bundle, workload: Manifest): readonly TimelineEvent[] {
  return settingsOf(bundle, 'drain')
    .filter(({ workloads }) => workloads.includes(workload))
    .map(({ seconds, knob, object }) => {
      const drain = seconds ?? knob.defaultSeconds ?? 0;
      const place = `${knob.field} of ${object.kind} ${object.metadata.name}`;
      return drain > 0
        ? event('balancer', 0, drain, `leaves existing connections alone (${place})`)
        : event('balancer', 0, 0, `closes existing connections (${place} is ${seconds ?? 'not written'})`);
    });
}

function stops(bundle: Bundle, workload: Manifest, container: ContainerAt, grace: number): readonly TimelineEvent[] {
  const { name } = container;
  const nginx = isNginx(container);
  const actor = nginx ? 'nginx' : 'application';
  const hook = preStopOf(container);
  if (hook?.readable === false)
    return [
      event(
        actor,
        0,
        grace,
        `${name}: preStop runs for as long as it takes, which nothing here says; then the stop signal`,
      ),
    ];
  const waits = hook?.seconds ?? 0;
  const held =
    waits > 0 ? [event(actor, 0, Math.min(waits, grace), `${name}: preStop holds the stop signal back`)] : [];
  if (waits >= grace) return [...held, event(actor, grace, grace, `${name}: no time is left for its stop signal`)];
  // A sidecar is told to stop when the others have.
  const told = container.sidecar ? 'stop signal, when the other containers have ended' : 'stop signal';
  const taken = nginx ? workerShutdown(bundle, workload) : drainOf(workload);
  const until = taken === undefined ? grace : Math.min(waits + taken, grace);
  const closes = nginx ? 'finishes its connections' : 'closes its connections';
  const words = taken === undefined ? `${closes} for as long as it takes, which nothing here says` : closes;
  return [...held, event(actor, waits, waits, `${name}: ${told}`), event(actor, waits, until, `${name}: ${words}`)];
}

function workerShutdown(bundle: Bundle, workload: Manifest): number | undefined {
  return nginxDurations(bundle, workload, 'worker_shutdown_timeout')[0]?.seconds;
}

/** How long the application closes connections, where it is told. */
function drainOf(workload: Manifest): number | undefined {
  const [written] = environmentsNamed(workload, CONTRACT.drainMs.variable);
  const milliseconds = numberOf(written?.value);
  return milliseconds === undefined ? carriedTiming(workload)?.drainSeconds : milliseconds / 1000;
}
