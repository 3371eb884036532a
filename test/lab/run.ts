import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Diagnosis, diagnose, examine, loadRecording, type Recording, readTarget } from '../../lib/doctor';
import { longestStandstillMs } from '../standstill';
import { expectTrue, type Fault, type Started } from './fault';
import { Lab, wait } from './lab';

export interface Result {
  readonly fault: Fault;
  readonly recording: Recording;
  readonly diagnosis: Diagnosis;
  readonly seconds: number;
  /** For how long at a time this machine itself stood still while the doctor looked. */
  readonly standstillMs: number;
}

/** Starts the parts, breaks them, makes sure that they are broken, and lets the doctor look. */
export async function runFault(
  fault: Fault,
  options: { quick?: boolean; budgetSeconds?: number } = {},
): Promise<Result> {
  const lab = new Lab();
  try {
    const started = await fault.start(lab);
    const { verify, after, sleeps } = started;
    if (fault.causes.length > 0 && (verify ?? after ?? sleeps) === undefined)
      throw new Error(`nothing proves that ${fault.name} is injected`);
    await started.verify?.();
    const begun = Date.now();
    const recording = started.sleeps === undefined ? await look(started, options) : await lookAndSleep(lab, started);
    const ended = Date.now();
    await started.after?.();
    return {
      fault,
      recording,
      diagnosis: diagnose(recording),
      seconds: (ended - begun) / 1000,
      standstillMs: longestStandstillMs(begun, ended),
    };
  } finally {
    await lab.end();
  }
}

async function look(started: Started, options: { quick?: boolean; budgetSeconds?: number }): Promise<Recording> {
  const budgetSeconds = options.budgetSeconds ?? started.budgetSeconds;
  let during: Promise<void> | undefined;
  const recording = await examine(readTarget(started.url, started.options), {
    quick: options.quick ?? false,
    ...(budgetSeconds === undefined ? {} : { budgetSeconds }),
    signal: new AbortController().signal,
    progress: (text) => {
      if (text.startsWith('sockets that stay') && during === undefined) during = started.during?.();
    },
    version: 'lab',
    environment: {},
  });
  await during;
  return recording;
}

/** The doctor in a process of its own, which is stopped for a while. */
async function lookAndSleep(lab: Lab, { url, sleeps }: Started): Promise<Recording> {
  const file = join(lab.folder, 'evidence.jsonl');
  const main = join(__dirname, '..', '..', 'lib', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', main, 'doctor', url, '--save', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  lab.later(() => {
    child.kill('SIGKILL');
  });
  let slept: Promise<void> | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!text.includes('sockets that stay') || sleeps === undefined) return;
    slept ??= sleep(child, sleeps);
    slept.catch(() => {});
  });
  await new Promise((done) => child.once('exit', done));
  if (slept === undefined) throw new Error('not injected: the doctor was not put to sleep');
  await slept;
  return loadRecording(file);
}

/** Stops a process for a while, and makes sure that it stood. */
async function sleep({ pid }: ChildProcess, { afterMs, forMs }: NonNullable<Started['sleeps']>): Promise<void> {
  await wait(afterMs);
  process.kill(pid as number, 'SIGSTOP');
  await wait(forMs);
  const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
  process.kill(pid as number, 'SIGCONT');
  expectTrue(stdout.trim().startsWith('T'), `the doctor was in state ${stdout.trim()}`);
}
