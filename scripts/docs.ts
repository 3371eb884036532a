import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { synthesize, WebSocketChart } from '../lib/environments';
import { Bundle } from '../lib/manifest';
import { DEFAULT_MAX_CONNECTIONS } from '../lib/nginx';
import { PAPERS, systemsOnPaper } from '../lib/papers';
import { FIXED_BY_IMMUTABLE, FIXED_FIELDS } from '../lib/pulumi/chart/fixed-fields';
import { catalogue } from '../lib/rules/catalogue';
import { HoldfastApp } from '../lib/synth';
import {
  BALANCERS,
  type BalancerKind,
  behindBalancer,
  deriveTiming,
  drawTimeline,
  INVARIANTS,
  type Knob,
  type Quantity,
  type Timing,
} from '../lib/timing';
import { readTimingAnnotation, TIMING_ANNOTATION } from '../lib/timing/read-timing';
import { production } from '../stacks/production';
import { causesPage } from './causes';
import { objectsOf } from './example';
import { fenced, table } from './markdown';
import { alertsTable, burnsTable, metricsTable, othersTable, panelsTable } from './observability';
import { affinityMatrix, platformTable, writtenTable } from './platforms';
import { readTable } from './read-platforms';
import { serversPage } from './servers';
import { terminalPicture } from './terminal-picture';
import { wayPicture } from './way-picture';

const root = path.join(__dirname, '..');
const timing = deriveTiming(production.timing);
const watched = {
  namespace: production.namespace,
  name: production.server.name,
  timing,
  maxConnections: DEFAULT_MAX_CONNECTIONS,
};

/** Examples that the README quotes under their own names. */
const QUOTED = ['stateful', 'gateway-api', 'alb', 'nginx', 'gateway-tier'];

/** What stands between `<!-- name -->` and `<!-- /name -->` in the pages, by page and name. */
const BLOCKS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': {
    example: () => example('minimal.ts'),
    timeline: () => fenced('', drawTimeline(minimalTiming().timing, 22, { proxy: false })),
    problems,
    measured: measuredSummary,
    ...Object.fromEntries(QUOTED.map((name) => [name, () => example(`${name}.ts`)])),
  },
  'CONTRIBUTING.md': { cause: () => newCause('WS557', 'ws557-websocket-refused', 'route.ts', 'websocket-forbidden') },
  'docs/adopting.md': { adopting: () => example('adopting.ts') },
  'docs/doctor.md': { 'synthetic-check': () => example('synthetic-check.ts') },
  'docs/deploy.md': { 'fixed-fields': fixedFields },
  'docs/fitting-in.md': Object.fromEntries(
    ['existing', 'own-systems', 'nodes', 'shared-host', 'websockets'].map((name) => [
      name,
      () => example(`${name}.ts`),
    ]),
  ),
  'docs/observability.md': {
    watched: () => example('watched/server.ts'),
    monitors: () => example('monitors.ts'),
    metrics: metricsTable,
    others: othersTable,
    alerts: () => alertsTable(watched),
    burns: burnsTable,
    panels: panelsTable,
  },
  'docs/platforms.md': { platforms: platformTable, affinity: affinityMatrix, written: writtenTable, read: readTable },
  'docs/server-contract.md': { 'socket-io': () => example('socket-io/server.ts') },
  'docs/timing.md': { timeline: shutdown, derived, balancers, invariants },
};

/** Every generated page as it should be. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/rules.md', catalogue()],
    ['docs/causes.md', causesPage()],
    ['docs/servers.md', serversPage()],
    ...papers(),
    ...pictures(),
    ...pagesWithBlocks(),
  ]);
}

/** What hangs on the wall of production, written from its manifests. */
function papers(): readonly (readonly [page: string, text: string])[] {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, production);
  const [system] = systemsOnPaper(new Bundle(app.manifests().get(production.name) ?? []));
  if (system === undefined) throw new Error('production has no server');
  return PAPERS.map(({ file, write }) => [`docs/runbook/${file}`, write(system)]);
}

function pagesWithBlocks(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(BLOCKS).map(([page, blocks]) => {
      let text = fs.readFileSync(path.join(root, page), 'utf8');
      for (const [name, block] of Object.entries(blocks)) {
        const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
        if (!marked.test(text)) throw new Error(`${page} has no block "${name}"`);
        text = text.replace(marked, (_all, start: string, end: string) => `${start}${block()}\n${end}`);
      }
      return [page, text];
    }),
  );
}

/** What the suites on a cluster wrote, in short. */
function measuredSummary(): string {
  const page = fs.readFileSync(path.join(root, 'docs/measured.md'), 'utf8');
  return /<!-- summary -->\n([\s\S]*?)\n<!-- \/summary -->/.exec(page)?.[1] ?? '';
}

/** What a cause needs: its file, its line in the list, its fault in the lab. */
function newCause(code: string, file: string, faults: string, fault: string): string {
  const source = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');
  const cut = (text: string, pattern: RegExp) => {
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) throw new Error(`${code} is not where it is quoted from: ${pattern}`);
    return found.trimEnd();
  };
  return [
    source(`lib/doctor/causes/${file}.ts`).trimEnd(),
    cut(source('lib/doctor/causes/list.ts'), new RegExp(`^.*'./${file}';$`, 'm')),
    // As it stands in a list, without the list's indent.
    cut(
      source(`test/lab/faults/${faults}`),
      new RegExp(`^  \\{\\n    name: '${fault}',[\\s\\S]*?^  \\},$`, 'm'),
    ).replace(/^ {2}/gm, ''),
  ]
    .map((text) => fenced('ts', text))
    .join('\n\n');
}

/** What Pulumi cannot change in place. */
/** Kinds with more fields than anybody would read. */
const SUMMED_UP: Readonly<Record<string, string>> = {
  '/PersistentVolume': 'the source of the volume, such as `spec.csi`',
  '/Pod': 'nearly all of `spec`, such as `spec.containers`',
};

function fixedFields(): string {
  const kindOf = (kind: string) => kind.slice(kind.indexOf('/') + 1);
  const listed = (fields: readonly string[]) => fields.map((field) => `\`${field}\``).join(', ');
  return table(
    ['kind', 'fields'],
    [
      ...Object.entries(FIXED_FIELDS).map(([kind, fields]) => [kindOf(kind), SUMMED_UP[kind] ?? listed(fields)]),
      ...Object.entries(FIXED_BY_IMMUTABLE).map(([kind, fields]) => [
        `${kindOf(kind)} with \`immutable: true\``,
        listed(fields),
      ]),
      ['all', '`metadata.name`, `metadata.namespace`'],
    ],
  );
}

/** What the smallest program writes, and the numbers that it does not say. */
const minimal = objectsOf('minimal.ts');

/** Pictures, drawn from what the smallest program and the command line write. */
function pictures(): readonly (readonly [page: string, svg: string])[] {
  const folder = 'examples/recipe';
  const program = ['--import', 'tsx', path.join(root, 'lib/cli/main.ts')];
  const { stdout } = spawnSync(process.execPath, [...program, 'check', 'k8s/'], {
    cwd: path.join(root, folder),
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1' },
  });
  return [
    ['docs/way.svg', wayPicture(minimal, minimalTiming().source)],
    ['docs/check.svg', terminalPicture('npx holdfast check k8s/', stdout)],
  ];
}

/** The timing of the smallest program: as its manifests say, and as it is written there. */
function minimalTiming(): { readonly timing: Timing; readonly source: string } {
  const [server] = minimal.ofKind('Deployment');
  const carried = readTimingAnnotation(server?.metadata.annotations?.[TIMING_ANNOTATION] ?? '');
  const [, source] =
    /const timing = (deriveTiming\(.*\));/.exec(fs.readFileSync(path.join(root, 'examples/minimal.ts'), 'utf8')) ?? [];
  if (carried.timing === undefined || source === undefined) throw new Error('examples/minimal.ts derives no timing');
  return { timing: carried.timing, source };
}

/** What somebody reads who got two things wrong. */
function problems(): string {
  try {
    synthesize([
      {
        ...production,
        server: { ...production.server, storage: { per: 'workload', mountPath: '/home/theia', size: '20Gi' } },
        edge: { ...production.edge, host: 'https://coditect.ai' },
      },
    ]);
  } catch (error) {
    return fenced('', (error as Error).message);
  }
  throw new Error('a wrong environment was accepted');
}

function shutdown(): string {
  return fenced('', drawTimeline(timing, 22));
}

function example(file: string): string {
  return fenced(
    'ts',
    fs
      .readFileSync(path.join(root, 'examples', file), 'utf8')
      .replace(/from '(?:\.\.\/)+lib/g, "from 'holdfast")
      .trimEnd(),
  );
}

function derived(): string {
  const rows = Object.entries(timing)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => [`\`${name}\``, String(value)]);
  return table(['duration', 'production, in seconds'], rows);
}

function balancers(): string {
  const range = (knob: Knob | undefined) =>
    knob === undefined
      ? '–'
      : `\`${knob.field}\` ${knob.minSeconds}–${knob.maxSeconds === Number.POSITIVE_INFINITY ? '∞' : knob.maxSeconds}, default ${knob.defaultSeconds ?? 'off'} ([source](${knob.source}))`;
  return table(
    ['balancer', 'its timeout is', 'timeout', 'drain', 'affinity cookie', 'production would get'],
    (Object.keys(BALANCERS) as BalancerKind[]).map((kind) => {
      const { title, timeout, drain, affinityTtl } = BALANCERS[kind];
      return [
        title,
        `${timeout.meaning === 'idle' ? 'an' : 'a'} **${timeout.meaning}**${timeout.meaning === 'idle' ? ' timeout' : ''}`,
        range(timeout),
        range(drain),
        range(affinityTtl),
        `${behindBalancer(timing, kind).timeoutSeconds} s`,
      ];
    }),
  );
}

function invariants(): string {
  const side = (quantities: readonly Quantity[]) => quantities.map(({ name }) => name).join(' + ');
  return table(
    ['what must be true', 'as numbers', 'otherwise'],
    INVARIANTS.map((invariant) => [
      `${invariant.sentence} ([source](${invariant.source}))`,
      `${side(invariant.outlasting)} ≥ ${side(invariant.outlasted)}${invariant.bySeconds > 0 ? ` + ${invariant.bySeconds} s` : ''}`,
      invariant.otherwise,
    ]),
  );
}

if (require.main === module) {
  fs.mkdirSync(path.join(root, 'docs/runbook'), { recursive: true });
  for (const [page, text] of generatedPages()) fs.writeFileSync(path.join(root, page), text);
}
