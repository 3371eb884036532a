import { type Command, Option } from 'commander';
import { InvalidInputError, Problems, shown } from '../input/problems';
import type { Manifest } from '../manifest/manifest';
import {
  BALANCERS,
  type BalancerKind,
  type BalancerTiming,
  behindBalancer,
  CONTRACT,
  deriveTiming,
  drawTimeline,
  limitsOf,
  type Timing,
  type TimingProps,
  timelineSvg,
  timingEnvironment,
} from '../timing';
import { ENTRANCE_LIMITS, type ReadKind } from '../timing/limits';
import type { Terminal } from './terminal';
import { BINDINGS, EDGES, knobsOf, nginxDirectives, podFields } from './timing-for';

const OUTPUTS = ['text', 'yaml', 'json', 'helm', 'nginx', 'env', 'svg'] as const;
type Output = (typeof OUTPUTS)[number];

/** Every input of a timing, as an option: what it means to somebody who has a chart and no program. */
const INPUTS: Readonly<Record<keyof TimingProps, string>> = {
  pingInterval: 'how often the server pings (default: 25)',
  pingTimeout: 'how long it waits for the answer (default: 20)',
  maxConnectionLifetime: 'how long one connection may live (default: 86400)',
  endpointDetach: 'how long after a deletion the balancer may still send new connections (default: 120)',
  drain: 'the window over which a terminating server closes its connections (default: 50)',
  shutdown: 'what it needs after the last one (default: 10)',
  startup: 'what a new process needs before it answers (default: 60)',
  margin: 'safety wherever one duration must outlast another (default: 30)',
  nodeShutdown:
    'what a node that is taken back leaves its pods; 15 on Spot nodes of GKE (default: their whole grace period)',
  terminationGracePeriod: 'pins the grace period instead of deriving it',
  idleTimeout: 'pins the idle timeout of every layer',
  connectionDraining: "pins the balancer's connection draining",
  affinityTtl: 'pins how long a client stays bound to its pod',
};

/** Inputs that end in other numbers only, and schedules, which the other outputs have. */
type Unpasted =
  | 'marginSeconds'
  | 'endpointDetachSeconds'
  | 'startupSeconds'
  | 'nodeShutdownSeconds'
  | 'livenessProbe'
  | 'readinessProbe'
  | 'startupProbe';

/** What each number is for, in the words of somebody who pastes it. One without words does not compile. */
const MEANINGS = {
  pingIntervalSeconds: 'the server pings this often',
  pingTimeoutSeconds: 'and waits this long for the answer',
  effectivePingTimeoutSeconds: 'after this much silence either side gives up',
  idleTimeoutSeconds: 'idle timeout of every layer that closes silent connections',
  maxConnectionLifetimeSeconds: 'timeout of every layer that closes old connections',
  preStopSeconds: 'preStop: sleep this long, the balancer may still send',
  drainSeconds: 'then close the connections over this window',
  shutdownSeconds: 'then flush and exit',
  terminationGracePeriodSeconds: 'terminationGracePeriodSeconds of the pod',
  workerShutdownTimeoutSeconds: 'worker_shutdown_timeout of an nginx in the pod',
  connectionDrainingSeconds: "the balancer's connection draining",
  affinityTtlSeconds: 'lifetime of the affinity cookie',
  keepAliveSeconds: 'HTTP keep-alive towards the balancer',
  presenceTtlSeconds: 'a user counts as present this long without a heartbeat',
  replayTtlSeconds: 'missed messages are kept this long',
} as const satisfies Record<Exclude<keyof Timing, Unpasted>, string>;

interface TimingArguments extends Readonly<Partial<Record<keyof TimingProps, string>>> {
  readonly for?: string;
  readonly output: Output;
}

/** `holdfast timing`: every number of a system, from the few that are known, ready to paste. */
export function registerTiming(program: Command, terminal: Terminal): void {
  const command = program
    .command('timing')
    .description('derive every timeout, probe and grace period from the heartbeat, ready to paste')
    .option('--for <balancer>', `what it is told too: ${Object.keys(ENTRANCE_LIMITS).join(', ')}`)
    .addOption(new Option('-o, --output <format>', 'how it is written').choices([...OUTPUTS]).default('text'));
  for (const [name, meaning] of Object.entries(INPUTS)) {
    command.option(`--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} <seconds>`, meaning);
  }
  command.action((args: TimingArguments) => terminal.out(timingText(args)));
}

/** @throws {InvalidInputError} with everything that is wrong with the options, or impossible on this balancer */
export function timingText(args: TimingArguments): string {
  const problems = new Problems();
  const props: Record<string, unknown> = {};
  for (const name of Object.keys(INPUTS) as (keyof TimingProps)[]) {
    const value = args[name];
    if (value === undefined) continue;
    const seconds = secondsOf(value);
    if (seconds === undefined)
      problems.add(name, `${shown(value)} is no time; write seconds, such as 25, 25s, 500ms or 2m`);
    else props[name] = { toMilliseconds: () => seconds * 1000 };
  }
  const kind = args.for === 'alb' ? 'aws-alb' : args.for;
  if (kind !== undefined && !Object.hasOwn(ENTRANCE_LIMITS, kind)) {
    problems.add(
      'for',
      `${shown(kind)} is no balancer that is known; give one of ${Object.keys(ENTRANCE_LIMITS).join(', ')}`,
    );
  }
  const timing = problems.found.length > 0 ? undefined : problems.gather(() => deriveTiming(props as TimingProps));
  const balancer =
    timing === undefined || kind === undefined || !Object.hasOwn(BALANCERS, kind)
      ? undefined
      : problems.gather(() => behindBalancer(timing, kind as BalancerKind));
  problems.throwIfAny();
  if (timing === undefined) throw new InvalidInputError(['no timing']);
  const reader = kind !== undefined && balancer === undefined ? knobsOf(kind as ReadKind, timing) : undefined;
  return WRITERS[args.output](timing, balancer, reader);
}

type Knobs = ReturnType<typeof knobsOf>;

const WRITERS: Readonly<
  Record<Output, (timing: Timing, balancer: BalancerTiming | undefined, knobs: Knobs | undefined) => string>
> = {
  text: (timing, balancer, knobs) =>
    [
      ...Object.entries(MEANINGS).map(([name, meaning]) => row(name, timing[name as keyof typeof MEANINGS], meaning)),
      ...(balancer === undefined ? [] : ['', ...balancerRows(balancer)]),
      ...(knobs === undefined ? [] : ['', ...knobRows(knobs)]),
      '',
      drawTimeline(timing, 22),
      '',
    ].join('\n'),
  json: (timing, balancer, knobs) =>
    `${JSON.stringify({ timing, balancer, ...knobs, environment: timingEnvironment(timing), pod: podFields(timing), edge: edgeOf(balancer) }, null, 2)}\n`,
  yaml: (timing, balancer, knobs) => {
    const edge = edgeOf(balancer);
    const { terminationGracePeriodSeconds, ...container } = podFields(timing);
    const pod = {
      spec: { template: { spec: { terminationGracePeriodSeconds, containers: [{ name: 'NAME', ...container }] } } },
    };
    const binding = bindingOf(edge);
    return [
      `# Into the workload. The container's port is named http.\n${ANSWERS}${yamlOf(pod)}`,
      knobs === undefined ? '' : commented(knobRows(knobs)),
      edge === undefined ? '' : '---\n',
      balancer === undefined ? '' : commented(balancerRows(balancer)),
      edge === undefined ? '' : yamlOf(edge),
      binding === undefined ? '' : `---\n# Into the Service, or nobody reads it.\n${yamlOf({ metadata: binding })}`,
    ].join('');
  },
  helm: (timing, balancer, knobs) => {
    const edge = edgeOf(balancer);
    const annotated = edge?.metadata as { readonly annotations?: object } | undefined;
    const binding = bindingOf(edge);
    const values = {
      ...podFields(timing),
      ...(annotated?.annotations === undefined
        ? {}
        : { [edge?.kind === 'Service' ? 'service' : 'ingress']: { annotations: annotated.annotations } }),
      ...(binding === undefined ? {} : { service: binding }),
    };
    const beside =
      edge === undefined || annotated?.annotations !== undefined
        ? ''
        : commented(['An object of its own, beside those of the chart:', ...yamlOf(edge).trimEnd().split('\n')]);
    return [
      `# Values under the keys that most charts use; what a chart does not take, its templates have to.\n${ANSWERS}${yamlOf(values)}`,
      knobs === undefined ? '' : commented(knobRows(knobs)),
      balancer !== undefined && edge === undefined ? commented(balancerRows(balancer)) : '',
      beside,
    ].join('');
  },
  nginx: (timing) => nginxDirectives(timing),
  env: (timing) =>
    Object.values(CONTRACT)
      .map(
        ({ variable, meaning }) =>
          `# ${meaning}, in milliseconds\n${variable}=${timingEnvironment(timing)[variable]}\n`,
      )
      .join(''),
  svg: (timing) => timelineSvg(timing),
};

/** Whoever pastes probes of paths that nothing answers has every pod restarted. */
const ANSWERS =
  '# The application has to answer /health, and /ready until it drains: give the paths of its own, or leave the probes out.\n';

/** Parts of objects, to be pasted into whole ones. */
function yamlOf(part: object): string {
  const { toYaml } = require('../manifest/yaml') as typeof import('../manifest/yaml');
  return toYaml(part as Manifest);
}

function edgeOf(balancer: BalancerTiming | undefined) {
  return balancer === undefined ? undefined : EDGES[balancer.kind](balancer);
}

/** What the Service has to say for this object to count, where it names no Service itself. */
function bindingOf(edge: ReturnType<typeof edgeOf>) {
  return edge === undefined ? undefined : BINDINGS[String(edge.kind)];
}

function balancerRows(balancer: BalancerTiming): readonly string[] {
  const { timeout, drain, affinityTtl } = limitsOf(balancer.kind);
  const silence = timeout.meaning === 'idle' ? 'how long a connection may be silent' : undefined;
  const rows: (readonly [field: string, seconds: number, meaning: string])[] = [
    [timeout.field, balancer.timeoutSeconds, silence ?? 'how long a connection may live, busy or not'],
  ];
  if (drain !== undefined)
    rows.push([drain.field, balancer.connectionDrainingSeconds, 'how long a removed endpoint may finish']);
  if (affinityTtl !== undefined)
    rows.push([affinityTtl.field, balancer.affinityTtlSeconds, 'lifetime of the affinity cookie']);
  const width = Math.max(NAME_WIDTH, ...rows.map(([field]) => field.length));
  return rows.map(([field, seconds, meaning]) => row(field, seconds, meaning, width));
}

/** Of an entrance that nothing is written for: a field to a line, and below it what it should hold. */
function knobRows({ knobs, note }: Knobs): readonly string[] {
  return [
    ...knobs.flatMap(({ field, seconds, meaning }) => [field, row('', seconds, meaning)]),
    ...(note === undefined ? [] : [note]),
  ];
}

function commented(lines: readonly string[]): string {
  return `# ${lines.join('\n# ')}\n`;
}

/** Wide enough for every duration of a timing; the fields of some balancers are longer. */
const NAME_WIDTH = 30;

function row(name: string, seconds: number, meaning: string, width = NAME_WIDTH): string {
  return `${name.padEnd(width)} ${`${seconds} s`.padStart(9)}  ${meaning}`;
}

function secondsOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's'];
}
