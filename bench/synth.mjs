import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { findKubectl, tooSlow, writeKustomization } from './kustomize.mjs';
import { medians, runNode, runOther } from './measure.mjs';
import { firstDifference, makeScratch } from './scratch.mjs';
import { NAMES, startTable, table, times } from './table.mjs';

const HELP = `Times synthesis of N systems beside its baselines. Every figure is a whole process, start to exit: the median of several runs.

  npm run bench                 N = 1, 10, 100, 1000, and 5000 for those that are linear; a few minutes
  npm run bench -- --quick      N up to 100; half a minute
  npm run bench -- --json       the figures as JSON

  HoldfastApp.synthEach   a WebSocketChart per system, compiled, each made when its turn comes
  HoldfastApp.synth       the same charts, all in one tree
  plain objects, js-yaml  a template function that gives the same bytes in the same files, checked in the same run
  cdk8s-plus-28           a chart per system and App.synth as it is, with the same objects as nearly as its classes allow
  kubectl kustomize       over the same manifests as static files, without a transformation

The folder of the output is removed afterwards. TMPDIR says where it is.`;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const scratch = makeScratch();
const textsFile = path.join(scratch, 'texts.json');
const outdir = (producer) => path.join(scratch, producer);
const program = (name) => fileURLToPath(new URL(`programs/${name}.cjs`, import.meta.url));
const stack = fileURLToPath(new URL('../dist/stacks/cdk8s.js', import.meta.url));
const progress = (text) => process.stderr.write(`${text}\n`);

const counts = options.quick ? [1, 10, 100] : [1, 10, 100, 1000, 5000];
const most = options.quick ? 5 : 9;
const kubectl = findKubectl();

prepareTexts();
checkOutputs();
const rows = [];
for (const count of counts) rows.push(...(await rowsOf(count)));
const [empty, environments] = await startOfThree();

if (options.json) console.log(JSON.stringify({ machine: machine(), rows, empty, environments }, undefined, 2));
else print();

/** The texts that are the same in every system. The baselines get them ready-made, which spares them the work. */
function prepareTexts() {
  const folder = synthesized('ours', 1);
  const [system] = fs.readdirSync(folder);
  const read = (kind) => {
    const file = fs.readdirSync(path.join(folder, system)).find((name) => name.includes(`-${kind}.`));
    return load(fs.readFileSync(path.join(folder, system, file), 'utf8'));
  };
  const set = read('statefulset');
  const texts = {
    conf: read('configmap').data['nginx.conf'],
    hash: set.spec.template.metadata.annotations['holdfast/config-hash'],
    timing: set.metadata.annotations['holdfast/timing'],
  };
  fs.writeFileSync(textsFile, JSON.stringify(texts));
}

/** A comparison with something that does less would say nothing. */
function checkOutputs() {
  const expected = synthesized('ours', 10);
  for (const producer of ['tree', 'plain']) {
    const difference = firstDifference(expected, synthesized(producer, 10));
    if (difference === undefined) continue;
    throw new Error(`${NAMES[producer]} does not write our bytes: ${difference}; change what is in bench/programs`);
  }
  progress('plain objects and HoldfastApp write the same bytes');
}

function synthesized(producer, count) {
  clear(producer);
  execFileSync(process.execPath, [program(producer), String(count), outdir(producer), textsFile]);
  return outdir(producer);
}

async function rowsOf(count) {
  const producers = count > 1000 ? ['ours', 'tree', 'plain'] : ['ours', 'tree', 'plain', 'stock'];
  progress(`${count} systems: ${producers.join(', ')}`);
  const tasks = producers.map((producer) => () => {
    clear(producer);
    return runNode(scratch, program(producer), [String(count), outdir(producer), textsFile]);
  });
  const found = (await medians(tasks, most)).map((figures, i) => ({ count, producer: producers[i], ...figures }));
  if (count <= 1000) found.push({ count, producer: 'kustomize', ...(await kustomize(count)) });
  return found;
}

async function kustomize(count) {
  if (!kubectl) return { skipped: 'kubectl not found, skipped' };
  const earlier = rows.findLast((row) => row.producer === 'kustomize' && row.wall !== undefined);
  const skipped = tooSlow(count, earlier);
  if (skipped !== undefined) return { skipped };
  progress(`${count} systems: kubectl kustomize`);
  writeKustomization(outdir('ours'));
  const [figures] = await medians([() => runOther('kubectl', ['kustomize', outdir('ours')])], most);
  return figures;
}

function startOfThree() {
  progress('three environments');
  const env = { CDK8S_OUTDIR: outdir('environments') };
  return medians([() => runNode(scratch, program('empty'), []), () => runNode(scratch, stack, [], env)], 3 * most);
}

function clear(producer) {
  fs.rmSync(outdir(producer), { recursive: true, force: true });
}

function machine() {
  const [cpu] = os.cpus();
  return `Node ${process.version}, ${os.cpus().length} × ${cpu?.model ?? 'unknown CPU'}, output in ${path.dirname(scratch)}`;
}

function print() {
  console.log(`${machine()}\n\n${table(rows)}\n\n${startTable(environments, empty)}\n\n${targets()}`);
}

function targets() {
  const at = (count, producer) => rows.find((row) => row.count === count && row.producer === producer);
  const lines = [
    `three environments without the cdk8s CLI: ${times(environments, empty)} an empty program; to reach: under 4×`,
  ];
  if (!options.quick) {
    const [ours, plain, stock] = ['ours', 'plain', 'stock'].map((producer) => at(1000, producer));
    const [many, tree] = ['ours', 'tree'].map((producer) => at(5000, producer));
    const growth = (many.wall - empty.wall) / (ours.wall - empty.wall);
    lines.push(
      `1000 systems: ${times(stock, ours)} as fast as cdk8s-plus-28; to reach: 20×`,
      `1000 systems: ${times(ours, plain)} the time of plain objects; to reach: 2.5×`,
      `5000 systems: ${growth.toFixed(1)}× the time of 1000; linear is 5×`,
      `5000 systems: ${Math.round(many.peak)} MiB, in one tree ${Math.round(tree.peak)} MiB; to reach: under 300 MiB`,
    );
  }
  return lines.join('\n');
}
