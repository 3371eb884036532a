import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  diagnose,
  exitCode,
  type Format,
  loadRecording,
  parseRecording,
  recordingText,
  render,
  saveRecording,
} from '../../lib/doctor';
import { bothNamed, brier, calibrationPage, first } from './calibration';
import type { Fault } from './fault';
import { CONTROLS, COUPLES, FAULTS } from './faults/all';
import { type Result, runFault } from './run';

/** How often each fault is injected. The long run, whose result is committed, takes three. */
const RUNS = Number(process.env.HOLDFAST_LAB_RUNS ?? '1');

/** Whoever is paged for nothing believes nothing afterwards: in the long run five healthy systems are looked at twenty times. */
const CONTROL_RUNS = RUNS === 1 ? 1 : RUNS + 1;

const runsFor = (fault: Fault): number => (CONTROLS.includes(fault) ? CONTROL_RUNS : RUNS);

/** Where each recording is kept, so that a long run that was interrupted goes on where it was; to be emptied after a change of the probes. */
const KEPT = process.env.HOLDFAST_LAB_EVIDENCE;

/** Labs side by side: they wait most of the time. */
const AT_ONCE = Number(process.env.HOLDFAST_LAB_JOBS ?? '5');

/** What the doctor sees of a machine that stands still for so long is another fault than was injected. */
const STILL_MS = 700;

const results = new Map<string, (Result | Error)[]>();

beforeAll(async () => {
  const queue = Array.from({ length: CONTROL_RUNS }, (_, run) =>
    [...FAULTS, ...COUPLES, ...CONTROLS].filter((fault) => run < runsFor(fault)).map((fault) => ({ fault, run })),
  ).flat();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { fault, run } = next;
        const { name } = fault;
        let result = await keptOrRun(fault, run).catch((error: Error) => error);
        // What was not injected, or looked at while this machine stood still, does not count, and is tried again.
        for (let tries = 0; tries < 2 && !counts(result); tries += 1)
          result = await keptOrRun(fault, run).catch((error: Error) => error);
        results.set(name, [...(results.get(name) ?? []), result]);
      }
    }),
  );
}, 3_600_000);

function counts(result: Result | Error): boolean {
  if (result instanceof Error) return !result.message.startsWith('not injected');
  return result.standstillMs < STILL_MS;
}

/** What was seen in an earlier, unfinished run counts as well: it was proved before it was kept. */
async function keptOrRun(fault: Fault, run: number): Promise<Result> {
  if (KEPT === undefined) return runFault(fault);
  const file = join(KEPT, `${fault.name}.${run + 1}.jsonl`);
  if (existsSync(file)) {
    const recording = loadRecording(file);
    return { fault, recording, diagnosis: diagnose(recording), seconds: recording.ended.seconds, standstillMs: 0 };
  }
  const result = await runFault(fault);
  if (!counts(result)) return result;
  mkdirSync(KEPT, { recursive: true });
  saveRecording(file, result.recording);
  return result;
}

function runsOf({ name }: Fault): readonly Result[] {
  return (results.get(name) ?? []).map((result) => {
    if (result instanceof Error) throw result;
    return result;
  });
}

/** All that were injected: what was not fails in a test of its own, and takes no other test with it. */
function all(faults: readonly Fault[]): readonly Result[] {
  const runs = faults
    .flatMap(({ name }) => results.get(name) ?? [])
    .filter((one): one is Result => !(one instanceof Error));
  if (runs.length === 0) throw new Error('nothing was injected');
  return runs;
}

/** What to read when it is wrong. */
const told = (results: readonly Result[]): string =>
  results.map(({ diagnosis }) => render(diagnosis, 'text')).join('\n');

test('at least 32 single faults and 10 pairs are injected', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(32);
  expect(COUPLES.length).toBeGreaterThanOrEqual(10);
  const names = [...FAULTS, ...COUPLES, ...CONTROLS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(FAULTS)('$name was injected', (fault) => {
  expect(runsOf(fault)).toHaveLength(RUNS);
});

test('the injected cause is named first in at least 95 of 100 runs, and no other beside it', () => {
  const runs = all(FAULTS);
  const wrong = runs.filter((one) => first(one) !== one.fault.causes[0] || one.diagnosis.named.length !== 1);
  const share = 1 - wrong.length / runs.length;
  if (share < 0.95) throw new Error(`${wrong.length} of ${runs.length} wrong\n${told(wrong)}`);
});

test.each(COUPLES)('$name: both are named', (fault) => {
  const missed = runsOf(fault).filter((one) => !bothNamed(one));
  if (missed.length > 0) throw new Error(told(missed));
});

test.each(CONTROLS)('$name: nothing is named', (fault) => {
  const runs = runsOf(fault);
  const wrong = runs.filter(({ diagnosis }) => diagnosis.named.length > 0 || exitCode(diagnosis) !== 0);
  if (wrong.length > 0) throw new Error(told(wrong));
  expect(runs).toHaveLength(CONTROL_RUNS);
});

test('the probabilities are what they say: the Brier score is at most 0.05', () => {
  const runs = all([...FAULTS, ...COUPLES, ...CONTROLS]);
  expect(runs.reduce((sum, one) => sum + brier(one), 0) / runs.length).toBeLessThanOrEqual(0.05);
});

test('the saved evidence gives the same diagnosis, byte for byte, in every format', () => {
  for (const { recording, diagnosis } of all([...FAULTS, ...COUPLES, ...CONTROLS])) {
    const again = diagnose(parseRecording(recordingText(recording)));
    for (const format of ['text', 'json', 'junit', 'markdown', 'html'] as Format[])
      expect(render(again, format)).toBe(render(diagnosis, format));
  }
});

test('no evidence holds a session or the value of a cookie', () => {
  for (const { recording } of all([...FAULTS, ...COUPLES, ...CONTROLS])) {
    const text = recordingText(recording);
    for (const [, sid] of text.matchAll(/"sid":"([^"]+)"/g)) expect(sid).toMatch(/^sid-\d+$/);
    for (const [, value] of text.matchAll(/POD=([^;"]+)/g)) expect(value).toMatch(/^cookie-\d+$/);
  }
});

test('no run asks more than 30 times in a second', () => {
  for (const { recording } of all([...FAULTS, ...CONTROLS])) {
    // Handshake and follow-up stand in one line; the first of each is what begins there.
    const starts = recording.evidence
      .filter(({ source, probe }) => source === 'wire' && !['lookup', 'address', 'crowd', 'http2'].includes(probe))
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    const most = Math.max(0, ...starts.map((from, i) => starts.slice(i).filter((at) => at < from + 1000).length));
    expect(most).toBeLessThanOrEqual(30);
  }
});

afterAll(() => {
  if (process.env.HOLDFAST_LAB_PAGE === undefined) return;
  // A page on which a fault is missing would look better than the doctor is.
  const page = calibrationPage(FAULTS.flatMap(runsOf), COUPLES.flatMap(runsOf), CONTROLS.flatMap(runsOf));
  writeFileSync(join(__dirname, '..', '..', 'docs', 'doctor-calibration.md'), page);
});
