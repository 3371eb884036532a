import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Change,
  type Cluster,
  type Diagnosis,
  apply as fix,
  type Outcome,
  plan,
  planText,
  rolls,
  UndoRecords,
  undo,
} from '../../lib/doctor';
import { type FieldPath, type Manifest, valueAt } from '../../lib/manifest';
import { apply, deleteNamespaces, get, kubectl, needsNode, tryKubectl, until, waitReady } from './support/cluster';
import { look, named, open, stillSeen } from './support/doctor';
import { changeConfiguration, eat, into, patched, service } from './support/doctor-faults';
import { DoctorProgram } from './support/doctor-program';
import { ended, sentTo } from './support/doctor-proofs';
import { frozenSelectors, otherwise, unowned } from './support/mending';
import { Patient } from './support/patient';

/** Endpoints, events and the server's own caches follow a change. */
const FOLLOWS_SECONDS = 30;

/** For as long as a pod counts as one that has just started (facts/inside/objects.ts), and a little more. */
const YOUNG_SECONDS = 35;

needsNode('the doctor mends on the real API server, and takes it back', () => {
  const patient = new Patient('doctor-mended');
  const { namespace } = patient;
  const set = `statefulset/${namespace}`;
  let folder: string;
  let cluster: Cluster;
  const stop = new AbortController();
  const records = () => new UndoRecords(join(folder, 'undo'));
  const live = (object: string) => get<Manifest>(object, into(patient));
  const field = (object: string, ...path: FieldPath) => valueAt(live(object), path);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-mended-'));
    apply(unowned(namespace));
    await waitReady(namespace, set, 240);
    cluster = await open(namespace, stop.signal);
  }, 300_000);

  afterAll(() => {
    cluster?.close();
    deleteNamespaces(namespace);
    rmSync(folder, { recursive: true, force: true });
  }, 200_000);

  /** Looks until the cause is first: what tells of it comes when the controllers are done. */
  async function found(code: string): Promise<{ readonly diagnosis: Diagnosis; readonly change: Change }> {
    let last: Diagnosis | undefined;
    await until(`${code} is named`, FOLLOWS_SECONDS, async () => {
      last = (await look(namespace)).diagnosis;
      return named(last)[0] === code;
    });
    const diagnosis = last as Diagnosis;
    const [change] = plan(diagnosis, code).changes;
    expect(change?.code).toBe(code);
    return { diagnosis, change: change as Change };
  }

  const made = (change: Change, by: Partial<Cluster> = {}): Promise<Outcome> =>
    fix(change, {
      cluster: { ...cluster, ...by },
      records: records(),
      signal: stop.signal,
      say: () => {},
      everyMs: 1000,
      stillSeen: stillSeen(namespace),
      rolling: async () => rolls((await look(namespace)).recording),
    });

  const mistype = () => patched(patient, service(patient), { spec: { selector: { app: 'nobody' } } });
  const selected = () => field(service(patient), 'spec', 'selector');
  const right = { app: namespace };

  describe.each<{
    readonly code: string;
    readonly what: string;
    readonly break: () => unknown;
    readonly object: () => string;
    readonly path: FieldPath;
    readonly again?: () => unknown;
  }>([
    {
      code: 'WS553',
      what: 'a selector',
      break: mistype,
      object: () => service(patient),
      path: ['spec', 'selector'],
      again: () => patched(patient, service(patient), { spec: { selector: right } }),
    },
    {
      code: 'WS554',
      what: 'a port',
      break: () => port(4444),
      object: () => service(patient),
      path: ['spec', 'ports', 0, 'targetPort'],
      again: () => port(8080),
    },
    {
      code: 'WS517',
      what: 'an annotation',
      break: () => kubectl(['annotate', service(patient), into(patient), 'cloud.google.com/backend-config-']),
      object: () => service(patient),
      path: ['metadata', 'annotations', 'cloud.google.com/backend-config'],
      again: () =>
        kubectl([
          'annotate',
          service(patient),
          into(patient),
          'cloud.google.com/backend-config={"default":"coditect-backend-config"}',
        ]),
    },
    {
      code: 'WS544',
      what: 'a rollout',
      break: () => changeConfiguration(patient),
      object: () => set,
      path: ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'],
    },
    {
      code: 'WS524',
      what: 'a limit of memory',
      break: async () => {
        eat(patient);
        await until('it is out of memory', FOLLOWS_SECONDS, async () =>
          ended(patient, ({ reason }) => reason === 'OOMKilled'),
        );
      },
      object: () => set,
      path: ['spec', 'template', 'spec', 'containers', 0, 'resources', 'limits', 'memory'],
    },
  ])('$code: $what', ({ code, break: breaks, object, path, again }) => {
    test('is mended, verified, and gets the value back that was there', async () => {
      await breaks();
      const { change } = await found(code);
      const before = field(object(), ...path);
      expect(change.fields.map((one) => one.path)).toEqual([path]);
      const other = JSON.stringify(otherwise(live(object()), path));
      expect(await made(change)).toMatchObject({ state: 'made' });
      expect(field(object(), ...path)).toEqual(change.fields[0]?.to);
      // Nothing outside the plan.
      expect(JSON.stringify(otherwise(live(object()), path))).toBe(other);
      expect((await undo(records().read(undefined), cluster, records())).state).toBe('undone');
      expect(field(object(), ...path)).toEqual(before ?? change.fields[0]?.back);
      await again?.();
      await waitReady(namespace, set, 120);
    }, 300_000);
  });

  test('somebody else is faster: after the plan, and between the reading and the patch', async () => {
    mistype();
    const { change } = await found('WS553');
    patched(patient, service(patient), { spec: { selector: { app: 'other' } } });
    expect(await made(change)).toEqual({
      state: 'refused',
      why: `somebody else has changed Service ${change.object.metadata.name}: spec.selector is {"app":"other"} now; look again`,
    });
    patched(patient, service(patient), { spec: { selector: { app: 'nobody' } } });
    const outcome = await made(change, {
      patch: (patch) => {
        if (!patch.dryRun) kubectl(['label', service(patient), into(patient), 'meddled=yes']);
        return cluster.patch(patch);
      },
    });
    expect(outcome).toMatchObject({
      state: 'refused',
      why: expect.stringMatching(/^somebody else was changing Service \S+ at the same time; look again/),
    });
    expect(selected()).toEqual({ app: 'nobody' });
    expect(records().open()).toEqual([]);
  }, 120_000);

  test.each([
    ['Helm release shop', 'meta.helm.sh/release-name=shop', 'helm upgrade'],
    ['Argo CD application shop', 'argocd.argoproj.io/tracking-id=shop:/Service:x/y', 'the repository'],
  ])(
    'what belongs to %s is left alone, and the change is said for its source',
    async (owner, mark, where) => {
      kubectl(['annotate', service(patient), into(patient), mark]);
      const { diagnosis, change } = await found('WS553');
      const text = planText(diagnosis);
      expect(text).toContain(`+ spec.selector = ${JSON.stringify(right)}`);
      expect(text).toContain(`not made here: it belongs to ${owner}. Change it in `);
      expect(await made(change)).toMatchObject({ state: 'refused', why: expect.stringContaining(where) });
      expect(selected()).toEqual({ app: 'nobody' });
      kubectl(['annotate', service(patient), into(patient), `${mark.split('=')[0]}-`]);
    },
    120_000,
  );

  test('the API server refuses: nothing is changed, and no record stays', async () => {
    const name = 'doctor-frozen-selectors';
    apply(frozenSelectors(name, namespace));
    try {
      // It is in force when the server has read it.
      await until('selectors are frozen', FOLLOWS_SECONDS, async () => {
        const tries = ['patch', service(patient), into(patient), '--dry-run=server', '--type=merge'];
        return tryKubectl([...tries, '--patch={"spec":{"selector":{"app":"x"}}}']).err.includes('selectors are frozen');
      });
      const { change } = await found('WS553');
      expect(await made(change)).toMatchObject({
        state: 'refused',
        why: expect.stringMatching(/^the API server refuses it: .*selectors are frozen/),
      });
      expect(selected()).toEqual({ app: 'nobody' });
      expect(records().open()).toEqual([]);
    } finally {
      for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
        kubectl(['delete', kind, name]);
    }
    await until('selectors are free', FOLLOWS_SECONDS, async () => {
      const tries = ['patch', service(patient), into(patient), '--dry-run=server', '--type=merge'];
      return tryKubectl([...tries, '--patch={"spec":{"selector":{"app":"x"}}}']).status === 0;
    });
  }, 120_000);

  test('what does not help is taken back', async () => {
    // With the flag up no pod is ready: the right selector brings no endpoint that is.
    patient.exec('nginx', 'touch /tmp/drain');
    await until('the pod is unready', FOLLOWS_SECONDS, async () => !(await patient.look()).ready);
    const { change } = await found('WS553');
    // Of a pod that has just started it cannot be told.
    await until('the pod has been there for a while', YOUNG_SECONDS, async () => {
      const started = String(valueAt(live(`pod/${namespace}-0`), ['status', 'startTime']));
      return Date.now() - Date.parse(started) > YOUNG_SECONDS * 1000;
    });
    try {
      expect(await made({ ...change, withinSeconds: 5 })).toMatchObject({
        state: 'undone',
        why: expect.stringMatching(/^after 5 s this is still seen: .*endpoints/),
      });
      expect(selected()).toEqual({ app: 'nobody' });
      expect(records().open()).toEqual([]);
    } finally {
      patient.exec('nginx', 'rm /tmp/drain');
      await until('the pod is ready', FOLLOWS_SECONDS, async () => (await patient.look()).ready);
    }
  }, 120_000);

  describe('killed with SIGKILL, by the program itself', () => {
    const program = () => new DoctorProgram(folder);
    const openRecords = () => new UndoRecords(join(folder, 'killed')).open();
    const kept = ['--undo-folder', 'killed'];
    const fixing = ['-n', namespace, '--no-edge', '--quick', '--fix', 'WS553', '--yes', ...kept];

    test('between the record and the patch: there is nothing to undo, and a second fix mends', async () => {
      await program().killed(fixing, 'the patch');
      expect(openRecords()).toHaveLength(1);
      expect(selected()).toEqual({ app: 'nobody' });
      const undone = await program().said(['undo', ...kept]);
      expect(undone.text).toMatch(/nothing to undo: Service \S+ is as it was/);
      expect(undone.status).toBe(0);
      expect(openRecords()).toEqual([]);
      expect(await program().said(fixing)).toMatchObject({ text: expect.stringContaining('WS553: mended') });
      expect(selected()).toEqual(right);
      expect((await program().said(['undo', ...kept])).text).toContain('undone: ');
      expect(selected()).toEqual({ app: 'nobody' });
    }, 200_000);

    test('between the patch and its answer: it is undone', async () => {
      await program().killed(fixing, 'its answer');
      expect(openRecords()).toHaveLength(1);
      expect(selected()).toEqual(right);
      await until('endpoints follow', FOLLOWS_SECONDS, async () => sentTo(patient, service(patient)).length > 0);
      expect((await program().said(['undo', ...kept])).text).toContain('undone: ');
      expect(selected()).toEqual({ app: 'nobody' });
      expect(openRecords()).toEqual([]);
    }, 200_000);
  });

  const port = (targetPort: number) =>
    kubectl([
      'patch',
      service(patient),
      into(patient),
      '--type=json',
      `--patch=${JSON.stringify([{ op: 'replace', path: '/spec/ports/0/targetPort', value: targetPort }])}`,
    ]);
});
