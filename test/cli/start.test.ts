import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** What `holdfast` loads with these arguments, from this repository and from packages. */
function loadedBy(args: readonly string[]): readonly string[] {
  const code = `
    process.stdout.write = () => true;
    require(${JSON.stringify(join(ROOT, 'lib', 'cli', 'program'))})
      .run(${JSON.stringify(args)})
      .then(() => process.stderr.write(JSON.stringify(Object.keys(require.cache))));`;
  const { stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', code], { cwd: ROOT, encoding: 'utf8' });
  const files = JSON.parse(stderr) as readonly string[];
  return files
    .map((file) => file.slice(ROOT.length + 1))
    .filter((file) => !/^node_modules\/(tsx|esbuild|get-tsconfig)/.test(file));
}

/** What nobody needs who only asks what there is. */
const HEAVY =
  /^lib\/(rules\/(?!rule\.ts|report\/formats\.ts)|doctor|papers|observability|system|manifest\/(?!match\.ts))|js-yaml/;

describe('holdfast starts like an empty program of Node: it loads no rule, no cause and no YAML', () => {
  test.each([
    ['--help'],
    ['--version'],
    ['check', '--help'],
    ['doctor', '--help'],
    ['runbook', '--help'],
    ['observe', '--help'],
  ])('%s %s', (...args) => {
    const loaded = loadedBy(args);
    expect(loaded).toContain(join('lib', 'cli', 'program.ts'));
    expect(loaded.filter((file) => HEAVY.test(file))).toEqual([]);
  });

  test('fails where something does, so that the tests above can fail', () => {
    expect(loadedBy(['check', '--list']).filter((file) => HEAVY.test(file)).length).toBeGreaterThan(50);
  });
});

describe('colours', () => {
  function colour(environment: Readonly<Record<string, string>>): string {
    // Where TERM says what sits there, somebody does.
    const there =
      "require('node:fs').fstatSync = () => ({ isCharacterDevice: () => true }); process.stdout.isTTY = true;";
    const code = `${'TERM' in environment ? there : ''}process.stdout.write(String(require(${JSON.stringify(join(ROOT, 'lib', 'cli', 'terminal'))}).realTerminal().colour))`;
    const { NO_COLOR, FORCE_COLOR, ...others } = process.env;
    const env = { ...others, ...environment };
    return spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', code], { cwd: ROOT, env, encoding: 'utf8' })
      .stdout;
  }

  test.each([
    [{ FORCE_COLOR: '1' }, 'true'],
    [{ FORCE_COLOR: '0' }, 'false'],
    [{ FORCE_COLOR: '1', NO_COLOR: '' }, 'true'],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, 'false'],
    [{}, 'false'],
    [{ TERM: 'xterm' }, 'true'],
    [{ TERM: 'dumb' }, 'false'],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, 'true'],
  ] as const)('%j, into a pipe unless it names a terminal: %s', (environment, expected) =>
    expect(colour(environment)).toBe(expected),
  );
});
