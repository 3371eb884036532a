import * as fs from 'node:fs';
import * as path from 'node:path';
import { CAUSES, diagnose, planText, render, UndoRecords, undo } from '../../../lib/doctor';
import { type Manifest, valueAt } from '../../../lib/manifest';
import { before, event, NOW, type Objects, pod } from './healthy-objects';
import { broken, endpointsFollow, fixed, folder, look, mistyped, one, records } from './mended';

test('a change is shown first: what is there, what it becomes, what takes it back', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    expect(planText(diagnosis)).toBe(`Plan

WS553  Service chat/chat
  - spec.selector = {"app":"chatt"}
  + spec.selector = {"app":"chat"}
  undo: spec.selector = {"app":"chatt"}
  because the pods of StatefulSet chat carry these labels
  acts within 60 s
  verified by: selector-misses, endpoints-missing
  holdfast doctor --fix makes it
`);
    expect(JSON.parse(render(diagnosis, 'json', { plan: true })).plan.changes[0].object).toEqual({
      kind: 'Service',
      namespace: 'chat',
      name: 'chat',
    });
    expect(cluster.patched).toEqual([]);
  }));

test('it is made, verified with what convicted, and undone with the values that were there', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    endpointsFollow(cluster);
    const outcome = await fixed(cluster, one(diagnosis));
    expect(outcome).toEqual({ state: 'made', id: '2026-11-27T12-00-00-000Z-WS553' });
    expect(cluster.patched.map(({ dryRun }) => dryRun)).toEqual([true, false]);
    expect(diagnose(await look(cluster)).named).toEqual([]);
    expect(records()).toEqual(['2026-11-27T12-00-00-000Z-WS553.json']);
    const kept = new UndoRecords(folder);
    expect(await undo(kept.read(undefined), cluster, kept)).toEqual({
      state: 'undone',
      why: 'Service chat has its values back',
    });
    expect(valueAt(cluster.objects.service, ['spec', 'selector'])).toEqual({ app: 'chatt' });
    expect(kept.open()).toEqual([]);
    expect(() => kept.read(undefined)).toThrow('there is nothing to undo');
  }));

test('what does not help is taken back, and said', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    const outcome = await fixed(cluster, { ...one(diagnosis), withinSeconds: 0.2 });
    expect(outcome).toMatchObject({
      state: 'undone',
      why: expect.stringContaining('this is still seen: 0 of 0 endpoints of Service chat are ready'),
    });
    expect(valueAt(cluster.objects.service, ['spec', 'selector'])).toEqual({ app: 'chatt' });
    expect(new UndoRecords(folder).open()).toEqual([]);
  }));

test('somebody else was faster: before the plan is carried out, and between reading and patching', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    const change = one(diagnosis);
    const { service } = cluster.objects;
    cluster.objects.service = {
      ...(service as Manifest),
      spec: { ...(service?.spec as object), selector: { app: 'other' } },
    };
    expect(await fixed(cluster, change)).toEqual({
      state: 'refused',
      why: 'somebody else has changed Service chat: spec.selector is {"app":"other"} now; look again',
    });
    expect(cluster.patched).toEqual([]);
    cluster.objects.service = service as Manifest;
    cluster.meddle = ({ dryRun }) => {
      if (!dryRun)
        (cluster.objects.service as unknown as { metadata: { resourceVersion: string } }).metadata.resourceVersion =
          '99';
      return undefined;
    };
    expect(await fixed(cluster, change)).toMatchObject({
      state: 'refused',
      why: expect.stringContaining('somebody else was changing Service chat at the same time'),
    });
    expect(valueAt(cluster.objects.service, ['spec', 'selector'])).toEqual({ app: 'chatt' });
    expect(records()).toEqual([]);
  }));

test('the server refuses in the dry run: nothing is changed and no record stays', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    cluster.meddle = () => ({
      status: 403,
      body: '{"message":"admission webhook denied the request: selectors are frozen"}',
      server: '',
    });
    expect(await fixed(cluster, one(diagnosis))).toEqual({
      state: 'refused',
      why: 'the API server refuses it: admission webhook denied the request: selectors are frozen',
    });
    expect(cluster.patched).toHaveLength(1);
    expect(records()).toEqual([]);
  }));

test('interrupted between the record and the patch: the record says nothing was done', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    cluster.meddle = ({ dryRun }) => (dryRun ? undefined : { status: 0, body: 'socket hang up', server: '' });
    const outcome = await fixed(cluster, one(diagnosis));
    expect(outcome).toMatchObject({
      state: 'refused',
      why: expect.stringContaining('whether it was made is not known'),
    });
    const kept = new UndoRecords(folder);
    expect(kept.open()).toHaveLength(1);
    cluster.meddle = () => undefined;
    expect(await undo(kept.read(undefined), cluster, kept)).toEqual({
      state: 'nothing',
      why: 'Service chat is as it was; the change was never made, or was taken back already',
    });
    expect(kept.open()).toEqual([]);
  }));

test('undo leaves alone what somebody has changed since, another context, and another object of the same name', () =>
  broken(mistyped, async (cluster, diagnosis) => {
    endpointsFollow(cluster);
    await fixed(cluster, one(diagnosis));
    const kept = new UndoRecords(folder);
    const record = kept.read(undefined);
    expect((await undo({ ...record, context: 'prod' }, cluster, kept)).why).toBe(
      'it was made in context prod, and this is memory; give --context prod',
    );
    expect((await undo({ ...record, object: { ...record.object, uid: 'x' } }, cluster, kept)).state).toBe('refused');
    const { service } = cluster.objects;
    cluster.objects.service = {
      ...(service as Manifest),
      spec: { ...(service?.spec as object), selector: { app: 'third' } },
    };
    expect((await undo(record, cluster, kept)).why).toBe(
      'somebody has changed Service chat since: spec.selector is {"app":"third"}',
    );
    expect(kept.open()).toHaveLength(1);
    delete cluster.objects.service;
    expect(await undo(record, cluster, kept)).toEqual({ state: 'nothing', why: 'Service chat is gone' });
    fs.writeFileSync(path.join(folder, 'broken.json'), '{');
    expect(() => kept.read('broken')).toThrow('is no record of a change; it was changed by hand');
    expect(() => kept.read('none')).toThrow('"none" is no change that can be undone');
  }));

test.each([
  ['Helm', { annotations: { 'meta.helm.sh/release-name': 'chat' } }, 'Helm release chat'],
  [
    'Argo CD',
    { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/StatefulSet:chat/chat' } },
    'Argo CD application shop',
  ],
  ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux apps'],
  ['Pulumi', { managedFields: [{ manager: 'pulumi-kubernetes-1', time: before(9000) }] }, 'a Pulumi stack'],
  ['cdk8s', { annotations: { 'holdfast/timing': '{}' } }, 'a cdk8s program'],
])('what belongs to %s is not touched; the change is told for its source', (_name, metadata, owner) =>
  broken(
    (objects) => {
      mistyped(objects);
      const service = objects.service as Manifest;
      const { annotations } = service.metadata;
      const marked =
        'annotations' in metadata ? { annotations: { ...annotations, ...metadata.annotations } } : metadata;
      objects.service = { ...service, metadata: { ...service.metadata, ...marked } };
    },
    async (cluster, diagnosis) => {
      const change = one(diagnosis);
      expect(planText(diagnosis)).toContain(`not made here: it belongs to ${owner}. Change it in `);
      expect(await fixed(cluster, change)).toMatchObject({ state: 'refused', why: expect.stringContaining(owner) });
      expect(cluster.patched).toEqual([]);
    },
  ),
);

const oom = (objects: Objects): void => {
  objects['chat-1'] = pod('chat-1', {
    status: {
      containerStatuses: [
        {
          name: 'chat',
          ready: true,
          restartCount: 1,
          state: {},
          lastState: {
            terminated: { reason: 'OOMKilled', exitCode: 137, startedAt: before(900), finishedAt: before(60) },
          },
        },
      ],
    },
  });
};

test.each<[string, (objects: Objects) => void, string, unknown]>([
  ['WS524', oom, 'spec.template.spec.containers[0].resources.limits.memory', '384Mi'],
  [
    'WS525',
    (objects) => {
      objects['chat-2'] = pod('chat-2', { metadata: { uid: 'uid-new', creationTimestamp: before(540) } });
      objects.killing = event(
        'Killing',
        'Stopping container chat',
        { kind: 'Pod', name: 'chat-2', uid: 'uid-old' },
        600,
      );
    },
    'spec.template.spec.terminationGracePeriodSeconds',
    120,
  ],
  [
    'WS544',
    (objects) => {
      (objects.conf as unknown as { metadata: { managedFields: object[] } }).metadata.managedFields = [
        { manager: 'kubectl', time: before(600) },
      ];
    },
    'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]',
    new Date(NOW).toISOString(),
  ],
  [
    'WS554',
    (objects) => {
      (objects.service as unknown as { spec: object }).spec = {
        ...(objects.service?.spec as object),
        ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      };
    },
    'spec.ports[0].targetPort',
    3000,
  ],
  [
    'WS517',
    (objects) => {
      (objects.service as unknown as { metadata: object }).metadata = {
        ...objects.service?.metadata,
        annotations: undefined,
      };
    },
    'metadata.annotations["cloud.google.com/backend-config"]',
    '{"default":"chat"}',
  ],
])('%s is mended in one field', (code, change, field, to) =>
  broken(change, async (cluster, diagnosis) => {
    expect(diagnosis.named[0]?.cause.code).toBe(code);
    const made = one(diagnosis);
    expect(planText(diagnosis)).toContain(`+ ${field} = ${JSON.stringify(to)}`);
    const outcome = await fixed(cluster, { ...made, verify: [], rolls: false });
    expect(outcome.state).toBe('made');
    expect(
      valueAt(cluster.objects[made.object.kind === 'Service' ? 'service' : 'workload'], made.fields[0]?.path as never),
    ).toEqual(to);
  }),
);

test('the page names every cause that is mended', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../../docs/doctor.md'), 'utf8');
  const [, listed = ''] = /Mended by itself are ([^;]+);/.exec(page) ?? [];
  expect(listed.match(/WS\d+/g)).toEqual(CAUSES.filter(({ mend }) => mend !== undefined).map(({ code }) => code));
});

test('pods that were started after the configuration was changed run it, whatever the hash of their template says', () =>
  broken(
    (objects) => {
      (objects.conf as unknown as { metadata: { managedFields: object[] } }).metadata.managedFields = [
        { manager: 'kubectl', time: before(90_000) },
      ];
      for (const name of ['chat-0', 'chat-1', 'chat-2'])
        objects[name] = pod(name, { metadata: { annotations: { 'holdfast/config-hash': '0123456789abcdef' } } });
    },
    async (_cluster, { named }) => {
      expect(named).toEqual([]);
    },
  ));
