import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { transformSync } from 'esbuild';
import { type Environment, WebSocketChart } from '../../lib/environments';
import { HoldfastApp } from '../../lib/synth';
import packageJson from '../../package.json';
import { holdfastIn } from './terminal';

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-init-')));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const holdfast = (...args: readonly string[]) => holdfastIn(cwd, ...args);

const filesBelow = (folder: string) =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => fs.statSync(path.join(folder, file)).isFile())
    .sort();

test('writes a project under the name that it is given, with the versions that this package is tested with', async () => {
  const { code, out } = await holdfast(
    'init',
    'shop',
    '--name',
    'chat',
    '--image',
    'chat:2.0.0',
    '--port',
    '8080',
    '--host',
    'ws.shop.com',
  );
  expect(code).toBe(0);
  const folder = path.join(cwd, 'shop');
  expect(filesBelow(folder)).toEqual([
    '.github/workflows/manifests.yaml',
    '.gitignore',
    'README.md',
    'cdk8s.yaml',
    'environments/index.ts',
    'environments/production.ts',
    'jest.config.js',
    'main.ts',
    'package.json',
    'test/environments.test.ts',
    'tsconfig.json',
  ]);
  const made = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  expect(made.name).toBe('chat');
  expect(made.dependencies).toEqual({
    cdk8s: packageJson.peerDependencies.cdk8s,
    'cdk8s-plus-28': packageJson.peerDependencies['cdk8s-plus-28'],
    constructs: packageJson.peerDependencies.constructs,
    holdfast: `^${packageJson.version}`,
  });
  expect(made.devDependencies.jest).toBe(`^${packageJson.devDependencies.jest}`);
  const environment = fs.readFileSync(path.join(folder, 'environments/production.ts'), 'utf8');
  for (const said of ["image: 'chat:2.0.0'", 'port: 8080', "host: 'ws.shop.com'", "secretName: 'chat-redis'"])
    expect(environment).toContain(said);
  for (const file of filesBelow(folder))
    expect(fs.readFileSync(path.join(folder, file), 'utf8')).not.toMatch(/\{\{[a-z]/);
  expect(out).toContain('npm install && npm test && npm run synth');
});

test('writes an environment that says everything that one has to say', async () => {
  expect((await holdfast('init', 'chat')).code).toBe(0);
  const written = fs.readFileSync(path.join(cwd, 'chat/environments/production.ts'), 'utf8');
  const { code } = transformSync(written, { loader: 'ts', format: 'cjs' });
  const made = { exports: {} as { readonly production: Environment } };
  new Function('require', 'module', code)(require, made);
  const app = new HoldfastApp({ outdir: path.join(cwd, 'manifests') });
  new WebSocketChart(app, made.exports.production);
  expect(app.manifests().get('production')?.length).toBeGreaterThan(5);
  // What the README says to type is there, in the order in which a cluster needs it.
  const readme = fs.readFileSync(path.join(cwd, 'chat/README.md'), 'utf8');
  const [, file] = /kubectl apply -f manifests\/(\S+\.yaml)/.exec(readme) ?? [];
  expect([...app.files().keys()]).toContain(file);
  const kinds = (app.manifests().get('production') ?? []).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(kinds).toEqual(expect.arrayContaining(['Namespace chat', 'Deployment chat', 'Ingress chat']));
  for (const said of [
    'create secret generic chat-redis --from-literal=url=',
    'kubectl diff',
    'rollout undo deployment/chat',
  ])
    expect(readme).toContain(said);
  expect(readme.indexOf('create secret')).toBeLessThan(readme.indexOf('kubectl apply -f manifests/production/\n'));
});

test('takes the name of the folder', async () => {
  expect((await holdfast('init', 'support')).code).toBe(0);
  expect(fs.readFileSync(path.join(cwd, 'support/environments/production.ts'), 'utf8')).toContain(
    "host: 'support.example.com'",
  );
});

test('fails with everything that is wrong, and writes nothing', async () => {
  const { code, err } = await holdfast('init', 'My App', '--port', '0', '--host', 'https://a.b', '--image', 'a');
  expect(code).toBe(2);
  for (const at of ['name: "My App"', 'port: 0', 'host: "https://a.b"', 'image: "a" names no fixed version'])
    expect(err).toContain(at);
  expect(fs.readdirSync(cwd)).toEqual([]);
});

test.each(['3e3', '0x50', '', ' 80', '+80', '080', '80.5', '1e400', '-1', '65536'])(
  'fails with the port %j, as it was written',
  async (port) => {
    const { code, err } = await holdfast('init', 'chat', `--port=${port}`);
    const said = /^[1-9]\d*$/.test(port) ? port : JSON.stringify(port);
    expect([code, err]).toEqual([2, `port: ${said} is not a port; give a whole number from 1 to 65535\n`]);
    expect(fs.readdirSync(cwd)).toEqual([]);
  },
);

test('fails where nothing can be written, in one sentence', async () => {
  const { code, err } = await holdfast('init', '/proc/holdfast/chat');
  expect([code, err]).toEqual([
    2,
    'folder: "/proc/holdfast/chat" cannot be written to: there is no such file or folder; name another one\n',
  ]);
});

test('fails rather than to overwrite what is there', async () => {
  fs.writeFileSync(path.join(cwd, 'package.json'), '{}');
  const { code, err } = await holdfast('init', '.', '--name', 'chat');
  expect(code).toBe(2);
  expect(err).toMatch(/^package.json: is in ".*" already, and would be lost/);
  expect(fs.readdirSync(cwd)).toEqual(['package.json']);
});

test('fails where the folder is a file', async () => {
  fs.writeFileSync(path.join(cwd, 'chat'), '');
  expect((await holdfast('init', 'chat')).err).toMatch(/^folder: ".*chat" is no folder; name another one/);
  expect((await holdfast('init', 'chat/below')).err).toMatch(/^folder: ".*chat" is no folder; name another one/);
});
