import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveTiming, shutdownTimeline, type TimelineEvent } from '../../lib/timing';
import { kubernetesVersion } from '../cluster/machine/kube';
import { TOLERANCE_SECONDS } from '../cluster/support/ending';
import { PROPORTIONS, SHORT } from '../cluster/support/systems';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'measured.md'), 'utf8');
const suite = (name: string) => readFileSync(join(root, 'test', 'cluster', `${name}.test.ts`), 'utf8');

/** The cells of the first table after a text, without its header. */
function rowsAfter(text: string): readonly (readonly string[])[] {
  const [, after = ''] = page.split(text);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(after) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const seconds = (cell = '') => Number(/^([\d.]+) s$/.exec(cell)?.[1]);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const scenarios = [...page.matchAll(/^\*\*(.+)\*\*, (\d+) pods?$/gm)].map(([heading, name = '', pods]) => ({
  heading,
  name,
  pods: Number(pods),
}));
const clients = rowsAfter('## Clients');
const faults = rowsAfter('## Faults');
const autoscaling = rowsAfter('## Autoscaling');

test('it is of the Kubernetes that cluster:up builds, and says the tolerance of the suite', () => {
  expect(page).toContain(`\nKubernetes ${kubernetesVersion()} · etcd `);
  expect(page).toContain(`is within ${TOLERANCE_SECONDS} s of its prediction`);
});

test('it has every scenario of the timeline, every fault and nothing that a suite does not have', () => {
  const [, listed = ''] = /const SCENARIOS = \[([\s\S]*?)\]/.exec(suite('timeline')) ?? [];
  const named = [...listed.matchAll(/^ +(['"])(.+)\1,$/gm)].map(([, , name = '']) => name.toLowerCase());
  expect(named.length).toBeGreaterThan(7);
  expect(scenarios.map(({ name }) => name.toLowerCase()).sort()).toEqual(named.sort());
  const done = [...suite('faults').matchAll(/^ {4}name: '(.+)',$/gm)].map(([, name]) => name);
  expect(done.length).toBeGreaterThan(10);
  const [, seconds] = /^const AWAY_SECONDS = (\d+);$/m.exec(suite('outage')) ?? [];
  const away = `the API server is away for ${seconds} s, and nginx is killed meanwhile`;
  expect(new Set(faults.map(([fault]) => fault))).toEqual(new Set([...done, away]));
});

test.each(scenarios)('$name is predicted as it is drawn today', ({ heading, name }) => {
  const timing = deriveTiming(name.includes('proportions') ? PROPORTIONS : SHORT);
  const drawn = ({ actor, event, atSeconds: at, untilSeconds: until }: TimelineEvent) => [
    `${actor}: ${event}`,
    at === until ? `${at} s` : `${at}–${until} s`,
  ];
  const rows = rowsAfter(heading);
  expect(rows.map(([event, predicted]) => [event, predicted])).toEqual(shutdownTimeline(timing).map(drawn));
  // A pod that had no client is gone before anybody looks.
  for (const [, , measured] of rows) expect(measured).toMatch(/^(-?\d|not seen$)/);
});

test('nothing took longer than it may, nothing was lost and nothing came twice', () => {
  for (const row of [...faults, ...autoscaling]) expect(seconds(row[2])).toBeLessThan(seconds(row[1]));
  expect(autoscaling).toHaveLength(3);
  expect(clients).toHaveLength(4);
  for (const [, , ended, elsewhere, , last, messages, lost, twice] of clients) {
    expect([elsewhere, lost, twice]).toEqual(['0', '0', '0']);
    expect(seconds(last)).toBeLessThan(5);
    expect(Number(ended)).toBeGreaterThan(0);
    expect(Number(messages)).toBeGreaterThan(0);
  }
});

test('what it says in short is what stands in its tables', () => {
  const [, summary = ''] = /<!-- summary -->\n(.*)\n<!-- \/summary -->/.exec(page) ?? [];
  const many = clients.map(([, kinds = '']) => sum((kinds.match(/\d+/g) ?? []).map(Number)));
  const column = (index: number) => clients.map((row) => Number.parseFloat(row[index] as string));
  expect(summary.match(/[\d.,]*\d/g)).toEqual([
    String(sum(scenarios.map(({ pods }) => pods))),
    String(sum(many)),
    String(sum(column(7))),
    sum(column(6)).toLocaleString('en'),
    Math.max(...column(5)).toFixed(1),
    String(faults.length),
  ]);
});
