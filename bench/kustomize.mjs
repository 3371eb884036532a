import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Seconds that a run may be expected to take. */
const BOUND = 60;

export function findKubectl() {
  return spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
}

/** Lists every manifest of a folder in a kustomization, which is all that kustomize is asked to do: read, check, print. */
export function writeKustomization(root) {
  const files = fs.readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.yaml'));
  const resources = files.sort().map((name) => `  - ${name.split(path.sep).join('/')}\n`);
  fs.writeFileSync(path.join(root, 'kustomization.yaml'), `resources:\n${resources.join('')}`);
}

/** Why a run would take too long, judged by an earlier one, or undefined. Its time grows faster than the square of the number of objects. */
export function tooSlow(count, earlier) {
  if (earlier === undefined) return undefined;
  const least = earlier.wall * (count / earlier.count) ** 2;
  if (least <= BOUND) return undefined;
  return `not run: at least ${Math.round(least)} s, judged by ${earlier.count} systems; the bound is ${BOUND} s`;
}
