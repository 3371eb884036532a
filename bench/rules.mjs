// Documents judged per second at 100, 1,000 and 10,000 documents, and the time from start to exit of a small check. Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const { HoldfastApp } = require(`${root}/dist/lib/synth`);
const { WebSocketChart } = require(`${root}/dist/lib/environments`);
const { production } = require(`${root}/dist/stacks/production`);
const { loadTexts, toYaml } = require(`${root}/dist/lib/manifest`);
const { checkLoaded, render } = require(`${root}/dist/lib/rules`);

const app = new HoldfastApp({ outdir: 'unused' });
new WebSocketChart(app, production);
const system = [...app.manifests().values()][0].map(toYaml).join('---\n');
const perSystem = system.split('\n---\n').length;

/** Systems in namespaces of their own; in every tenth something is wrong, so that the places of findings are paid for too. */
function tree(documents) {
  const texts = new Map();
  for (let i = 0; i < documents / perSystem; i += 1) {
    const text = system.replaceAll('coditect-app', `app-${i}`);
    texts.set(`app-${i}.yaml`, i % 10 === 0 ? text.replace('timeoutSec: 86400', 'timeoutSec: 80') : text);
  }
  return texts;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rates = [];
console.log('documents   findings   read ms   judge ms   documents/s');
for (const documents of [100, 1000, 10_000]) {
  const texts = tree(documents);
  const rounds = documents > 1000 ? 3 : 7;
  const runs = [];
  for (let i = 0; i < rounds; i += 1) {
    const started = performance.now();
    const loaded = loadTexts(texts);
    const read = performance.now();
    const report = checkLoaded(loaded);
    render(report, 'json');
    runs.push({
      read: read - started,
      judge: performance.now() - read,
      findings: report.findings.length,
      objects: report.objects,
    });
  }
  const total = median(runs.map(({ read, judge }) => read + judge));
  const rate = Math.round((runs[0].objects / total) * 1000);
  rates.push(rate);
  const columns = [
    runs[0].objects,
    runs[0].findings,
    Math.round(median(runs.map(({ read }) => read))),
    Math.round(median(runs.map(({ judge }) => judge))),
    rate,
  ];
  console.log(columns.map((value, i) => String(value).padStart([9, 11, 10, 11, 14][i])).join(''));
}

const starts = [];
for (let i = 0; i < 9; i += 1) {
  const started = performance.now();
  spawnSync(process.execPath, [`${root}/dist/lib/cli/main.js`, 'check', '-'], { input: system });
  starts.push(performance.now() - started);
}
const floor = [];
for (let i = 0; i < 9; i += 1) {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  floor.push(performance.now() - started);
}
console.log(
  `\nstart to exit, ${perSystem} documents: ${Math.round(median(starts))} ms (node alone: ${Math.round(median(floor))} ms)`,
);
