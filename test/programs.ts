import { buildKube } from './cluster/machine/kube';
import { buildEngine } from './engine/support/engine';

/** What the suites start and Go compiles, each kept outside of the tree. */
const PROGRAMS: Readonly<Record<string, () => string>> = { kubernetes: buildKube, engine: buildEngine };

const HELP = `npm run programs [-- ${Object.keys(PROGRAMS).join('|')}]    builds what the cluster and the engine's stories start, unless it is there already`;

function main(names: readonly string[]): void {
  const unknown = names.filter((name) => !(name in PROGRAMS));
  if (unknown.length > 0) {
    console.log(HELP);
    process.exitCode = names.includes('--help') ? 0 : 2;
    return;
  }
  for (const [name, build] of Object.entries(PROGRAMS))
    if (names.length === 0 || names.includes(name)) console.log(`${name}  ${build()}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
