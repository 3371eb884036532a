import * as fs from 'node:fs';
import * as path from 'node:path';
import { CONTROLS, COUPLES, FAULTS } from '../lab/faults/all';

/** What the fault lab wrote when it ran last in full length. */
const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'doctor-calibration.md'), 'utf8');

const row = (name: string): string => {
  const line = page.split('\n').find((one) => one.startsWith(`| ${name}`));
  return line?.split('|')[2]?.trim() ?? 'missing';
};

function counts(name: string): { of: number; all: number } {
  const [, of, all] = /^(\d+) of (\d+)/.exec(row(name)) ?? [];
  return { of: Number(of), all: Number(all) };
}

test('the page says what was measured, and that is what is promised', () => {
  const single = counts('single faults named first');
  expect(single.all).toBeGreaterThanOrEqual(3 * 32);
  expect(single.of / single.all).toBeGreaterThanOrEqual(0.95);
  const pairs = counts('pairs with both named');
  expect(pairs.all).toBeGreaterThanOrEqual(3 * 10);
  expect(pairs.of).toBe(pairs.all);
  const well = counts('nothing named on a healthy system');
  expect(well.all).toBeGreaterThanOrEqual(20);
  expect(well.of).toBe(well.all);
  const far = counts('nothing named on a slow or lossy way');
  expect(far.all).toBeGreaterThanOrEqual(6);
  expect(far.of).toBe(far.all);
  expect(Number(row('Brier score'))).toBeLessThanOrEqual(0.05);
});

test('every fault on the page is still in the lab', () => {
  const named = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  const known = [...FAULTS, ...COUPLES, ...CONTROLS].map(({ name }) => name);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !known.includes(name as string))).toEqual([]);
});
