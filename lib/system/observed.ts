import type { Bundle } from '../manifest/bundle';
import { numberOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { CONTRACT } from '../timing/contract';
import { DEFAULT_GRACE_SECONDS } from '../timing/fixed';
import { deriveTiming, type Timing } from '../timing/timing';
import { carriedTiming, heartbeatOf, idleTimeoutFor, LEAST_MARGIN_SECONDS } from './heartbeat';
import { directivesNamed, type NginxText, nginxSeconds, nginxTextsIn } from './nginx-text';
import { type ContainerAt, containersOf, environmentOf, podSpecOf } from './pod';
import { preStopOf } from './pre-stop';

export { DEFAULT_GRACE_SECONDS };

/** What a workload's manifests add up to, in the terms of the timing model. */
export interface Observed {
  readonly timing: Timing;
  /** The workload carries the timing it was made with; otherwise what cannot be read is the least that a drain needs. */
  readonly carried: boolean;
}

/** The timing of a workload with everything that stands in YAML in the place of what the model says. */
export function observe(bundle: Bundle, workload: Manifest): Observed {
  const known = bundle.once(observedBefore);
  const observed = known.get(workload) ?? observeAnew(bundle, workload);
  known.set(workload, observed);
  return observed;
}

/** Filled as they are asked for: most rules about timing ask, and about the same workloads. */
function observedBefore(_bundle: Bundle): Map<Manifest, Observed> {
  return new Map();
}

function observeAnew(bundle: Bundle, workload: Manifest): Observed {
  const carried = carriedTiming(workload);
  const grace = numberOf(podSpecOf(workload).terminationGracePeriodSeconds) ?? DEFAULT_GRACE_SECONDS;
  const preStop = longestPreStop(workload);
  if (carried !== undefined) {
    return {
      carried: true,
      timing: {
        ...carried,
        terminationGracePeriodSeconds: grace,
        preStopSeconds: Math.max(preStop, carried.preStopSeconds),
      },
    };
  }
  const beat = heartbeatOf(bundle, workload);
  const drain = numberOf(environmentValue(workload, CONTRACT.drainMs.variable));
  return {
    carried: false,
    timing: {
      ...usualTiming(),
      pingIntervalSeconds: beat.pingIntervalSeconds,
      pingTimeoutSeconds: beat.pingTimeoutSeconds,
      effectivePingTimeoutSeconds: beat.seconds,
      idleTimeoutSeconds: idleTimeoutFor(beat),
      marginSeconds: 0,
      drainSeconds: drain === undefined ? LEAST_MARGIN_SECONDS : drain / 1000,
      shutdownSeconds: 0,
      preStopSeconds: preStop,
      terminationGracePeriodSeconds: grace,
    },
  };
}

let usual: Timing | undefined;

/** What is derived from nothing that anybody says. */
function usualTiming(): Timing {
  usual ??= deriveTiming();
  return usual;
}

/** Hooks of all containers run at once, so the longest counts. */
export function longestPreStop(workload: Manifest): number {
  return Math.max(0, ...containersOf(workload).map((container) => preStopOf(container)?.seconds ?? 0));
}

function environmentValue(workload: Manifest, name: string): string | undefined {
  for (const container of containersOf(workload)) {
    const found = environmentOf(container, name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** A duration that a workload's nginx is told, with the text it stands in. */
export interface NginxDuration {
  readonly text: NginxText;
  readonly written: string;
  readonly seconds: number;
}

/** Every `name` in the nginx configuration of a workload. */
export function nginxDurations(bundle: Bundle, workload: Manifest, name: string): readonly NginxDuration[] {
  return nginxTextsIn(bundle, workload).flatMap((text) =>
    directivesNamed(text.directives, name).flatMap(({ args }) => {
      const seconds = nginxSeconds(args[0]);
      return seconds === undefined ? [] : [{ text, written: `${name} ${args.join(' ')}`, seconds }];
    }),
  );
}

/** A container with an environment variable, for rules that read one. */
export function environmentsNamed(
  workload: Manifest,
  name: string,
): readonly { readonly container: ContainerAt; readonly value: string; readonly path: readonly (string | number)[] }[] {
  return containersOf(workload).flatMap((container) => {
    const found = environmentOf(container, name);
    return found === undefined ? [] : [{ container, ...found }];
  });
}
