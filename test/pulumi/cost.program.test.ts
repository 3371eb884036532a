import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ROOT, runProgram } from './run-program';

/** What a program cost that cannot differ from one machine to another. */
interface Cost {
  readonly files: readonly string[];
  /** Stacks of errors that were written out. */
  readonly stacks: number;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cost-'));
let empty: Cost;
let ours: Cost;

async function costOf(name: string, program?: string): Promise<Cost> {
  const report = path.join(folder, `${name}.json`);
  const { exitCode, log } = await runProgram({
    ...(program === undefined ? {} : { program }),
    stack: 'production',
    preview: true,
    env: { NODE_OPTIONS: `--require ${path.join(ROOT, 'test/pulumi/programs/report.cjs')}`, REPORT: report },
  });
  expect({ exitCode, log }).toEqual({ exitCode: 0, log: [] });
  return JSON.parse(fs.readFileSync(report, 'utf8')) as Cost;
}

beforeAll(async () => {
  [empty, ours] = await Promise.all([costOf('empty', 'test/pulumi/programs/nothing.cjs'), costOf('production')]);
}, 300_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

/** What the program reads that a program of Pulumi which does nothing does not. */
function beyond(): readonly string[] {
  const read = new Set(empty.files);
  return ours.files.filter((file) => !read.has(file)).map((file) => path.relative(ROOT, file));
}

function packageOf(file: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
}

// Beyond Pulumi itself: each package more is paid for by every preview.
test('Production loads these packages and no others, and our sources as one text', () => {
  expect([...new Set(beyond().map(packageOf))].sort()).toEqual([
    '@pulumi/gcp',
    '@pulumi/kubernetes',
    'cdk8s',
    'constructs',
    'esbuild',
    'fast-json-patch',
    'js-yaml',
    'stacks/main.cjs',
    'yaml',
  ]);
});

test("Of Google's provider only the resources that are made are loaded, of Kubernetes' its version", () => {
  const gcp = beyond().filter((file) => packageOf(file) === '@pulumi/gcp');
  expect(gcp.filter((file) => file.endsWith('/index.js'))).toEqual([]);
  expect(gcp.length).toBeLessThanOrEqual(30);
  expect(beyond().filter((file) => packageOf(file) === '@pulumi/kubernetes')).toEqual([
    'node_modules/@pulumi/kubernetes/package.json',
  ]);
});

test('All in all it reads a few files; one by one our sources alone are more', () => {
  expect(empty.files.length).toBeGreaterThan(300);
  expect(beyond().length).toBeLessThanOrEqual(160);
});

// Pulumi writes thousands for itself, of promises; of each resource it asks where that was made.
test('Few stacks are written out beside the one of each resource', () => {
  expect(ours.stacks).toBeGreaterThan(40);
  expect(ours.stacks).toBeLessThan(150);
});
