import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as holdfast from '../../lib';
import { synthesize, WebSocketChart } from '../../lib/environments';
import { InvalidInputError } from '../../lib/input';
import { check } from '../../lib/rules';
import { toHoldFast } from '../../lib/rules/jest';
import { expectOneSentence } from './support/one-sentence';

/** biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types */
type Wrong = any;

const timing = holdfast.deriveTiming();
let outdir: string;
let app: holdfast.HoldfastApp;
let chart: Chart;
afterEach(() => fs.rmSync(path.dirname(outdir), { recursive: true, force: true }));
beforeEach(() => {
  // In a folder of its own, where nobody else's run has left one of this name.
  outdir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-javascript-')), 'out');
  app = new holdfast.HoldfastApp({ outdir });
  chart = new Chart(app, 'test', { namespace: 'chat' });
});

const needed = {
  name: 'chat',
  image: 'chat:1.0.0',
  port: 3000,
  timing,
  adapter: { kind: 'none', podsAreIndependent: true },
};

/** A class whose objects stand in a chart: every one that callers may make. */
function isConstructClass(one: unknown): boolean {
  return typeof one === 'function' && one.prototype instanceof Construct && !(one.prototype instanceof App);
}

/** What is done, and the one sentence that says what is wrong with it, or how that begins. */
const CASES: readonly (readonly [string, () => unknown, string])[] = [
  // A place in the tree that is none, which the tree would say in its own words.
  ...[
    [
      'properties in the place of the chart',
      () => [{ name: 'chat' }, 'X'],
      'scope: {"name":"chat"} is no chart; give a chart',
    ],
    ['no chart', () => [undefined, 'X'], 'scope: undefined is no chart; give a chart, such as new Chart(app, "chat"'],
    ['the app', () => [app, 'X'], 'scope: an object of HoldfastApp is in no chart; give a chart, such as'],
    ['properties in the place of the id', () => [chart, needed], 'id: {"name":"chat",'],
    ['no id', () => [chart, ''], 'id: "" is no name within the chart; give one of its own, such as "Server"'],
    [
      'an id twice',
      () => {
        new holdfast.RestrictedNamespace(chart, 'X', { name: 'chat' });
        return [chart, 'X'];
      },
      'id: "X" is in "test" already; give each construct a name of its own',
    ],
  ].map(([title, where, says]): readonly [string, () => unknown, string] => [
    `${title}`,
    () =>
      new holdfast.WebSocketServer(...([...(where as () => unknown[])(), needed].slice(0, 3) as [Wrong, Wrong, Wrong])),
    `${says}`,
  ]),

  // Functions.
  [
    'no timing for an environment',
    () => holdfast.timingEnvironment(undefined as Wrong),
    'undefined is no timing; give what deriveTiming',
  ],
  [
    'a timing that is not whole',
    () => holdfast.timingEnvironment({ drainSeconds: 50 } as Wrong),
    'has no usable pingIntervalSeconds, pingTimeoutSeconds, effectivePingTimeoutSeconds, …; give what deriveTiming',
  ],
  [
    'no timing for an application',
    () => holdfast.applicationTiming(undefined as Wrong),
    'undefined is no timing; give what deriveTiming',
  ],
  [
    'no timing for an annotation',
    () => holdfast.timingAnnotation(undefined as Wrong),
    'undefined is no timing; give what deriveTiming',
  ],
  ...[-5, 0, Number.NaN, Number.POSITIVE_INFINITY, 1001, 2.5, '40', null].map(
    (columns) =>
      [
        `a timeline ${String(columns)} wide`,
        () => holdfast.drawTimeline(timing, columns as Wrong),
        `columns: ${typeof columns === 'string' ? `"${columns}"` : columns} is out of range; give a whole number from 1 to 1000`,
      ] as const,
  ),
  [
    'options of a timeline that are none',
    () => holdfast.drawTimeline(timing, 40, null as Wrong),
    'options: null cannot be used here; give an object',
  ],
  [
    'an option of a timeline',
    () => holdfast.shutdownTimeline(timing, { proxy: 'no' } as Wrong),
    'options.proxy: "no" cannot be used here; give true or false',
  ],
  [
    'options of a picture that are none',
    () => holdfast.timelineSvg(timing, null as Wrong),
    'options: null cannot be used here; give an object',
  ],
  [
    'the width of a picture',
    () => holdfast.timelineSvg(timing, { width: -5 } as Wrong),
    'options.width: is not read by anything here; the fields are title, measured',
  ],
  [
    'a mark without a time',
    () => holdfast.timelineSvg(timing, { measured: [{ event: 'SIGTERM' }] } as Wrong),
    'options.measured[0].seconds: is missing; give a number',
  ],
  [
    'no list of environments',
    () => synthesize({} as Wrong, outdir),
    'environments: {} is no list; give [production, staging]',
  ],
  [
    'a list without an environment',
    () => synthesize([], outdir),
    'environments: [] names none, and nothing would be written; give [production, staging]',
  ],
  [
    'no environment in a chart',
    () => new WebSocketChart(app, undefined as Wrong),
    'environment: is missing; give an object with name, namespace, timing, server, edge',
  ],
  ['no manifests to judge', () => check(app.manifests().get('typo') as Wrong), 'undefined is no list of manifests; '],
  ['all manifests at once', () => check(app.manifests() as Wrong), 'an object of Map is no list of manifests; give '],
  ['no manifest in a list', () => check([undefined] as Wrong), '[null] is no list of manifests; give plain objects'],
  ['nothing that holds', () => toHoldFast(undefined as Wrong), 'toHoldFast: undefined cannot be judged; give a Chart'],
  [
    'no timing to draw',
    () => holdfast.drawTimeline(undefined as Wrong),
    'undefined is no timing; give what deriveTiming',
  ],
  [
    'no timing for a picture',
    () => holdfast.timelineSvg(undefined as Wrong),
    'undefined is no timing; give what deriveTiming',
  ],
  [
    'an unknown balancer',
    () => holdfast.behindBalancer(timing, 'elb' as Wrong),
    'kind: "elb" is no balancer that is known; give one of ',
  ],
  [
    'an inherited one',
    () => holdfast.behindBalancer(timing, 'constructor' as Wrong),
    'kind: "constructor" is no balancer',
  ],
  ['no list of systems', () => app.synthEach(undefined as Wrong, () => chart), 'inputs: undefined is no list; give '],
  ['text for a list', () => app.synthEach('ab', () => chart), 'inputs: "ab" is no list; give '],
  ['nothing that makes charts', () => app.synthEach([1], undefined as Wrong), 'make: undefined is no function; give '],
  [
    'a chart that is not returned',
    () => app.synthEach([1], (() => {}) as Wrong),
    'make: returned undefined; return the chart',
  ],
  ['text that is returned', () => app.synthEach([1], (() => 'x') as Wrong), 'make: returned "x"; return the chart'],
];

test.each(CASES)('%s fails in one sentence, and writes nothing', (_name, attempt, says) => {
  expectOneSentence(attempt, says);
  expect(fs.existsSync(outdir)).toBe(false);
});

const CONSTRUCTS = (Object.values(holdfast) as unknown[]).filter((one): one is new (...given: Wrong[]) => unknown =>
  isConstructClass(one),
);

test.each(CONSTRUCTS.map((made) => [made.name, made] as const))('%s says where it may stand', (_name, made) => {
  // What is wrong with the properties may be said before.
  expect(() => new made(undefined, 'X', {})).toThrow(InvalidInputError);
  expect(() => new made(app, 'X', {})).toThrow(InvalidInputError);
  expect(() => new made(chart, '', {})).toThrow(InvalidInputError);
});

test('all of them are looked at', () => expect(CONSTRUCTS.length).toBeGreaterThan(15));
