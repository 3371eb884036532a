import {
  CannotLook,
  type Diagnosis,
  diagnose,
  examineCluster,
  exitCode,
  parseRecording,
  planText,
  type Recording,
  recordingText,
  refusedRecording,
  render,
} from '../../../lib/doctor';
import type { Manifest } from '../../../lib/manifest';
import { event, healthy } from './healthy-objects';
import { at, FAULTS, PODS, unready } from './kubernetes-faults';
import { MemoryCluster, OPTIONS } from './memory-cluster';
import { absent } from './transcript';

async function look(cluster: MemoryCluster, more: object = {}): Promise<Recording> {
  await cluster.start();
  try {
    return await examineCluster({ cluster, target: {}, edge: false, run: absent, ...more }, OPTIONS);
  } finally {
    cluster.close();
  }
}

const seen = ({ observations }: Diagnosis): string =>
  observations
    .filter(({ outcome }) => outcome === 'yes')
    .map(({ said }) => said)
    .join('\n');

test.each(FAULTS)('$name: $cause first', async ({ cause, said, change, behaviours }) => {
  const objects = healthy();
  change(objects);
  const diagnosis = diagnose(await look(new MemoryCluster(objects, behaviours)));
  expect(seen(diagnosis)).toMatch(said);
  expect(diagnosis.named.map((one) => one.cause.code)).toEqual([cause]);
  expect(diagnosis.named[0]?.p).toBeGreaterThan(0.8);
  expect(exitCode(diagnosis)).toBe(1);
});

test('on a healthy system nothing is named, and every hop is a row', async () => {
  const cluster = new MemoryCluster(healthy());
  const diagnosis = diagnose(await look(cluster));
  expect(diagnosis.named).toEqual([]);
  expect(seen(diagnosis)).toBe('');
  expect(exitCode(diagnosis)).toBe(0);
  const text = render(diagnosis, 'text');
  for (const name of PODS) expect(text).toContain(`${name}:3000 chat   √ 2/2`);
  expect(cluster.calls()).toBeLessThanOrEqual(60);
});

test('the seven phases keep their names and their order, whatever was looked at', async () => {
  const diagnosis = diagnose(await look(new MemoryCluster(healthy())));
  const heads = render(diagnosis, 'text').match(/^\d .*$/gm) ?? [];
  expect(heads.map((line) => line.slice(0, 34).trim())).toEqual([
    '1 environment validation         –',
    '2 header analysis                –',
    '3 backend investigation          √',
    '4 backend configuration analysis √',
    '5 health check verification      √',
    '6 session affinity testing       –',
    '7 WebSocket handshake simulation –',
  ]);
});

test('a rollout is called a rollout, and no cause', async () => {
  const objects = healthy();
  at(objects.workload, 'status').updateRevision = 'b';
  at(objects.workload, 'status').updatedReplicas = 1;
  unready(objects, ['chat-2']);
  at(objects.slice).endpoints = [];
  objects.deleted = event('SuccessfulDelete', 'delete Pod chat-2 in StatefulSet chat successful', {
    kind: 'StatefulSet',
    name: 'chat',
  });
  const diagnosis = diagnose(await look(new MemoryCluster(objects)));
  expect(diagnosis.named).toEqual([]);
  expect(diagnosis.notes).toContainEqual(
    'a rollout is under way: StatefulSet chat: 1 of 3 pods are of the new revision',
  );
});

test('the evidence replays to the same bytes, and holds no secret', async () => {
  const objects = healthy();
  at(objects.workload, 'metadata').annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"hunter22":1}',
    'x/api-token': 'hunter22',
  };
  at(objects.workload, 'spec', 'template', 'spec', 'containers', 0).args = [
    '--password=hunter22',
    '--url=redis://user:hunter22@redis',
  ];
  const cluster = new MemoryCluster(objects);
  cluster.logs = 'connect() failed (111: Connection refused), request: "GET /socket.io/?sid=hunter22 HTTP/1.1"\n';
  const recording = await look(cluster);
  const text = recordingText(recording);
  expect(text).not.toContain('hunter22');
  expect(text).not.toContain('abcdefgh');
  for (const format of ['text', 'json', 'junit', 'markdown', 'html'] as const)
    expect(render(diagnose(parseRecording(text)), format)).toBe(render(diagnose(recording), format));
});

test('several routes: it asks which one is meant', async () => {
  const objects = healthy();
  const second = structuredClone(objects.ingress) as Manifest;
  objects.second = { ...second, metadata: { ...second.metadata, name: 'other' } };
  await expect(look(new MemoryCluster(objects))).rejects.toThrow(
    'this namespace has several routes: chat, other; say which with --ingress <name>, or --service <name>',
  );
  expect(diagnose(await look(new MemoryCluster(objects), { ingress: 'other' })).named).toEqual([]);
  await expect(look(new MemoryCluster(objects), { ingress: 'chart' })).rejects.toThrow(
    '--ingress "chart" is no Ingress or HTTPRoute of this namespace; there are chat, other',
  );
  await expect(look(new MemoryCluster(objects), { service: 'x' })).rejects.toThrow(
    '--service "x" is no Service of this namespace; there are chat',
  );
});

test('what may not be read is said: without pods nothing can be said at all, without the others less', async () => {
  const cluster = new MemoryCluster(healthy());
  cluster.refuse = { Pod: 403 };
  await expect(look(cluster)).rejects.toThrow(CannotLook);
  const diagnosis = diagnose(
    refusedRecording({ cluster, target: {} }, OPTIONS, 'pods of namespace chat may not be read'),
  );
  expect(exitCode(diagnosis)).toBe(2);
  expect(render(diagnosis, 'text')).toContain('could not look: pods of namespace chat may not be read');
  expect(render(diagnosis, 'text')).toMatch(/^namespace chat {2}not looked at {2}/);
  expect(planText(diagnosis)).toBe('Plan\n\nNone: what there is could not be looked at.\n');
  const partly = new MemoryCluster(healthy());
  partly.refuse = { NetworkPolicy: 403 };
  expect(diagnose(await look(partly)).notes).toContainEqual(
    expect.stringContaining('NetworkPolicy could not be read: networkpolicies is forbidden: User "oncall" cannot list'),
  );
});

describe('what stands between the API server and a pod is not taken for the pod', () => {
  const said = async (status: number, body: string): Promise<string> => {
    const address = { status, body, server: '' };
    const behaviours = Object.fromEntries(PODS.map((name) => [name, { address }]));
    const { observations } = diagnose(await look(new MemoryCluster(healthy(), behaviours)));
    return observations.map((one) => `${one.outcome} ${one.said}`).join('\n');
  };

  test.each([
    [500, 'dial tcp 10.0.0.1:3000: connect: connection refused'],
    [
      502,
      'proxy error from 127.0.0.1:6443 while dialing 10.0.0.1:3000: dial tcp 10.0.0.1:3000: connect: connection refused',
    ],
    [
      503,
      '{"kind":"Status","message":"error trying to reach service: dial tcp 10.0.0.1:3000: connect: connection refused"}',
    ],
  ])('%d %s', async (status, body) => {
    const words = await said(status, body);
    expect(words).toContain('unclear nothing listens at port 3000 of chat-0');
    expect(words).not.toMatch(new RegExp(`answers ${status}`));
    expect(words).not.toContain('of 3 pass');
  });

  test.each([
    [502, 'proxy error from 127.0.0.1:6443 while dialing 10.0.0.1:3000, code 502: 502 Bad Gateway'],
    [500, 'dial tcp 10.0.0.1:3000: connect: network is unreachable'],
  ])('%d %s', async (status, body) => {
    const words = await said(status, body);
    expect(words).toContain('unclear port 3000 of chat-0 cannot be reached through the API server');
    expect(words).not.toMatch(new RegExp(`answers ${status}`));
  });

  test('an application that cannot reach its database is one that answers', async () => {
    const body = 'postgres: dial tcp 10.0.0.9:5432: connect: connection refused';
    expect(await said(500, body)).toContain(`answers 500: ${body}`);
  });
});

test('an empty namespace is not taken for a healthy one', async () => {
  await expect(look(new MemoryCluster({}))).rejects.toThrow(
    'namespace chat in context memory holds no workload, Service or Ingress',
  );
});
