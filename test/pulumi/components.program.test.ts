import { expectGolden, golden, key, manifestOf } from './golden';
import type { Registration } from './recording-monitor';
import { type Result, runProgram } from './run-program';

const program = 'test/pulumi/programs/components.ts';
let update: Result;
let preview: Result;
let reversed: Result;

beforeAll(async () => {
  const run = (options: object) => runProgram({ program, stack: 'components', ...options });
  [update, preview, reversed] = await Promise.all([
    run({}),
    run({ preview: true }),
    run({ env: { ORDER: 'reversed' } }),
  ]);
}, 300_000);

test('A program of components ends without an error or a warning, in an update and in a preview', () => {
  expect(update).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  expect(preview).toMatchObject({ exitCode: 0, stderr: '', log: [] });
});

test('A program of components registers what its golden file says', () => {
  expectGolden('components.yaml', golden(update));
});

test('The order in which a chart was put together changes nothing', () => {
  expect(golden(reversed)).toBe(golden(update));
});

test('Outputs in a chart arrive alone and within texts', () => {
  expect(find(update, 'kubernetes:core/v1:ConfigMap chat:chat/chat').inputs.data).toEqual({
    host: '203.0.113.10',
    url: 'redis://203.0.113.10:6379/?again=203.0.113.10',
  });
});

test('Outputs in a chart are unknown in a preview where they stand, and nowhere else', () => {
  expect(find(preview, 'kubernetes:core/v1:ConfigMap chat:chat/chat').inputs).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'chat', namespace: 'chat' },
    data: { host: '<unknown>', url: '<unknown>' },
  });
});

test('A resource of a chart depends on what its Outputs come from', () => {
  expect(find(update, 'kubernetes:core/v1:ConfigMap chat:chat/chat').dependsOn).toContain(
    'gcp:compute/globalAddress:GlobalAddress redis',
  );
});

test('An object waits for what its author said, even where the order of kinds is the opposite', () => {
  const order = update.outputs.order as readonly string[];
  expect(order.indexOf('Certificate')).toBeLessThan(order.indexOf('ConfigMap'));
  expect(find(update, 'kubernetes:core/v1:ConfigMap chat:chat/chat').dependsOn).toContain(
    'kubernetes:cert-manager.io/v1:Certificate chat:chat/chat',
  );
});

test('The number of pods is left to the autoscaler, and the rollout gets the time of as many as it may make', () => {
  const workload = find(update, 'kubernetes:apps/v1:Deployment chat:chat/chat');
  expect(workload.ignoreChanges).toEqual(['spec.replicas']);
  // Eight pods, each with 300 s to drain and 180 s to arrive.
  expect(workload.timeouts).toMatchObject({ create: '3840s', update: '3840s' });
});

test('A claim is protected and a Deployment is not', () => {
  expect(find(update, 'kubernetes:core/v1:PersistentVolumeClaim chat:chat/uploads').protect).toBe(true);
  expect(find(update, 'kubernetes:apps/v1:Deployment chat:chat/chat').protect).toBe(false);
});

test('What is secret reaches Pulumi as a secret: the data of a Secret, the webhook, the kubeconfig', () => {
  const secret = find(update, 'kubernetes:core/v1:Secret chat:chat/chat');
  expect(secret.inputs.stringData).toEqual({ secret: { password: 'hunter2' } });
  expect(secret.secretOutputs).toEqual(['data', 'stringData']);
  const webhook = find(update, 'gcp:monitoring/notificationChannel:NotificationChannel watch-webhook');
  expect(webhook.inputs.labels).toEqual({ secret: { url: 'https://alerts.example.com/webhook?auth_token=t0ken' } });
  const provider = find(update, 'pulumi:providers:kubernetes kubernetes');
  expect(provider.inputs.kubeconfig).toEqual({ secret: expect.stringContaining('https://198.51.100.1') });
});

test('Objects of a cluster that is only just made are shown in a preview', () => {
  expect(preview.resources.filter((resource) => manifestOf(resource) !== undefined)).toHaveLength(7);
  expect(find(preview, 'pulumi:providers:kubernetes kubernetes').inputs.kubeconfig).toEqual('<unknown>');
});

function find(result: Result, wanted: string): Registration {
  const found = result.resources.find((resource) => key(resource) === wanted);
  if (found === undefined) throw new Error(`no ${wanted} among ${result.resources.map(key).join(', ')}`);
  return found;
}
