import type { Case } from './cases';

/** What may happen to any system, whatever an alert is about. */
export const SITUATIONS = ['missed scrapes', 'a counter reset', 'a replaced pod', 'no traffic at night'] as const;

type Sample = number | undefined;
type Series = ReadonlyMap<string, readonly Sample[]>;

const EVERY_SECONDS = 30;
/** It happens this long before an alert is asked, and is asked for again and again until long after. */
const BEFORE = 4;
const ASKED_FOR = 20;

/** What goes on at night, too: probes and checks, and the event loop itself. */
const AWAKE = /endpoint="\/health"|^prober_|^event_loop_lag/;
const GAUGE = 'ws_connections{';
const STARTED = 'process_start_time_seconds{';

/**
 * The four situations of one alert, made of the cases in which it must and must not fire: each must change nothing about either, and at night one event alone is
 * no reason to wake anybody.
 */
export function situationsOf(fires: Case, quiet: Case): readonly Case[] {
  const { alert } = fires;
  const from = (one: Case) => Math.max(1, secondsOf(one.at) / EVERY_SECONDS - BEFORE);
  const made = (situation: (typeof SITUATIONS)[number], like: Case, change: (series: Series) => Series): Case => ({
    alert,
    what: `${situation}, ${like.what}`,
    situation,
    at: like.at,
    until: like.fires.length > 0 ? 0 : ASKED_FOR,
    fires: like.fires,
    series: printed(change(parsed(like.series))),
  });
  return [
    made('missed scrapes', fires, (series) => missed(series, from(fires))),
    made('missed scrapes', quiet, (series) => missed(series, from(quiet))),
    made('a counter reset', quiet, (series) => restarted(series, from(quiet))),
    made('a replaced pod', quiet, (series) => replaced(series, from(quiet))),
    made('no traffic at night', quiet, (series) => night(series, parsed(fires.series), from(quiet))),
  ];
}

/** Two scrapes in a row are lost. */
function missed(series: Series, from: number): Series {
  return each(series, (_name, samples) =>
    samples.map((value, i) => (i === from || i === from + 1 ? undefined : value)),
  );
}

/** The process starts again: what it counted is gone, and people come back one after the other. */
function restarted(series: Series, from: number): Series {
  return each(series, (name, samples) => afresh(name, samples, from));
}

/** A pod ends, and another one does its work from then on. */
function replaced(series: Series, from: number): Series {
  return new Map(
    [...series].flatMap(([name, samples]) => {
      if (!name.includes('pod="chat-0"')) return [[name, samples] as const];
      const fresh = afresh(name, samples, from).map((value, i) => (i < from ? undefined : value));
      return [
        [name, samples.map((value, i) => (i < from ? value : undefined))] as const,
        [name.replace('pod="chat-0"', 'pod="chat-9"'), fresh] as const,
      ];
    }),
  );
}

/** Hardly anybody is there, and one thing of each kind happens, which would be all of it. */
function night(series: Series, firing: Series, from: number): Series {
  const quiet = each(series, (name, samples) =>
    name.startsWith(GAUGE)
      ? samples.map((value) => (value === undefined ? value : Math.min(1, value)))
      : counts(name) && !AWAKE.test(name)
        ? samples.map(() => 0)
        : samples,
  );
  const events = [...firing].filter(([name]) => counts(name) && !AWAKE.test(name));
  return new Map([
    ...quiet,
    ...events.map(([name, samples]) => {
      const rises = new Set(samples.filter((value) => value !== undefined)).size > 1;
      return [name, samples.map((_value, i) => (rises && i >= from ? 1 : 0))] as const;
    }),
  ]);
}

function afresh(name: string, samples: readonly Sample[], from: number): readonly Sample[] {
  const before =
    samples
      .slice(0, from + 1)
      .filter((value) => value !== undefined)
      .at(-1) ?? 0;
  return samples.map((value, i) => {
    if (value === undefined || i < from) return value;
    if (name.startsWith(STARTED)) return Math.max(value, from * EVERY_SECONDS);
    if (name.startsWith(GAUGE)) return Math.round(value * Math.min(1, (i - from) / BEFORE));
    return counts(name) ? value - before : value;
  });
}

const counts = (name: string): boolean => /_(total|count|sum|bucket)\{/.test(name);

function each(series: Series, change: (name: string, samples: readonly Sample[]) => readonly Sample[]): Series {
  return new Map([...series].map(([name, samples]) => [name, change(name, samples)] as const));
}

/** promtool's notation, taken apart. @see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series */
function parsed(series: Case['series']): Series {
  return new Map(Object.entries(series).map(([name, text]) => [name, text.split(/\s+/).flatMap(samplesOf)]));
}

function samplesOf(token: string): readonly Sample[] {
  const [, start = '', step, times] = /^(_|-?\d+)([+-]\d+)?(?:x(\d+))?$/.exec(token) ?? [];
  if (start === '') throw new Error(`${token} is no series of promtool`);
  if (start === '_') return Array.from({ length: Number(times ?? 1) }, () => undefined);
  return Array.from({ length: Number(times ?? 0) + 1 }, (_, i) => Number(start) + i * Number(step ?? 0));
}

function printed(series: Series): Case['series'] {
  return Object.fromEntries(
    [...series].map(([name, samples]) => [name, samples.map((value) => value ?? '_').join(' ')]),
  );
}

/** `10m30s`, in seconds. */
export function secondsOf(time: string): number {
  return [...time.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * { h: 3600, m: 60, s: 1 }[unit as 'h'],
    0,
  );
}
