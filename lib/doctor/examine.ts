import { setMaxListeners } from 'node:events';
import { CAUSES } from './causes/all';
import type { Asked, Recording } from './evidence';
import { observationsFor, observe } from './facts/all';
import { untrusted } from './facts/path';
import { View } from './facts/view';
import { expectedBits } from './next';
import { PROBES } from './probes/all';
import type { Look, Probe } from './probes/probe';
import { rank } from './rank';
import type { Pace } from './reach/pace';
import type { Target } from './reach/target';
import { Wire } from './reach/wire';
import { withoutQueryValues } from './redact';

export interface ExamineOptions {
  readonly quick: boolean;
  /** Seconds that the whole may take. @default 10 with quick, 100 without */
  readonly budgetSeconds?: number;
  readonly signal: AbortSignal;
  /** Says what is being done; one line each. */
  readonly progress: (text: string) => void;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Now, as it is to stand in the evidence. @default - the clock */
  readonly startedAt?: string;
  /** When a larger look of which this is a part began, on the clock of `performance.now`. @default - now */
  readonly begun?: number;
  /** The pace that it shares with the rest of that look. @default - its own */
  readonly pace?: Pace;
}

/** The least seconds that are worth beginning a probe for. */
const LEAST = 0.3;

/**
 * Looks at a live deployment from outside, and writes down what it sees. Which probe comes next is decided by what it is expected to
 * tell for each second that it takes; nothing is judged here that is written down.
 */
export async function examine(target: Target, options: ExamineOptions): Promise<Recording> {
  const budget = options.budgetSeconds ?? (options.quick ? 10 : 100);
  const begun = performance.now();
  const left = () => budget - (performance.now() - begun) / 1000;
  // What answers late must not take the whole budget, and what hangs must not hold everything behind it.
  const over = new AbortController();
  const end = setTimeout(() => over.abort(), Math.max(1, budget - 0.7) * 1000);
  const signal = AbortSignal.any([options.signal, over.signal]);
  // One for each request that is under way.
  setMaxListeners(0, signal);
  const asked = askedOf(target, options, budget);
  const secrets = { fit: true };
  const wire = new Wire({
    target,
    signal,
    timeoutMs: options.quick ? 2500 : 4000,
    userAgent: `holdfast-doctor/${options.version}`,
    sendSecrets: () => secrets.fit,
    ...(options.pace === undefined ? {} : { pace: options.pace }),
    ...(options.begun === undefined ? {} : { begun: options.begun }),
  });
  const view = () => new View(asked, wire.evidence);
  const look: Look = { wire, quick: options.quick, view, left, progress: options.progress };
  const skipped: { probe: string; why: string }[] = [];
  let waiting = PROBES.filter((probe) => probe.protocols.includes(target.protocol));

  while (waiting.length > 0 && !signal.aborted) {
    const probe = best(waiting, asked, wire);
    waiting = waiting.filter((one) => one !== probe);
    const seen = view();
    const why =
      options.quick && !probe.quick
        ? `takes ${Math.round(probe.seconds(seen))} s; not with --quick`
        : (probe.useless?.(seen) ?? (left() < LEAST ? 'no time was left (--budget)' : undefined));
    if (why !== undefined) {
      skipped.push({ probe: probe.id, why });
      continue;
    }
    options.progress(probe.doing);
    await probe.run(look);
    if (probe.id !== 'address') continue;
    const addresses = view().of('address');
    // A stranger is told no secrets.
    secrets.fit = addresses.every(({ answer }) => answer.tls === undefined || answer.tls.problem === null);
    if (!addresses.some(({ answer }) => answer.outcome === 'connected')) break;
    if (addresses.some(({ answer }) => untrusted(answer.tls?.problem ?? ''))) break;
  }
  for (const probe of waiting) skipped.push({ probe: probe.id, why: reasonFor(options.signal, left()) });
  clearTimeout(end);
  return {
    asked,
    evidence: wire.evidence,
    ended: {
      ended: options.signal.aborted ? 'interrupted' : 'complete',
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      skipped,
    },
  };
}

function reasonFor(signal: AbortSignal, left: number): string {
  if (signal.aborted) return 'interrupted';
  return left < 1 ? 'no time was left (--budget)' : 'nothing could be connected to';
}

/** What is expected to tell most for its time. Names and addresses come first: whether secrets may be sent depends on them. */
function best(waiting: readonly Probe[], asked: Asked, wire: Wire): Probe {
  const first = waiting.find(({ id }) => id === 'address') ?? waiting.find(({ id }) => id === 'session');
  if (first !== undefined) return first;
  // Where nobody answers, all others wait for as long and tell nothing.
  const silence = waiting.find(({ id }) => id === 'silence');
  if (silence?.useless?.(new View(asked, wire.evidence)) === undefined && silence !== undefined) return silence;
  const recording = { asked, evidence: wire.evidence };
  const kinds = observationsFor(asked);
  const ranking = rank(observe(recording), CAUSES, kinds);
  const view = new View(asked, wire.evidence);
  const rate = (probe: Probe) => expectedBits(probe.id, ranking, CAUSES, kinds) / Math.max(0.1, probe.seconds(view));
  return waiting.reduce((a, b) => (rate(b) > rate(a) ? b : a));
}

function askedOf(target: Target, options: ExamineOptions, budgetSeconds: number): Asked {
  const { environment } = options;
  const proxy = proxyFor(target, environment);
  const remarks =
    proxy === undefined
      ? []
      : [`${proxy} is set, and the doctor looks without that proxy: what clients behind it meet may differ`];
  return {
    holdfast: 'evidence',
    version: 1,
    url: withoutQueryValues(target.url),
    protocol: target.protocol,
    client: target.client,
    origin: target.origin,
    crossSite: target.crossSite,
    sent: [...Object.keys(target.headers), ...(target.auth === undefined ? [] : ['auth'])],
    startedAt: options.startedAt ?? new Date().toISOString(),
    quick: options.quick,
    budgetSeconds,
    remarks,
  };
}

/** The variable by which other programs on this machine would find a proxy on their way to the target. */
function proxyFor({ host, secure }: Target, environment: ExamineOptions['environment']): string | undefined {
  const given = (name: string) => environment[name] ?? '';
  const spared = `${given('NO_PROXY')},${given('no_proxy')},localhost`
    .split(',')
    .map((name) => name.trim().replace(/^\*?\.|:\d+$/g, ''));
  if (/^127\.|^::1$/.test(host) || spared.some((name) => name === '*' || host === name || host.endsWith(`.${name}`)))
    return undefined;
  const names = secure ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  return [...names, 'ALL_PROXY', 'all_proxy'].find((name) => given(name) !== '');
}
