import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = ['synth', 'start', 'rules', 'linters', 'drain', 'proxy', 'preview'];

const HELP = `npm run bench                     all of them, some minutes
npm run bench -- ${BENCHMARKS.join(' | ')}    one or several
npm run bench -- synth --quick    options go to the benchmark; --help tells which it has`;

const given = process.argv.slice(2);
const named = given.filter((argument) => !argument.startsWith('-'));
const options = given.filter((argument) => argument.startsWith('-'));
const unknown = named.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0 || (named.length === 0 && options.length > 0)) {
  const asked = options.includes('--help') && unknown.length === 0;
  console.log(asked ? HELP : `"${given.join(' ')}" names no benchmark\n\n${HELP}`);
  process.exit(asked ? 0 : 2);
}
for (const name of named.length > 0 ? named : BENCHMARKS) {
  console.log(`\n== ${name}`);
  const program = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [program, ...options], { stdio: 'inherit' });
  // The others may still run: what they need differs.
  if (status !== 0) process.exitCode = 1;
}
