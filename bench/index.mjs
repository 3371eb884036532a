// Runs the benchmarks named on the command line, or all of them: `npm run bench -- drain`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const NOT_BENCHMARKS = ['index.mjs', 'echo-server.mjs'];
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && !NOT_BENCHMARKS.includes(file))
  .map((file) => basename(file, '.mjs'));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : all) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(folder, `${name}.mjs`)], {
    stdio: 'inherit',
  });
  // The others may still run: what they need differs.
  if (status !== 0) process.exitCode = 1;
}
