import { numberOf, valueAt } from '../../../manifest/field';
import type { KubeEvent, Live } from '../live';
import { no, type ObservationKind, unclear, yes } from '../observation';
import { type ContainerState, graceOf } from '../pods';
import { rolloutOf } from '../rollout';
import { ago, inside, RECENT_MINUTES } from './kind';
import { failedProbes } from './objects';

/** What SIGKILL leaves as exit code: 128 and the number of the signal. */
const KILLED = 137;
/** How far the kubelet's events and the clock of a grace period may lie apart. */
const SLACK_SECONDS = 2.5;

interface Death extends ContainerState {
  readonly pod: string;
  readonly uid: string;
}

/** Containers that ended within the last hour, and how. */
function deaths(live: Live): readonly Death[] {
  return live.pods.flatMap(({ name, object, containers }) =>
    containers
      .filter(({ last }) => last !== undefined && live.at - last.finishedAt <= RECENT_MINUTES * 60_000)
      .map((one) => ({ ...one, pod: name, uid: String(object.metadata.uid) })),
  );
}

/** Kills for a failed liveness probe; the kubelet says so in its events. */
function livenessKills(live: Live): readonly KubeEvent[] {
  return live
    .recent(RECENT_MINUTES)
    .filter(({ reason, message }) => reason === 'Killing' && /failed (liveness|startup) probe/.test(message));
}

/** Pods of the system that an event speaks of, whether they are still there or not. */
function ofSystem(live: Live, { kind, name }: KubeEvent): boolean {
  const { workload } = live;
  return workload !== undefined && kind === 'Pod' && name.startsWith(`${workload.metadata.name}-`);
}

/** Pods of a StatefulSet that took their whole grace period: the next of the same name was made only then. */
function wholeGrace(live: Live): readonly { readonly pod: string; readonly seconds: number }[] {
  const grace = graceOf(live.workload);
  const events = live.recent(RECENT_MINUTES);
  const told = events.filter(
    (one) => one.reason === 'Killing' && /^Stopping container/.test(one.message) && ofSystem(live, one),
  );
  return told.flatMap(({ name, uid, first }) => {
    const next = live.pods.find((pod) => pod.name === name && pod.object.metadata.uid !== uid);
    if (next === undefined) return [];
    const seconds = (Date.parse(String(next.object.metadata.creationTimestamp)) - first) / 1000;
    return Math.abs(seconds - grace) <= SLACK_SECONDS ? [{ pod: name, seconds }] : [];
  });
}

export const LIVES: readonly ObservationKind[] = [
  inside('out-of-memory', 'no container was killed for its memory', 'last states', (live) => {
    const found = deaths(live).filter(({ last }) => last?.reason === 'OOMKilled');
    const [first] = found;
    if (first?.last === undefined) return no('none', live.seen('Pod'));
    return yes(
      `container ${first.name} of ${first.pod}: OOMKilled, exit code ${first.last.exitCode}, ${ago(live, first.last.finishedAt)}; ${first.restarts} restarts`,
      live.seen('Pod'),
    );
  }),
  inside('killed-at-grace', 'no container outlived its grace period', 'last states', (live) => {
    const seen = live.seen('Pod', 'Event');
    const said = live.recent(RECENT_MINUTES).find(({ reason }) => reason === 'ExceededGracePeriod');
    if (said !== undefined) return yes(`${said.name}: ${said.message}`, seen);
    const grace = graceOf(live.workload);
    const killed = deaths(live).find(({ last, uid, name }) => {
      if (last === undefined || last.exitCode !== KILLED || last.reason === 'OOMKilled') return false;
      // A probe that condemns leaves less time, and is a cause of its own.
      return !livenessKills(live).some((event) => event.uid === uid && event.message.includes(name));
    });
    if (killed !== undefined && live.pods.some(({ name, leaving }) => name === killed.pod && leaving))
      return yes(`container ${killed.name} of ${killed.pod}: exit code ${KILLED} after it was told to end`, seen);
    const [whole] = wholeGrace(live);
    if (whole !== undefined)
      return yes(
        `${whole.pod} was gone ${Math.round(whole.seconds)} s after it was told to end, and ${grace} s is its grace period: it was killed`,
        seen,
      );
    return no('none', seen);
  }),
  inside('liveness-killed', 'no container was killed by its liveness probe', 'events', (live) => {
    const kills = livenessKills(live).filter((one) => ofSystem(live, one));
    const [last] = [...kills].sort((a, b) => b.last - a.last);
    if (last === undefined) return no('none', live.seen('Event'));
    const [why] = failedProbes(live, 'Liveness');
    return yes(
      `${last.name}: ${last.message}, ${ago(live, last.last)}${why === undefined ? '' : ` (${(why.message.split('\n')[0] as string).slice(0, 120)})`}`,
      live.seen('Event'),
    );
  }),
  inside('restarted', 'no container was restarted', 'last states', (live) => {
    const found = deaths(live).filter(({ restarts }) => restarts > 0);
    const [first] = found;
    return first?.last === undefined
      ? no('none', live.seen('Pod'))
      : yes(
          `${found.length} containers, container ${first.name} of ${first.pod} ${ago(live, first.last.finishedAt)}: ${first.last.reason || 'ended'}, exit code ${first.last.exitCode}`,
          live.seen('Pod'),
        );
  }),
  inside('pod-moved', 'nobody moved or removed a pod', 'events', (live) => {
    const seen = live.seen('Event', 'Pod');
    const disrupted = live.pods.find(({ object }) =>
      JSON.stringify(valueAt(object, ['status', 'conditions']) ?? []).includes('"DisruptionTarget"'),
    );
    if (disrupted !== undefined) return yes(`${disrupted.name} is being moved away`, seen);
    const events = live.recent(RECENT_MINUTES / 4);
    const moved = events.find(
      (one) =>
        /^(Evicted|Preempted|TaintManagerEviction|Preempting|ScaleDown|NodeNotReady)$/.test(one.reason) &&
        (ofSystem(live, one) || one.kind === 'Node'),
    );
    if (moved !== undefined)
      return yes(`${moved.name}: ${moved.reason}: ${moved.message.slice(0, 160)}, ${ago(live, moved.last)}`, seen);
    const name = live.workload?.metadata.name ?? '';
    const scaled = events.find(
      (one) =>
        (one.reason === 'SuccessfulRescale' && one.message.includes('below target')) ||
        (one.reason === 'ScalingReplicaSet' &&
          one.name === name &&
          /^Scaled down/.test(one.message) &&
          !rollsOut(live, one)) ||
        (one.reason === 'SuccessfulDelete' && one.kind === 'StatefulSet' && one.name === name && beyond(live, one)),
    );
    if (scaled !== undefined)
      return yes(`${scaled.kind} ${scaled.name}: ${scaled.message.slice(0, 160)}, ${ago(live, scaled.last)}`, seen);
    const rollout = rolloutOf(live);
    return rollout === undefined ? no('nobody', seen) : unclear(`a rollout is under way: ${rollout}`, seen);
  }),
];

/** A Deployment scales an old ReplicaSet down beside a new one that it scales up: that is a rollout and no removal. */
function rollsOut(live: Live, event: KubeEvent): boolean {
  return live.events.some(
    (one) =>
      one.reason === 'ScalingReplicaSet' &&
      one.name === event.name &&
      /^Scaled up/.test(one.message) &&
      Math.abs(one.last - event.last) < 600_000,
  );
}

/** A StatefulSet deletes pods that it makes anew, and pods above its number of replicas; only the latter are gone. */
function beyond(live: Live, { message }: KubeEvent): boolean {
  const ordinal = /delete Pod \S+-(\d+) in/.exec(message)?.[1];
  return ordinal !== undefined && Number(ordinal) >= (numberOf(valueAt(live.workload, ['spec', 'replicas'])) ?? 1);
}
