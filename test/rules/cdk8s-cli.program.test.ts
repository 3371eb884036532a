import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { transpiledLibrary } from '../transpiled';

const folder = transpiledLibrary();
afterAll(() => fs.rmSync(folder, { recursive: true }));

const backendConfig = (spec: object) => ({
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'chat' },
  spec,
});
const WRONG = backendConfig({ healthCheck: { type: 'TCP' } });
const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'chat' }, spec: { ports: [{ port: 80 }] } };

/** Runs the real CLI of cdk8s on an app with the objects, whose constructs are called by their kind. */
function synth(
  objects: readonly { kind: string }[],
  app = "require('cdk8s').App",
): { status: number | null; output: string } {
  fs.writeFileSync(
    path.join(folder, 'app.js'),
    `const { ApiObject, Chart } = require('cdk8s');
const App = ${app};
const app = new App();
const chart = new Chart(app, 'edge');
for (const object of ${JSON.stringify(objects)}) new ApiObject(chart, object.kind, object);
app.synth();
`,
  );
  fs.writeFileSync(
    path.join(folder, 'cdk8s.yaml'),
    `language: typescript
app: node app.js
output: manifests
validations:
  - package: ./dist/lib/rules/plugin.js
    class: HoldfastPlugin
    version: 0.1.0
    properties:
      failOn: error
`,
  );
  const cli = path.join(folder, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const run = spawnSync(process.execPath, [cli, 'synth'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NO_COLOR: '1', FORCE_COLOR: '' },
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

test('cdk8s synth fails with the code, the object and the change when the plugin finds something', () => {
  const { status, output } = synth([WRONG]);
  expect(output).toContain('WS218');
  expect(output).toContain('cloud.google.com/BackendConfig chat');
  expect(output).toContain('write HTTP, with requestPath');
  expect(status).toBe(2);
}, 30_000);

test.each([
  ['a name that only it bears', [WRONG], "require('cdk8s').App", 'edge/BackendConfig'],
  ['a name that several bear', [WRONG, SERVICE], "require('./dist/lib/synth').HoldfastApp", 'edge/BackendConfig'],
  // The App of cdk8s writes one path for both, which would be that of the Service here.
  ['a name that several bear, in an App of cdk8s', [WRONG, SERVICE], "require('cdk8s').App", 'N/A'],
])(
  'cdk8s synth is told the construct of an object with %s',
  (_title, objects, app, at) => {
    const { output } = synth(objects, app);
    const found = output.split(/(?=WS\d{3} \()/).find((part) => part.startsWith('WS218'));
    expect(/Construct Path: (.*)/.exec(found ?? '')?.[1]).toBe(at);
  },
  30_000,
);

test('cdk8s synth goes through when the plugin finds nothing', () => {
  const { status, output } = synth([backendConfig({ healthCheck: { type: 'HTTP', requestPath: '/health' } })]);
  expect(output).toContain('Validations finished');
  expect(status).toBe(0);
}, 30_000);

test('the program itself runs as a file, and its exit code is what it found', () => {
  const main = path.join(folder, 'dist', 'lib', 'cli', 'main.js');
  const check = (input: string, ...args: string[]) =>
    spawnSync(process.execPath, [main, 'check', '-', ...args], { input, encoding: 'utf8' });
  const clean = check('apiVersion: v1\nkind: Service\nmetadata: { name: a }\n');
  expect([clean.status, clean.stdout]).toEqual([0, '√ nothing found in 1 object\n']);
  const found = check(
    fs.readFileSync(path.join(__dirname, 'sources', 'load-balancer-guide.yaml'), 'utf8'),
    '--format',
    'json',
  );
  expect(found.status).toBe(1);
  expect(JSON.parse(found.stdout).findings.length).toBeGreaterThan(5);
  expect(check('a: [').status).toBe(2);
});
