import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-machine-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Calls a function of what starts and ends a cluster, and returns what its error says. */
function called(module: string, name: string, cluster: string): string {
  const program = `require('./test/cluster/machine/${module}').${name}().catch((error) => console.log(error.message))`;
  const { stdout } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOLDFAST_CLUSTER: cluster },
  });
  return stdout.trim();
}

test('a folder that somebody else filled is not removed', () => {
  writeFileSync(join(folder, 'thesis'), 'years of work');
  expect(called('down', 'endCluster', folder)).toBe(
    `${folder} is no folder of a cluster, which is emptied and removed: let HOLDFAST_CLUSTER name one that is not there yet`,
  );
  expect(existsSync(join(folder, 'thesis'))).toBe(true);
});

test('where there are no namespaces to be had, the error says what unshare said', () => {
  const refused = 'unshare: unshare failed: Operation not permitted';
  writeFileSync(join(folder, 'unshare'), `#!/bin/sh\necho '${refused}' >&2\nexit 1\n`, { mode: 0o755 });
  expect(called('sandbox', 'startSandbox', join(folder, 'cluster'))).toBe(
    `there are no namespaces to be had: ${refused}`,
  );
});
