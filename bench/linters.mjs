// holdfast check beside kube-score on the same files, in one run, and a check of one small file beside an empty program of Node.
// Needs `npm run build` and Go, which fetches kube-score into a folder that is removed again.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const KUBE_SCORE = 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0';
const root = fileURLToPath(new URL('..', import.meta.url));
const main = path.join(root, 'dist/lib/cli/main.js');
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 7;
/** As many documents as the largest collection of public charts that the rules were tried on. */
const DOCUMENTS = 2371;

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-linters-'));
try {
  const kubeScore = install();
  const { files, documents } = collection();
  const small = path.join(scratch, 'small.yaml');
  fs.writeFileSync(small, fs.readFileSync(path.join(root, 'test/rules/field/wekan.yaml')));
  const contestants = [
    ['node, empty', process.execPath, ['-e', '0']],
    ['holdfast check, one file', process.execPath, [main, 'check', small]],
    ['holdfast check, all', process.execPath, [main, 'check', '--summary', path.join(scratch, 'charts')]],
    ...(kubeScore === undefined
      ? []
      : [['kube-score score, all', kubeScore, ['score', '--output-format', 'ci', ...files]]]),
  ];
  const times = contestants.map(() => []);
  const work = contestants.map(() => []);
  // In turns, so that whatever else the machine does falls on all of them; the first round fills the caches.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, [name, command, args]] of contestants.entries()) {
      const before = processorMilliseconds();
      const started = performance.now();
      const { status, error, stderr } = spawnSync(command, args, {
        stdio: ['ignore', 'ignore', 'pipe'],
        maxBuffer: 2 ** 28,
      });
      // Findings are what they are asked for: 1 is a result, 2 and more is none.
      if (error !== undefined || status === null || status > 1)
        throw new Error(`${name} ended with ${status}: ${error ?? stderr}`);
      if (round === 0) continue;
      times[i].push(performance.now() - started);
      work[i].push(processorMilliseconds() - before);
    }
  }
  // What else the machine does only ever adds to a run: the least is the nearest to the truth.
  const least = times.map((all) => Math.min(...all));
  const leastWork = work.map((all) => Math.min(...all));
  console.log(`${documents} documents in ${files.length} files; the least of ${ROUNDS} runs`);
  console.log(`${' '.repeat(26)}   start to exit   processors`);
  for (const [i, [name]] of contestants.entries()) {
    const columns = [least[i], leastWork[i]].map((value) => `${Number.isNaN(value) ? '–' : Math.round(value)} ms`);
    console.log(`${name.padEnd(26)}${columns[0].padStart(16)}${columns[1].padStart(13)}`);
  }
  const [empty, one, all, score] = least;
  console.log(`\none small file to an empty program: ${(one / empty).toFixed(2)}×`);
  if (score !== undefined) {
    console.log(`all of them to kube-score:          ${(all / score).toFixed(2)}×`);
    console.log(`in work of the processors:          ${(leastWork[2] / leastWork[3]).toFixed(2)}×`);
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

/** What all programs that were waited for have cost the processors: fields 16 and 17, in hundredths of a second. Known on Linux only. */
function processorMilliseconds() {
  try {
    const fields = fs
      .readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** kube-score, or undefined where Go is not there or cannot fetch it. */
function install() {
  const { status, stderr, error } = spawnSync('go', ['install', KUBE_SCORE], {
    env: { ...process.env, GOBIN: scratch, GOFLAGS: '-mod=mod' },
    encoding: 'utf8',
  });
  if (status === 0) return path.join(scratch, 'kube-score');
  console.log(`kube-score is not measured: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  return undefined;
}

/** The systems of the field, again and again under other names, until there are as many documents. */
function collection() {
  const folder = path.join(root, 'test/rules/field');
  const systems = fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]);
  const target = path.join(scratch, 'charts');
  fs.mkdirSync(target);
  const files = [];
  let documents = 0;
  for (let i = 0; documents < DOCUMENTS; i += 1) {
    const [name, text] = systems[i % systems.length];
    const file = path.join(target, `${i}-${name}`);
    const copy = text
      .replace(/^(metadata:\n {2}name: .*)$/gm, `$1\n  namespace: team-${i}`)
      .replace(/^(metadata:(?: |\n {2})\{\s*)(?=name:)/gm, `$1namespace: team-${i}, `);
    fs.writeFileSync(file, copy);
    files.push(file);
    documents += copy.split(/^---$/m).length;
  }
  return { files, documents };
}
