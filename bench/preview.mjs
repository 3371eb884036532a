import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medians } from './measure.mjs';
import { programTable } from './table.mjs';

const HELP = `What our program adds to a preview: the program of production beside Pulumi programs that do nothing, each started by the real engine in turns.

  npm run bench -- preview           nine runs of each
  npm run bench -- preview --quick   three

Time and size are those of the process that runs the program, CPU time with that of what it starts; what is held against the limit is the least CPU time of each. What the engine and its providers do besides is not ours, and waiting for them is no CPU time.
The engine is built the first time; that takes some minutes.`;

/** What the program may add to one that does nothing. */
const MOST_SECONDS = 1.5;
const MOST_MEBIBYTES = 150;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const require = createRequire(import.meta.url);
require('tsx/cjs');
require('../test/engine/support/setup.ts').default();
const { Workbench } = require('../test/engine/support/workbench.ts');
const { CONFIG } = require('../test/engine/support/configuration.ts');
const teardown = require('../test/engine/support/teardown.ts').default;

const REPORT = fileURLToPath(new URL('programs/report.cjs', import.meta.url));

/** Programs, by what they are called in the table; the first one is what the others are compared with. */
const PROGRAMS = [
  { name: "as 'pulumi new javascript' makes it", source: 'require("@pulumi/pulumi");' },
  { name: 'not even that', source: '' },
  { name: 'stacks/pulumi.ts, production' },
];

const bench = new Workbench();
try {
  await bench.stack('production', CONFIG.production);
  const settings = path.join(bench.project, 'Pulumi.yaml');
  const ours = fs.readFileSync(settings, 'utf8');
  const report = path.join(bench.folder, 'report.json');

  const preview = async ({ source }) => {
    if (source !== undefined) fs.writeFileSync(path.join(bench.project, 'empty.js'), source);
    const main = source === undefined ? ours : ours.replace(/main: .*/, 'main: empty.js');
    fs.writeFileSync(settings, `${main}    nodeargs: --require ${REPORT}\n`);
    await bench.must('pulumi preview --non-interactive', { BENCH_REPORT: report });
    const { cpu, peak, alive } = JSON.parse(fs.readFileSync(report, 'utf8'));
    return { wall: alive, cpu, peak };
  };

  const found = await medians(
    PROGRAMS.map((program) => () => preview(program)),
    options.quick ? 3 : 9,
  );
  const rows = found.map((figures, i) => ({ name: PROGRAMS[i].name, ...figures }));
  const [empty, , program] = rows;
  const seconds = program.leastCpu - empty.leastCpu;
  const mebibytes = program.peak - empty.peak;
  console.log(programTable(rows));
  console.log(
    `\nbeyond an empty Pulumi program: ${seconds.toFixed(2)} s of CPU, ${(program.wall - empty.wall).toFixed(2)} s with waiting, ${Math.round(mebibytes)} MiB; ` +
      `at most ${MOST_SECONDS} s of CPU and ${MOST_MEBIBYTES} MiB`,
  );
  if (seconds > MOST_SECONDS || mebibytes > MOST_MEBIBYTES) process.exitCode = 1;
} finally {
  await bench.remove();
  teardown();
}
