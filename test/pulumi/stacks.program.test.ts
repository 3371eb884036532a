import { WebSocketChart } from '../../lib/environments';
import { applyOrderOf, identityOf, type Manifest } from '../../lib/manifest';
import { INDICATORS } from '../../lib/observability';
import { edgeReferences } from '../../lib/pulumi/edge/edge-names';
import { HoldfastApp } from '../../lib/synth';
import { deriveTiming } from '../../lib/timing';
import type { Environment } from '../../stacks/environment';
import { ENVIRONMENTS as environments } from '../../stacks/environments';
import { expectGolden, golden, key, manifestOf } from './golden';
import type { Registration } from './recording-monitor';
import { type Result, runProgram } from './run-program';

const updates = new Map<string, Result>();
let preview: Result;

beforeAll(async () => {
  const run = async (environment: Environment) => {
    updates.set(environment.name, await runProgram({ stack: environment.name }));
  };
  const inPreview = async () => {
    preview = await runProgram({ stack: 'production', preview: true });
  };
  await Promise.all([...environments.map(run), inPreview()]);
}, 300_000);

const names = environments.map((environment) => environment.name);

describe.each(names)('The program, run by Pulumi itself for %s,', (name) => {
  const result = () => updates.get(name) as Result;

  test('ends without an error or a warning', () => {
    expect(result()).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  });

  test('registers what its golden file says', () => {
    expectGolden(`${name}.yaml`, golden(result()));
  });

  test('registers every object that cdk8s synth writes, with the same content, and no other', () => {
    const registered = result().resources.flatMap((resource) => manifestOf(resource) ?? []);
    expect(byIdentity(registered)).toEqual(byIdentity(synthesized(name)));
  });

  test('makes everything on Google Cloud that its manifests name', () => {
    const made = result()
      .resources.filter((resource) => resource.type.startsWith('gcp:compute/'))
      .map((resource) => resource.inputs.name);
    const named = synthesized(name).flatMap(edgeReferences);
    expect(named.map((reference) => reference.name).filter((wanted) => !made.includes(wanted))).toEqual([]);
  });

  test('waits for a rollout at least as long as all its pods drain and start, one after the other', () => {
    const { server, timing } = environments.find((environment) => environment.name === name) as Environment;
    const { terminationGracePeriodSeconds: grace, startupSeconds: start } = deriveTiming(timing);
    const workload = result().resources.find((resource) => resource.type === 'kubernetes:apps/v1:StatefulSet');
    const timeout = Number.parseInt(String(workload?.timeouts?.update), 10);
    expect(timeout).toBeGreaterThanOrEqual(Number(server.replicas ?? 0) * (grace + start));
    expect(timeout).toBeGreaterThanOrEqual(600);
  });

  test('makes every object wait for all that come before it', () => {
    const objects = result().resources.filter((resource) => resource.type.startsWith('kubernetes:'));
    for (const object of objects) {
      const before = transitive(object, objects).map((other) => applyOrderOf(manifestOf(other) as Manifest));
      const expected = objects
        .map((other) => applyOrderOf(manifestOf(other) as Manifest))
        .filter((order) => order < applyOrderOf(manifestOf(object) as Manifest));
      expect(before.sort()).toEqual(expected.sort());
    }
  });
});

test('The Ingress names the address and the FrontendConfig the SSL policy that production makes', () => {
  const named = synthesized('production').flatMap(edgeReferences);
  const made = (type: string) =>
    updates.get('production')?.resources.find((resource) => resource.type === type)?.inputs.name;
  expect(named).toEqual([
    expect.objectContaining({ kind: 'sslPolicies', name: made('gcp:compute/sSLPolicy:SSLPolicy') }),
    expect.objectContaining({ kind: 'addresses', name: made('gcp:compute/globalAddress:GlobalAddress') }),
  ]);
});

describe('A preview', () => {
  test('registers the same resources with the same relations as the update', () => {
    const shape = (result: Result) =>
      result.resources
        .map(({ inputs: _inputs, ...relations }) => relations)
        .sort((a, b) => (key(a as Registration) < key(b as Registration) ? -1 : 1));
    expect(preview).toMatchObject({ exitCode: 0, stderr: '', log: [] });
    expect(shape(preview)).toEqual(shape(updates.get('production') as Result));
  });

  test('lets exactly what is made by others be unknown, and shows the rest', () => {
    expect(
      preview.resources
        .flatMap((resource) => unknowns(resource.inputs).map((path) => `${resource.name} ${path}`))
        .sort(),
    ).toEqual(
      [
        ...ALERTS.map((alert) => `production-monitoring-${alert} notificationChannels.0`),
        'production-edge-coditect.ai-a rrdatas.0',
        'production-backup-restore backupPlan',
        'production-monitoring-handshakes conditions.0.conditionThreshold.filter',
        'production-monitoring-uptime conditions.0.conditionThreshold.filter',
      ].sort(),
    );
    expect(preview.outputs).toMatchObject({ address: '<unknown>', namespace: 'coditect-app' });
  });
});

/** Every policy that tells somebody. */
const ALERTS = [
  'handshakes',
  'socketio-400',
  'uptime',
  ...INDICATORS.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
];

function synthesized(name: string): readonly Manifest[] {
  const app = new HoldfastApp();
  const environment = environments.find((candidate) => candidate.name === name) as Environment;
  new WebSocketChart(app, environment);
  return app.manifests().get(name) as readonly Manifest[];
}

function byIdentity(manifests: readonly Manifest[]): Readonly<Record<string, Manifest>> {
  return Object.fromEntries(manifests.map((manifest) => [identityOf(manifest), manifest]));
}

function transitive(object: Registration, all: readonly Registration[]): readonly Registration[] {
  const direct = all.filter((other) => object.dependsOn.includes(key(other)));
  return [...new Set(direct.flatMap((other) => [other, ...transitive(other, all)]))];
}

function unknowns(value: unknown, path = ''): readonly string[] {
  if (value === '<unknown>') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => unknowns(item, path === '' ? name : `${path}.${name}`));
}
