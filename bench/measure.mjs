import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { hrtime } from 'node:process';
import { fileURLToPath } from 'node:url';

const REPORT = fileURLToPath(new URL('programs/report.cjs', import.meta.url));

/** Runs a Node program to its end: seconds from start to exit, its CPU seconds, its greatest size in MiB. */
export async function runNode(scratch, program, args, env = {}) {
  const report = path.join(scratch, 'report.json');
  const wall = await run(process.execPath, ['--require', REPORT, program, ...args], { ...env, BENCH_REPORT: report });
  return { wall, ...JSON.parse(fs.readFileSync(report, 'utf8')) };
}

/** The same for a program that cannot tell about itself. Size and CPU time are known on Linux only, as of a few milliseconds before the end. */
export async function runOther(command, args) {
  let last = {};
  const wall = await run(command, args, {}, (pid) => {
    last = watched(pid) ?? last;
  });
  return { wall, ...last };
}

function run(command, args, env, watch) {
  return new Promise((resolve, reject) => {
    const started = hrtime.bigint();
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    const timer = watch === undefined ? undefined : setInterval(() => watch(child.pid), 5);
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    let wall = 0;
    child.on('exit', () => {
      wall = Number(hrtime.bigint() - started) / 1e9;
      clearInterval(timer);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(wall);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${errors}`));
    });
  });
}

function watched(pid) {
  try {
    const peak = /VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    // The fields after the name in parentheses; user and system time are the 12th and 13th of them, in hundredths of a second.
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (peak === null) return undefined;
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peak: Number(peak[1]) / 1024 };
  } catch {
    return undefined;
  }
}

/**
 * Runs each task several times, in turns, so that whatever else the machine does falls on all of them. Fewer times when it is slow.
 * Returns the median of each, in the order of the tasks, the least of its CPU times, and all of its times (`walls`), round by round.
 */
export async function medians(tasks, most) {
  const results = tasks.map(() => []);
  for (let round = 0; round < most; round++) {
    for (const [i, task] of tasks.entries()) {
      if (round > 0 && round >= Math.min(most, enough(results[i][0].wall))) continue;
      results[i].push(await task());
    }
  }
  return results.map((runs) => ({
    wall: median(runs.map((run) => run.wall)),
    walls: runs.map((run) => run.wall),
    cpu: median(runs.map((run) => run.cpu)),
    // What else the machine does makes work dearer and never cheaper.
    leastCpu: Math.min(...runs.map((run) => run.cpu)),
    peak: median(runs.map((run) => run.peak)),
    runs: runs.length,
  }));
}

/** Three at least: one run says nothing about how much the next would differ. */
function enough(seconds) {
  return seconds > 3 ? 3 : 9;
}

function median(values) {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : sorted[Math.floor(sorted.length / 2)];
}
