import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { check } from '../../lib/rules';
import { holdfastIn } from './terminal';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-reading-'));
  fs.chmodSync(folder, 0o755);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const CLEAN = 'apiVersion: v1\nkind: Service\nmetadata: { name: chat }\nspec: { ports: [{ port: 80 }] }\n';
const FOUND = `apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: chat }
spec:
  healthCheck: { type: HTTP, requestPath: /, checkIntervalSec: 5, timeoutSec: 10 }
`;
const NOBODY = 65534;

function write(name: string, text: string | Buffer): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

const holdfast = (args: readonly string[], cwd = folder) => holdfastIn(cwd, ...args);

/** Runs as somebody whom file modes bind: root is not. What is loaded lazily was loaded before. */
async function asAnybody<T>(step: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return step();
  process.seteuid?.(NOBODY);
  try {
    return await step();
  } finally {
    process.seteuid?.(0);
  }
}

function inOneLine(err: string): void {
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/^\s+at /m);
}

test('fails on a folder that may not be read, at the top and below, instead of calling it clean', async () => {
  write('k8s/a.yaml', CLEAN);
  write('k8s/locked/b.yaml', FOUND);
  await holdfast(['check', 'k8s']);
  fs.chmodSync(path.join(folder, 'k8s/locked'), 0);
  const below = await asAnybody(() => holdfast(['check', 'k8s']));
  const top = await asAnybody(() => holdfast(['check', 'k8s/locked']));
  const left = await asAnybody(() => holdfast(['check', 'k8s/locked/b.yaml']));
  fs.chmodSync(path.join(folder, 'k8s/locked'), 0o755);
  expect(below).toEqual({ code: 2, out: '', err: 'k8s/locked: cannot be read: permission denied\n' });
  expect(top).toEqual({ code: 2, out: '', err: 'k8s/locked: cannot be read: permission denied\n' });
  expect(left).toEqual({ code: 2, out: '', err: 'k8s/locked/b.yaml: cannot be read: permission denied\n' });
});

test('leaves out an unreadable folder that the configuration leaves out', async () => {
  write('k8s/a.yaml', CLEAN);
  write('k8s/locked/b.yaml', FOUND);
  write('.holdfast.yaml', "exclude: ['k8s/locked/**']\n");
  await holdfast(['check', 'k8s']);
  fs.chmodSync(path.join(folder, 'k8s/locked'), 0);
  const { code, err } = await asAnybody(() => holdfast(['check', 'k8s']));
  fs.chmodSync(path.join(folder, 'k8s/locked'), 0o755);
  expect([code, err]).toEqual([0, '']);
});

test('fails without "fixed" and changes nothing when --fix may not write', async () => {
  write('open/a.yaml', FOUND);
  write('shut/b.yaml', FOUND);
  fs.chmodSync(path.join(folder, 'open'), 0o777);
  fs.chmodSync(path.join(folder, 'shut'), 0o555);
  await holdfast(['check', 'open', 'shut']);
  const { code, out, err } = await asAnybody(() => holdfast(['check', 'open', 'shut', '--fix']));
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe('shut/b.yaml: cannot be written, and nothing was changed: permission denied\n');
  expect(fs.readdirSync(path.join(folder, 'open'))).toEqual(['a.yaml']);
  expect(fs.readFileSync(path.join(folder, 'open/a.yaml'), 'utf8')).toBe(FOUND);
  fs.chmodSync(path.join(folder, 'shut'), 0o755);
});

test.each([
  [
    'a baseline in a folder that is not there',
    ['--baseline', 'no/b.json', '--update-baseline'],
    /^no\/b\.json: .*no such/,
  ],
  ['a baseline that is a folder', ['--baseline', 'sub'], /^sub: .*it is a folder/],
  ['a baseline that is a folder, to be written', ['--baseline', 'sub', '--update-baseline'], /^sub: .*it is a folder/],
  ['a baseline of something else', ['--baseline', 'other.json'], /^other\.json: is no baseline/],
  ['a configuration that is a folder', ['--config', 'sub'], /^sub: .*it is a folder/],
  ['a loop of links', ['loop.yaml'], /^loop\.yaml: cannot be read: .*loop/],
  ['UTF-16 with its mark', ['wide.yaml'], /^wide\.yaml: is written in UTF-16; save it as UTF-8/],
  ['UTF-16 without', ['bare.yaml'], /^bare\.yaml: is written in UTF-16/],
  ['a folder without manifests', ['sub'], /^sub: no Kubernetes objects/],
  ['a summary in a format that has none', ['--summary', '-f', 'sarif'], /^--summary is printed as text or json/],
] as const)('fails in one line on %s', async (_what, args, message) => {
  write('a.yaml', CLEAN);
  write('sub/values.json', '{}');
  write('other.json', '{"a":1}');
  write('wide.yaml', Buffer.from(`\uFEFF${CLEAN}`, 'utf16le'));
  write('bare.yaml', Buffer.from(CLEAN, 'utf16le'));
  fs.symlinkSync('loop.yaml', path.join(folder, 'loop.yaml'));
  const named = args[0].startsWith('--') ? ['a.yaml', ...args] : args;
  const { code, out, err } = await holdfast(['check', ...named]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  inOneLine(err);
});

test('fails when a baseline may not be written', async () => {
  write('a.yaml', CLEAN);
  fs.chmodSync(folder, 0o555);
  await holdfast(['check', 'a.yaml']);
  const { code, err } = await asAnybody(() =>
    holdfast(['check', 'a.yaml', '--baseline', 'b.json', '--update-baseline']),
  );
  fs.chmodSync(folder, 0o755);
  expect([code, err]).toEqual([2, 'b.json: the baseline cannot be written: permission denied\n']);
});

test('reads a pipe, as a shell gives it, and refuses to mend it', () => {
  write('a.yaml', FOUND);
  const main = path.join(__dirname, '../../lib/cli/main.ts');
  const tsx = require.resolve('tsx');
  const shell = (flags: string) =>
    spawnSync('bash', ['-c', `exec "${process.execPath}" --import "${tsx}" "${main}" check <(cat a.yaml) ${flags}`], {
      cwd: folder,
      encoding: 'utf8',
    });
  const read = shell('--summary');
  expect(read.stderr).toBe('');
  expect(read.status).toBe(1);
  expect(read.stdout).toMatch(/findings in 1 objects\n$/);
  const mended = shell('--fix');
  expect(mended.status).toBe(2);
  expect(mended.stderr).toMatch(/^--fix changes files; \/dev\/fd\/\d+ is a pipe\n$/);
});

test('finds the configuration above a subfolder, with globs from where it stands, and not beyond the repository', async () => {
  write('.holdfast.yaml', "exclude: ['apps/old/**']\nfailOn: error\n");
  write('apps/old/a.yaml', 'apiVersion: [');
  write('apps/new/b.yaml', CLEAN);
  expect(await holdfast(['check'], path.join(folder, 'apps'))).toMatchObject({ code: 0, err: '' });
  fs.mkdirSync(path.join(folder, 'apps/.git'));
  expect((await holdfast(['check'], path.join(folder, 'apps'))).code).toBe(2);
});

test('says when a suppression meets no finding', async () => {
  write('a.yaml', FOUND);
  const { err } = await holdfast([
    'check',
    'a.yaml',
    '--suppress',
    'WS219=*/*',
    '--suppress',
    'WS216=BackendConfig/chatt',
  ]);
  expect(err).toMatch(/^--suppress WS216=BackendConfig\/chatt: there is no such finding/m);
});

test('sums up: one line for each rule, with its count', async () => {
  write('a.yaml', FOUND);
  write('b.yaml', FOUND.replace('name: chat', 'name: chat2'));
  const { code, out } = await holdfast(['check', 'a.yaml', 'b.yaml', '--summary']);
  expect(code).toBe(1);
  expect(out).toMatch(/^WS\d{3} \w+ +2 {2}\S.*$/m);
  const rows = JSON.parse((await holdfast(['check', 'a.yaml', 'b.yaml', '--summary', '-f', 'json'])).out) as {
    code: string;
    count: number;
  }[];
  const { findings } = check(`${FOUND}---\n${FOUND.replace('name: chat', 'name: chat2')}`);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(findings.length);
  expect(new Set(rows.map((row) => row.code)).size).toBe(rows.length);
});

test('explain without a code lists every rule', async () => {
  expect((await holdfast(['explain'])).out).toBe((await holdfast(['check', '--list'])).out);
});

test.each(['k8s/', './k8s', 'manifests.yaml', 'C:\\k8s', 'k8s/**/*.yaml'])(
  'fails on the path %j where text is meant',
  (text) => {
    expect(() => check(text)).toThrow(/is a path and no manifest/);
  },
);

test.each(['', '# k8s/\n', 'a: b/c\n', '---\n', '{}'])(
  'takes %j, which is no path, for text without objects',
  (text) => {
    expect(check(text).objects).toBe(0);
  },
);
