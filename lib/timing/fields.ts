import { shown } from '../input/problems';
import type { ProbeSchedule, Timing } from './durations';

/** The version of what {@link Timing} consists of, raised whenever a key is added or means something else. */
export const TIMING_VERSION = 2;

/** One key of a timing: what it must be, and since when it is there. */
export interface Field<V> {
  readonly since: number;
  /** What is wrong with a value that is there, in words; `undefined` when nothing is. */
  readonly wrong: (value: unknown) => string | undefined;
  /** What a timing of an older version meant, which could not say it. `undefined`: nothing. */
  readonly before?: (older: Timing) => V;
  /** May be left out. */
  readonly optional?: boolean;
}

/** Whole seconds, for fields of Kubernetes and nginx that take nothing else. */
const whole: Field<number> = {
  since: 1,
  wrong: (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : `${shown(value)} is no number of whole seconds`,
};

/** Seconds, with fractions. */
const seconds: Field<number> = {
  since: 1,
  wrong: (value) =>
    Number.isFinite(value) && (value as number) > 0 ? undefined : `${shown(value)} is no number of seconds`,
};

const PROBE: { readonly [K in keyof ProbeSchedule]-?: { readonly least: number; readonly optional: boolean } } = {
  initialDelaySeconds: { least: 0, optional: false },
  periodSeconds: { least: 1, optional: false },
  timeoutSeconds: { least: 1, optional: false },
  successThreshold: { least: 1, optional: false },
  failureThreshold: { least: 1, optional: false },
  terminationGracePeriodSeconds: { least: 1, optional: true },
};

const probe: Field<ProbeSchedule> = {
  since: 1,
  wrong: (value) => {
    if (typeof value !== 'object' || value === null) return `${shown(value)} is no schedule of a probe`;
    const given = value as Record<string, unknown>;
    const bad = Object.entries(PROBE).find(
      ([name, { least, optional }]) =>
        !(optional && given[name] === undefined) &&
        !(Number.isSafeInteger(given[name]) && Number(given[name]) >= least),
    );
    return bad && `${bad[0]} ${shown(given[bad[0]])} is no whole number from ${bad[1].least}`;
  },
};

/** A pod that is not ready goes on, and the API server refuses a grace period there. */
const readiness: Field<ProbeSchedule> = {
  since: 1,
  wrong: (value) =>
    probe.wrong(value) ??
    ((value as ProbeSchedule).terminationGracePeriodSeconds === undefined
      ? undefined
      : 'terminationGracePeriodSeconds is for the liveness and the startup probe; a readiness probe ends nothing'),
};

type Fields = { readonly [K in keyof Timing]-?: Field<NonNullable<Timing[K]>> };

/** Every key of a timing. A key that is missing here does not compile. */
export const FIELDS: Fields = {
  pingIntervalSeconds: seconds,
  pingTimeoutSeconds: seconds,
  effectivePingTimeoutSeconds: seconds,
  marginSeconds: whole,
  idleTimeoutSeconds: whole,
  maxConnectionLifetimeSeconds: whole,
  endpointDetachSeconds: whole,
  preStopSeconds: whole,
  drainSeconds: whole,
  shutdownSeconds: whole,
  startupSeconds: whole,
  workerShutdownTimeoutSeconds: whole,
  terminationGracePeriodSeconds: whole,
  nodeShutdownSeconds: { ...whole, since: 2, optional: true },
  connectionDrainingSeconds: whole,
  affinityTtlSeconds: whole,
  presenceTtlSeconds: whole,
  replayTtlSeconds: whole,
  keepAliveSeconds: whole,
  livenessProbe: probe,
  readinessProbe: readiness,
  startupProbe: probe,
};

/** The names of all keys, in their order. */
export const TIMING_KEYS = Object.freeze(Object.keys(FIELDS) as (keyof Timing)[]);

/** A timing as plain data, or what is wrong with each key that it needs. */
export interface ReadFields {
  /** The keys that are known, and nothing else. */
  readonly timing: Timing;
  readonly wrong: ReadonlyMap<keyof Timing, string>;
}

/**
 * The keys of a timing that some version wrote. Keys that a newer one added are left out; keys that an older one could not write
 * become what it meant.
 */
export function readFields(
  value: Readonly<Record<string, unknown>>,
  version: number,
  fields: Fields = FIELDS,
): ReadFields {
  const read: Record<string, unknown> = {};
  const wrong = new Map<keyof Timing, string>();
  const late: (keyof Timing)[] = [];
  for (const key of TIMING_KEYS) {
    const { since, optional, wrong: problemOf, before }: Field<unknown> = fields[key];
    const given = value[key];
    if (given === undefined && (optional === true || since > version)) {
      if (since > version && before !== undefined) late.push(key);
      continue;
    }
    const problem = problemOf(given);
    if (problem === undefined) read[key] = given;
    else wrong.set(key, problem);
  }
  const timing = read as unknown as Timing;
  for (const key of late) read[key] = fields[key].before?.(timing);
  return { timing, wrong };
}
