// How long the command line takes before it does anything: from start to exit, beside a program of Node that is empty. Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/lib/cli/main.js', import.meta.url));
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 5 : 15;

const COMMANDS = [
  ['node, empty', ['-e', '0']],
  ['check --help', [main, 'check', '--help']],
  ['doctor --help', [main, 'doctor', '--help']],
  ['timing --help', [main, 'timing', '--help']],
];

const times = COMMANDS.map(() => []);
// In turns, so that whatever else the machine does falls on all of them; the first round fills the caches.
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [i, [name, args]] of COMMANDS.entries()) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
    if (round > 0) times[i].push(performance.now() - started);
  }
}

// What else the machine does only ever adds to a start: the least is the nearest to the truth.
const least = times.map((all) => Math.min(...all));
const [node, check, doctor] = least;
console.log('start to exit      ms   of node   of check');
for (const [i, [name]] of COMMANDS.entries()) {
  const ratios = [least[i] / node, least[i] / check].map((ratio) => ratio.toFixed(2));
  console.log(
    `${name.padEnd(15)}${String(Math.round(least[i])).padStart(6)}${ratios[0].padStart(10)}${ratios[1].padStart(11)}`,
  );
}
if (doctor > 1.3 * check) {
  console.error(
    'doctor --help starts more slowly than check --help: something of lib/doctor is loaded before it is needed',
  );
  process.exitCode = 1;
}
