import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT, runProgram } from './run-program';

// Each test starts a program, on a busy machine too.
jest.setTimeout(300_000);

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-main-')));
fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Runs `stacks/main.cjs` beside a `pulumi.ts` of these lines. */
async function run(name: string, sources: Readonly<Record<string, readonly string[]>>, env = {}) {
  const stacks = path.join(folder, name);
  fs.mkdirSync(stacks);
  fs.copyFileSync(path.join(ROOT, 'stacks/main.cjs'), path.join(stacks, 'main.cjs'));
  for (const [file, lines] of Object.entries(sources)) fs.writeFileSync(path.join(stacks, file), lines.join('\n'));
  const program = path.relative(ROOT, path.join(stacks, 'main.cjs'));
  const { log, stderr, outputs } = await runProgram({ program, stack: 'production', preview: true, env });
  return { stacks, text: stripVTControlCharacters(log.join('\n')), stderr, outputs };
}

const FAILING = {
  'pulumi.ts': [
    'interface Types {',
    '  readonly that: string;',
    '}',
    '',
    "import { fail } from './deeper';",
    '',
    'export = async () => fail({ that: "is gone" } as Types);',
  ],
  'deeper.ts': [
    'type Gone = unknown;',
    '',
    'export function fail(gone: Gone): never {',
    "  throw new TypeError('no');",
    '}',
  ],
};

test('An error in our sources names their files and lines', async () => {
  const { stacks, text } = await run('failing', FAILING);
  expect(text).toContain(`TypeError: no\n    at fail (${stacks}/deeper.ts:4:9)\n`);
  expect(text).toContain(`${stacks}/pulumi.ts:7:`);
  expect(text).not.toContain('pulumi.cjs');
});

test('A source that is not TypeScript is one message without the stack of what read it', async () => {
  const { text } = await run('misspelled', {
    'pulumi.ts': ['const port: number = 3001;', 'export = () => port port;'],
  });
  expect(text).toContain('pulumi.ts:2:20: ERROR: Expected ";" but found "port"');
  expect(text).not.toMatch(/\n\s+at /);
});

test('A file that is not there is named together with the one that imports it', async () => {
  const { text } = await run('missing', { 'pulumi.ts': ["import { gone } from './gone';", 'export = () => gone;'] });
  expect(text).toContain('pulumi.ts:1:21: ERROR: Could not resolve "./gone"');
});

test('Names of functions and classes, and the folder of a source, are those of the sources', async () => {
  const { stacks, outputs } = await run('names', {
    'pulumi.ts': [
      "import { Same as Other } from './other';",
      'class Same {}',
      'export = async () => ({ names: [Same.name, Other.name, new Error("x").name], folder: __dirname });',
    ],
    'other.ts': ['export class Same {}'],
  });
  expect(outputs).toEqual({ names: ['Same', 'Same', 'Error'], folder: stacks });
});

test('Whoever looks for leaks of promises is shown where they were made', async () => {
  const leaking = {
    'pulumi.ts': [
      "import * as pulumi from '@pulumi/pulumi';",
      'class Stuck extends pulumi.ComponentResource {}',
      'export = async () => {',
      "  new Stuck('stuck:Stuck', 'stuck', {}, { dependsOn: new Promise<pulumi.Resource>(() => {}) });",
      '};',
    ],
  };
  const asked = await run('leaking', leaking, { PULUMI_DEBUG_PROMISE_LEAKS: '1' });
  expect(asked.stderr).toContain(`${asked.stacks}/pulumi.ts:4:3`);
  const { stderr } = await run('leaking-unasked', leaking);
  expect(stderr).toContain('still active');
  expect(stderr).not.toContain('pulumi.ts');
});
