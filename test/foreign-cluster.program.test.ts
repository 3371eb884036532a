import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-foreign-'));
  // A cluster of somebody else, as far as it takes to say what is there, and what it was asked.
  writeFileSync(
    join(folder, 'kubectl'),
    `#!/bin/sh
echo "$*" >>"$FOREIGN/asked"
case "$*" in
  'get customresourcedefinitions'*) echo '{"items":[]}' ;;
  'get --filename=-'*) cat >/dev/null; echo "$THERE" ;;
  apply*) cat >/dev/null ;;
  proxy*) echo 'Starting to serve on 127.0.0.1:1'; exec sleep 1000 ;;
esac
`,
    { mode: 0o755 },
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs suites of test/cluster on a cluster of somebody else, where `there` is already. */
function suites(there: string, kubeconfig: string, ...which: readonly string[]) {
  writeFileSync(join(folder, 'asked'), '');
  const jest = join(ROOT, 'node_modules', '.bin', 'jest');
  const { status, stdout, stderr } = spawnSync(jest, ['--config', 'jest.cluster.config.js', '--runInBand', ...which], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      TMPDIR: folder,
      HOLDFAST_CLUSTER: join(folder, 'none'),
      KUBECONFIG: kubeconfig,
      FOREIGN: folder,
      THERE: there,
    },
  });
  const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  return { status, output: stdout + stderr, asked };
}

test('on a cluster that is not the repository’s own, what needs the node is skipped, and said by its name', () => {
  const { status, output, asked } = suites('', '/somebody', '--testPathIgnorePatterns', 'acceptance', 'accepted');
  expect([status, output]).toEqual([0, expect.not.stringContaining('failed to run')]);
  const files = readdirSync(join(ROOT, 'test', 'cluster')).filter((file) => file.endsWith('.test.ts'));
  expect(output.match(/^skipped: .+$/gm)).toHaveLength(files.length - 2);
  expect(output).toContain('skipped: the drawn timeline is what a kubelet does');
  // Beside the kinds, which are taken away again, nothing is asked for.
  expect(asked.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'get customresourcedefinitions',
    'apply --server-side',
    'wait --for=condition=Established',
    'proxy --port=0',
    'delete customresourcedefinition',
  ]);
  expect(readdirSync(folder).filter((name) => name.startsWith('holdfast-'))).toEqual([]);
}, 120_000);

test.each(['acceptance', 'accepted'])(
  '%s touches no cluster that has already what it would delete',
  (suite) => {
    const { status, output, asked } = suites('namespace/coditect-app', '/somebody', suite);
    expect(status).toBe(1);
    expect(output).toContain('what this suite would overwrite and delete: namespace/coditect-app.');
    expect(asked.filter((line) => /^(apply|delete|patch|scale)/.test(line))).toEqual([
      'apply --server-side --filename=-',
      'delete customresourcedefinition --selector=app.kubernetes.io/managed-by=holdfast-suites',
    ]);
  },
  120_000,
);

test('an empty KUBECONFIG names no cluster: not the one that kubectl would find at home', () => {
  const { status, output, asked } = suites('', '', 'acceptance');
  expect([status, asked]).toEqual([1, ['']]);
  expect(output).toContain('there is no cluster: run npm run cluster:up');
}, 120_000);
