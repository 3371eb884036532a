// Mutation tests of one folder of lib/ under the tests of the same name: npm run mutate -- timing
import { spawnSync } from 'node:child_process';

/** Folders of lib/; `report` is what runs the rules of lib/rules and prints what they found. */
const FOLDERS = ['timing', 'nginx', 'server', 'system', 'rules', 'report'];
const asked = process.argv.slice(2);
const wrong = asked.filter((folder) => !FOLDERS.includes(folder));
if (asked.length === 0 || wrong.length > 0) {
  console.error(
    `${wrong.length > 0 ? `"${wrong.join('", "')}" cannot be mutated` : 'name a folder'}; npm run mutate -- ${FOLDERS.join(' | ')}`,
  );
  process.exit(2);
}
for (const folder of asked) {
  const { status } = spawnSync('npx', ['stryker', 'run', 'stryker.config.mjs'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATE: folder },
  });
  if (status !== 0) process.exit(status ?? 1);
}
