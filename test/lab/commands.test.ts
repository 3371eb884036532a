import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { causeOf } from '../../lib/doctor';
import { within } from '../standstill';
import { FAULTS } from './faults/all';
import { type Program, program } from './program';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Starts what `npm run lab` or `npm run workshop` starts, with a folder for temporary files of its own. */
function started(command: 'main' | 'workshop', args: readonly string[], input?: string | null): [Program, string] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-commands-'));
  folders.push(folder);
  return [program(`test/lab/${command}.ts`, args, { TMPDIR: folder }, input), folder];
}

/** What a terminal does on Ctrl-C: everybody of the group hears it. */
const ctrlC = ({ child }: Program): boolean => process.kill(-(child.pid as number), 'SIGINT');

/** Nothing of it runs any more, and nothing of it lies about. */
async function leavesNothing({ child }: Program, folder: string): Promise<void> {
  const lives = () => {
    try {
      return process.kill(-(child.pid as number), 0);
    } catch {
      return false;
    }
  };
  // A process that has ended is there until somebody has taken note of it.
  await within(10_000, () => !lives());
  expect(() => process.kill(-(child.pid as number), 0)).toThrow('ESRCH');
  const claims = join(folder, 'holdfast-lab-ports');
  expect(
    readdirSync(folder).filter((name) => name.startsWith('holdfast-lab-') && join(folder, name) !== claims),
  ).toEqual([]);
  expect(readdirSync(claims)).toEqual([]);
}

const addressIn = (text: string): string => /holdfast doctor (\S+)/.exec(text)?.[1] as string;

const answers = async (url: string): Promise<string> => (await fetch(`${url}?EIO=4&transport=polling`)).text();

const fault = FAULTS.find(({ name }) => name === 'no-affinity-nginx');

test('npm run lab -- <fault> says what is broken and where, serves it, and Ctrl-C leaves nothing', async () => {
  const [run, folder] = started('main', ['no-affinity-nginx']);
  await run.says('Ctrl-C ends it.');
  const out = run.out();
  expect(out).toContain(fault?.injects);
  expect(out).toContain('WS501');
  expect(await answers(addressIn(out))).toMatch(/^0\{"sid":/);
  ctrlC(run);
  const { code, signal, err } = await run.done;
  expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
  await leavesNothing(run, folder);
}, 120_000);

test('npm run lab lists the faults, and says so of one that there is not', async () => {
  const [list] = started('main', []);
  const { code, out } = await list.done;
  expect(code).toBe(0);
  for (const { name } of FAULTS) expect(out).toMatch(new RegExp(`^${name} +`, 'm'));
  for (const { injects } of FAULTS) expect(out).toContain(injects);
  const [wrong] = started('main', ['no-such']);
  expect(await wrong.done).toMatchObject({ code: 2, err: expect.stringContaining('there is no fault "no-such"') });
}, 120_000);

test('npm run workshop names the address and not the fault, and Ctrl-C leaves nothing', async () => {
  const [run, folder] = started('workshop', ['no-affinity-nginx'], null);
  await run.says('holdfast doctor');
  const out = run.out();
  expect(await answers(addressIn(out))).toMatch(/^0\{"sid":/);
  for (const hidden of ['no-affinity', 'WS501', causeOf('WS501')?.title, fault?.injects])
    expect(out).not.toContain(hidden);
  ctrlC(run);
  ctrlC(run);
  const { code, signal } = await run.done;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  await leavesNothing(run, folder);
}, 120_000);

test('npm run workshop takes wrong answers, a hint and the right one, and ends', async () => {
  const [run, folder] = started('workshop', ['no-affinity-nginx'], 'WS519\nhint\nwhat?\nws501\n');
  const { code, out } = await run.done;
  expect(code).toBe(0);
  expect(out).toContain('No, not WS519');
  expect(out).toMatch(/Look whether this is so: /);
  expect(out).toContain('Right. WS501');
  await leavesNothing(run, folder);
}, 120_000);
