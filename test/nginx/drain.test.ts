import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nginxConf } from '../../lib/nginx';
import { drainCommand, freshStartCommand } from '../../lib/nginx/drain';
import { deriveTiming } from '../../lib/timing';
import { bodyOf, valuesOf } from './support/parse';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-drain-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const run = (command: string) => execFileSync('sh', ['-c', command], { stdio: 'pipe' });

test('a drain raises the flag, writes what the configuration includes, and then has nginx read it', () => {
  const flag = path.join(folder, 'drain');
  const steps = drainCommand(flag).split(' && ');
  expect(steps.pop()).toBe('kill -HUP "$(cat /tmp/nginx.pid)"');
  run(steps.join(' && '));
  expect(fs.readdirSync(folder).sort()).toEqual(['drain', 'drain.conf']);
  expect(fs.readFileSync(`${flag}.conf`, 'utf8')).toBe('keepalive_timeout 0;\n');

  const conf = nginxConf({
    timing: deriveTiming(),
    upstream: { port: 3000 },
    routes: [{ path: '/' }],
    drainFlag: '/tmp/going',
  });
  const [pattern] = valuesOf(bodyOf(conf, 'http', 'server'), 'include');
  // A pattern, which may meet nothing; a plain name that does not exist is an error.
  expect(pattern).toBe('/tmp/going.con[f]');
});

test('a fresh start forgets both, and is content with neither', () => {
  const flag = path.join(folder, 'drain');
  fs.writeFileSync(flag, '');
  fs.writeFileSync(`${flag}.conf`, '');
  run(freshStartCommand(flag));
  run(freshStartCommand(flag));
  expect(fs.readdirSync(folder)).toEqual([]);
});
