import * as fs from 'node:fs';
import * as path from 'node:path';
import { CAUSES, type Cause, causeOf, OBSERVATIONS } from '../../lib/doctor';
import { FAULTS } from '../lab/faults/all';

const folder = path.join(__dirname, '..', '..', 'lib', 'doctor', 'causes');
const kinds = new Map(OBSERVATIONS.map((kind) => [kind.id, kind]));
const must = ({ shows }: Cause): string[] => Object.keys(shows).filter((id) => shows[id] === 'must');

/** Pairs that no single observation separates, and why that is so. */
const ALIKE: Readonly<Record<string, string>> = {};

test('all.ts lists every cause of the folder, in the order of the codes', () => {
  const files = fs.readdirSync(folder).filter((file) => /^ws\d/.test(file));
  expect(CAUSES.map(({ code }) => code.toLowerCase())).toEqual(files.map((file) => file.slice(0, 5)).sort());
  expect(CAUSES.length).toBeGreaterThanOrEqual(45);
});

test('every pair of causes is separated by an observation that one must show and the other never does', () => {
  const pairs = CAUSES.flatMap((a, i) => CAUSES.slice(i + 1).map((b) => [a, b] as const));
  const alike = pairs.filter(
    ([a, b]) => !must(a).some((id) => b.shows[id] === undefined) && !must(b).some((id) => a.shows[id] === undefined),
  );
  expect(alike.map(([a, b]) => `${a.code} ${b.code}`)).toEqual(Object.keys(ALIKE));
});

test.each(CAUSES)('$code shows what may be observed, and something for certain', (cause) => {
  for (const id of Object.keys(cause.shows)) expect([id, kinds.has(id)]).toEqual([id, true]);
  expect(must(cause).length).toBeGreaterThan(0);
});

test.each(CAUSES)('$code names its nearest rivals, and what tells them apart does', (cause) => {
  expect(cause.separates.length).toBeGreaterThan(0);
  for (const { from, by } of cause.separates) {
    const rival = causeOf(from);
    expect(rival).toBeDefined();
    expect(cause.shows[by]).not.toBe(rival?.shows[by]);
  }
});

test.each(CAUSES)('$code tells what people see, why, and what to do', (cause) => {
  for (const text of [cause.story, cause.why, ...cause.fix]) expect(text).toMatch(/[.)}?;]$|#.*|NAME$/);
  expect(cause.title).toMatch(/^[a-zH]/);
  expect(cause.source).toMatch(/^https:\/\//);
  expect(cause.fix.length).toBeGreaterThan(0);
  expect(cause.runbook.length).toBeGreaterThan(0);
});

test('every observation is a certain sign of some cause or helps with one', () => {
  const used = new Set(CAUSES.flatMap(({ shows }) => Object.keys(shows)));
  const idle = OBSERVATIONS.filter(({ id }) => !used.has(id)).map(({ id }) => id);
  // An unknown issuer is no cause: the doctor asks for --ca instead.
  expect(idle).toEqual(['certificate-untrusted']);
});

test('the lab injects every cause that can be seen from outside', () => {
  const injected = new Set(FAULTS.flatMap(({ causes }) => causes));
  const outside = CAUSES.filter((cause) => must(cause).every((id) => kinds.get(id)?.from === 'outside'));
  expect(outside.filter(({ code }) => !injected.has(code)).map(({ code }) => code)).toEqual([]);
});
