import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import packageJson from '../../package.json';
import floors from './floors/package.json';

const root = path.join(__dirname, '..', '..');
const lowest = path.join(__dirname, 'floors', 'node_modules');

/** What the recording monitor of the suites shares with the Pulumi that it answers. */
const SHARED = ['google-protobuf', '@grpc'];

/** Older versions of Pulumi do not record the arguments of components, so that its golden files say more than they register. */
const NOT_GOLDEN = '^(?!.*registers what its golden file says)';

/** Our own suites, in a tree where every peer has its lowest version. */
let tree: string;

beforeAll(() => {
  tree = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-floors-')));
  for (const name of fs.readdirSync(root)) {
    if (['node_modules', 'dist', '.git', 'manifests'].includes(name)) continue;
    fs.cpSync(path.join(root, name), path.join(tree, name), {
      recursive: true,
      filter: (file) => !file.includes('node_modules'),
    });
  }
  const modules = path.join(tree, 'node_modules');
  fs.mkdirSync(modules);
  for (const name of fs.readdirSync(path.join(root, 'node_modules'))) {
    const own = SHARED.includes(name) || name === '@pulumi' || name in floors.dependencies;
    fs.symlinkSync(own ? path.join(lowest, name) : path.join(root, 'node_modules', name), path.join(modules, name));
  }
});
afterAll(() => fs.rmSync(tree, { recursive: true, force: true }));

test('the lowest versions are those that package.json promises', () => {
  const promised = Object.entries(packageJson.peerDependencies).filter(([name]) => !name.startsWith('@types/'));
  expect(Object.fromEntries(promised.map(([name, range]) => [name, range.replace('^', '')]))).toEqual(
    floors.dependencies,
  );
});

test('and are the ones installed', () => {
  for (const [name, version] of Object.entries(floors.dependencies)) {
    expect(JSON.parse(fs.readFileSync(path.join(lowest, name, 'package.json'), 'utf8')).version).toBe(version);
  }
});

test('the code compiles with them', () => {
  const tsc = path.join('node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json', '--noEmit'], {
    cwd: tree,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

test('every suite that uses them passes with them', () => {
  const jest = path.join('node_modules', 'jest', 'bin', 'jest.js');
  const suites = ['pulumi', 'workload', 'ingress', 'synth', 'stacks'].map((name) => `test/${name}/`);
  const { stderr, status } = spawnSync(process.execPath, [jest, '--ci', '--testNamePattern', NOT_GOLDEN, ...suites], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(stderr.match(/^ {2}● .*$/gm)).toBeNull();
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Tests: .* [1-9]\d* passed/m);
}, 600_000);
