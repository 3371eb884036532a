import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { load } from 'js-yaml';
import * as ingress from '../../lib/ingress';
import type { Yaml } from '../ingress/support';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';

const folder = path.join(__dirname, '..', '..', 'examples');
const programs = fs.readdirSync(folder).filter((file) => file.endsWith('.ts'));

/** Runs a program as it stands and returns what it wrote: file names and texts, by folder. */
function run(program: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-example-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  // What an example says to people is no part of what it writes.
  const quiet = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')].map((spy) => spy.mockImplementation());
  try {
    jest.isolateModules(() => require(path.join(folder, program)));
    return new Map(
      fs
        .readdirSync(outdir)
        .map((chart) => [
          chart,
          new Map(
            fs
              .readdirSync(path.join(outdir, chart))
              .map((file) => [file, fs.readFileSync(path.join(outdir, chart, file), 'utf8')]),
          ),
        ]),
    );
  } finally {
    for (const spy of quiet) spy.mockRestore();
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

const written = new Map(programs.map((program) => [program, run(program)]));
const kindsIn = (files: ReadonlyMap<string, string>) => [...files.values()].map((text) => (load(text) as Yaml).kind);

test('there is an example for each way in', () => {
  expect(programs.sort()).toEqual([
    'adopting.ts',
    'alb.ts',
    'chat.ts',
    'existing.ts',
    'gateway-api.ts',
    'gateway-tier.ts',
    'haproxy.ts',
    'minimal.ts',
    'monitors.ts',
    'nginx.ts',
    'nodes.ts',
    'own-systems.ts',
    'shared-host.ts',
    'stateful.ts',
    'synthetic-check.ts',
    'websockets.ts',
  ]);
});

test('every construct that stands in front of a server is in an example', () => {
  const texts = programs.map((program) => fs.readFileSync(path.join(folder, program), 'utf8')).join('\n');
  const inFront = Object.keys(ingress).filter((name) => /^[A-Z].*WebSocket(Ingress|Edge)$/.test(name));
  expect(inFront).toContain('HaproxyWebSocketIngress');
  // GkeWebSocketEdge is made of it.
  const missing = inFront.filter((name) => name !== 'GkeWebSocketIngress' && !texts.includes(`new ${name}(`));
  expect(missing).toEqual([]);
});

describe.each(programs)('%s', (program) => {
  test('writes manifests that the schemas and the profile "restricted" admit', () => {
    const texts = [...(written.get(program) ?? new Map()).values()].flatMap((files) => [...files.values()]);
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) {
      const manifest = load(text) as Yaml;
      expect(schemaErrors(manifest, '1.28')).toEqual([]);
      expect(schemaErrors(manifest, '1.37')).toEqual([]);
      for (const pod of podSpecsOf(manifest)) expect(restrictedViolations(pod)).toEqual([]);
    }
  });

  test('writes the same bytes every time', () => {
    expect(run(program)).toEqual(written.get(program));
  });

  test('is short enough to be read at one go', () => {
    expect(fs.readFileSync(path.join(folder, program), 'utf8').split('\n').length).toBeLessThanOrEqual(80);
  });
});

test('the chat backend is on every platform, with the same pods on each', () => {
  const chat = written.get('chat.ts') ?? new Map();
  expect([...chat.keys()].sort()).toEqual([
    'chat-behind-a-gateway-tier',
    'chat-on-aws-alb',
    'chat-on-gateway-api',
    'chat-on-gke',
    'chat-on-haproxy',
    'chat-on-ingress-nginx',
  ]);
  const deployments = [...chat]
    .filter(([name]) => name.startsWith('chat-on-'))
    .map(([, files]) => files.get('70-deployment.chat-backend.yaml'));
  expect(new Set(deployments).size).toBe(1);
  const pod = (load(deployments[0] as string) as Yaml).spec.template.spec.containers[0];
  expect(pod.env).toContainEqual({ name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '25000' });
  expect(pod.env).toContainEqual({ name: 'SOCKET_HEARTBEAT_GRACE_MS', value: '25000' });
  for (const files of chat.values()) {
    const edge = [...files.values()].find((text) => /kind: (Ingress|Gateway)\n/.test(text)) as string;
    expect(edge).toContain('chat.example.com');
    expect(edge).toContain('namespace: production');
  }
});

test('each example brings what its platform needs and nothing of another', () => {
  const kinds = (program: string) => new Set([...(written.get(program) ?? new Map()).values()].flatMap(kindsIn));
  const google = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'];
  for (const kind of google) {
    expect(kinds('minimal.ts')).toContain(kind);
    expect(kinds('stateful.ts')).toContain(kind);
    for (const other of ['nginx.ts', 'haproxy.ts', 'alb.ts', 'gateway-api.ts', 'gateway-tier.ts'])
      expect(kinds(other)).not.toContain(kind);
  }
  for (const kind of ['Gateway', 'HTTPRoute', 'GCPBackendPolicy', 'HealthCheckPolicy', 'GCPGatewayPolicy']) {
    expect(kinds('gateway-api.ts')).toContain(kind);
  }
  expect(kinds('gateway-tier.ts')).toContain('StatefulSet');
  expect(kinds('stateful.ts')).toContain('StatefulSet');
});
