import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import packageJson from '../../package.json';

const program = join(__dirname, '..', '..', 'lib', 'cli', 'conformance.ts');
const node = [process.execPath, '--require', require.resolve('tsx/cjs'), program];

function run(...args: readonly string[]) {
  const [command = '', ...rest] = node;
  const { status, stdout, stderr } = spawnSync(command, [...rest, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('holdfast-conformance', () => {
  test('is this program', () => {
    expect(packageJson.bin['holdfast-conformance']).toBe('dist/lib/cli/conformance.js');
  });

  test('ends quietly, with its own exit code, where nobody reads on', () => {
    const quoted = [...node, '--', process.execPath, '-e', '"process.exit(3)"'].join(' ');
    const { status, stderr } = spawnSync('bash', ['-c', `${quoted} | true; exit "\${PIPESTATUS[0]}"`], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });

  test('says once that a program ends before it is ready, and tries no further clause', () => {
    const { status, stdout, stderr } = run('--', process.execPath, '-e', 'process.exit(3)');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^× ready: /),
      '    ended with 3 before it was ready',
      '- not tried, for a server that is like this: heartbeat, flag, one-life, drain, exit',
      '',
    ]);
  });

  test('says once that --ready may be wrong, with what it answered', () => {
    const server = "require('http').createServer((q, r) => r.writeHead(404).end()).listen(process.env.PORT)";
    const { stdout } = run('--ready', '/healthy', '--', process.execPath, '-e', server);
    expect(stdout.match(/\/healthy answered 404 for 15 s and never 200; is --ready right\?/g)).toHaveLength(1);
  }, 40_000);

  test.each([
    [['--ready', 'ready', '--', 'true'], 'ready: "ready" does not start with "/"; did you mean "/ready"?\n'],
    [['--path', 'chat', '--', 'true'], 'path: "chat" does not start with "/"; did you mean "/chat"?\n'],
    [
      ['--', 'no-such-program'],
      'command: "no-such-program" cannot be started (ENOENT); give a program that is on the PATH\n',
    ],
  ])('fails for %j', (args, stderr) => {
    expect(run(...args)).toEqual({ status: 2, stdout: '', stderr });
  });
});
