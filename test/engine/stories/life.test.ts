import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG, keysOf, SERVERS } from '../support/configuration';
import { nameIn } from '../support/events';
import { ended, LONGEST_MILLISECONDS, type Stored, UNTIL_KILLED_SECONDS, Workbench } from '../support/workbench';

/** What a stack does in its life, told to the engine in order: each test goes on where the one before it stopped. */
describe.each(['dev', 'production'] as const)('The life of %s', (stack) => {
  let bench: Workbench;
  const namespace = stack === 'dev' ? 'coditect-dev' : 'coditect-app';
  const set = `kubernetes:apps/v1:StatefulSet ${stack}:${namespace}/coditect-combined`;
  const cluster = () => bench.cluster(SERVERS[stack]);
  const claims = () =>
    cluster()
      .list('PersistentVolumeClaim', namespace)
      .map((claim) => claim.metadata.name);

  /** Starts a run of the engine, and kills everything of it when something has happened. */
  async function killed(operation: string, happened: () => Promise<void>): Promise<void> {
    const child = bench.start(`pulumi ${operation} --non-interactive`);
    const running = ended(child);
    try {
      const early = running.then(({ text }) => Promise.reject(new Error(`it ended before it was killed:\n${text}`)));
      await Promise.race([happened(), early]);
    } finally {
      if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
      await running;
      bench.trouble({});
    }
    // With the engine goes everything that it started.
    await until(() => bench.running().length === 0);
  }

  beforeAll(async () => {
    bench = new Workbench();
    await bench.stack(stack, CONFIG[stack]);
  });
  afterAll(() => bench.remove());

  test('begins with a preview that makes everything that the program registers, and changes nothing outside', async () => {
    const preview = await bench.deploy('preview');
    expect(preview).toMatchObject({ code: 0, said: [], failed: [] });
    expect(preview.steps).toEqual(keysOf(stack).map((key) => `create ${key}`));
    expect(bench.journal()).toEqual([]);
  });

  test('goes on with an up that does what the preview said', async () => {
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, said: [], failed: [] });
    expect(up.steps).toEqual(keysOf(stack).map((key) => `create ${key}`));
    expect(claims()).toHaveLength(stack === 'dev' ? 1 : 3);
  });

  test('has outputs that a person can use: where it is, how to verify it, how long the next rollout takes, the doctor', async () => {
    const outputs = await bench.outputs();
    const host = stack === 'dev' ? 'dev.coditect.ai' : 'coditect.ai';
    expect(outputs).toMatchObject({
      url: `https://${host}`,
      doctor: `npx holdfast doctor https://${host}/theia/socket.io/ --namespace ${namespace} --context ${stack}`,
      cluster: { id: `cluster-${stack}`, context: stack, server: SERVERS[stack] },
      rollout:
        stack === 'dev'
          ? { longestSeconds: 410, waitedSeconds: 600 }
          : { longestSeconds: 1230, waitedSeconds: 1260, summary: expect.stringMatching(/^up to 21 min: 3 pods/) },
    });
    for (const command of (outputs.verify as string[]).filter((line) => !line.startsWith('curl')))
      await bench.must(command);
    // Understood by the doctor itself, which looks at nothing where only the Roles are asked for.
    const doctor = String(outputs.doctor).replace('npx holdfast', 'node_modules/.bin/tsx lib/cli/main.ts');
    expect(await bench.must(`${doctor} --rbac`)).toContain(`namespace: ${namespace}`);
  });

  test('finds nothing to do when nothing changed, whoever looks', async () => {
    bench.journal();
    const elsewhere = bench.kubeconfig(
      { other: 'https://other.invalid', [stack]: SERVERS[stack] },
      `${bench.folder}/another-persons-config`,
    );
    const preview = await bench.deploy('preview --expect-no-changes', { KUBECONFIG: elsewhere });
    expect(preview).toMatchObject({ code: 0, steps: [], said: [] });
  });

  test('changes one property in place', async () => {
    bench.edit([
      `stacks/${stack}.ts`,
      (text) => text.replace("'coditect-combined:1.0.0'", "'coditect-combined:1.0.1'"),
    ]);
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, steps: [`update ${set}`], said: [] });
    expect(up.began[0]?.diffs).toEqual(['spec']);
  });

  test('has no secret and no path of this machine in its state', async () => {
    const text = JSON.stringify(await bench.state());
    expect(text).not.toContain(bench.folder);
    expect(text).not.toContain('token-of-');
  });

  test('keeps in its state what each component was given and what came of it', async () => {
    const components = (await bench.state()).filter(({ type }) => type.startsWith('holdfast:'));
    expect(components.length).toBeGreaterThan(0);
    const empty = ({ inputs = {}, outputs = {} }: Stored) =>
      [inputs, outputs].some((of) => Object.keys(of).length === 0);
    expect(components.filter(empty).map(({ urn }) => nameIn(urn))).toEqual([]);
  });

  test('finds by refresh what somebody changed by hand, and changes it back', async () => {
    const live = cluster().get('StatefulSet', namespace, 'coditect-combined');
    cluster().patch(live as never, { spec: { minReadySeconds: 77 } });
    const refreshed = await bench.deploy('refresh');
    expect(refreshed.code).toBe(0);
    expect(refreshed.steps.filter((step) => step.includes('kubernetes:'))).toEqual([`found update ${set}`]);
    const back = await bench.deploy('up --skip-preview');
    expect(back.code).toBe(0);
    // What the stand-in for Google reads back is not what was written in every field, so its updates say nothing here.
    expect(back.steps.filter((step) => step.includes('kubernetes:'))).toEqual([`update ${set}`]);
    expect(cluster().get('StatefulSet', namespace, 'coditect-combined')?.spec).not.toMatchObject({
      minReadySeconds: 77,
    });
  });

  test('keeps what was half done when up is killed, and goes on after cancel and refresh', async () => {
    cluster().remove('StatefulSet', namespace, 'coditect-combined');
    await bench.must('pulumi refresh --skip-preview');
    bench.trouble({ slow: { StatefulSet: UNTIL_KILLED_SECONDS } });
    await killed('up --skip-preview', async () => {
      await until(() => cluster().get('StatefulSet', namespace, 'coditect-combined') !== undefined);
      // Whoever comes second meanwhile is sent away, and has changed nothing.
      bench.journal();
      const second = await bench.deploy('up --skip-preview');
      expect(second.code).not.toBe(0);
      expect(second.text).toContain('the stack is currently locked');
      expect(second.steps).toEqual([]);
      expect(bench.journal()).toEqual([]);
    });

    const locked = await bench.deploy('up --skip-preview');
    expect(locked.code).not.toBe(0);
    expect(locked.text).toContain('the stack is currently locked');
    await bench.must('pulumi cancel --yes');
    // What was being made is there, and the state does not know it.
    await bench.must('pulumi refresh --skip-preview --clear-pending-creates');
    bench.configure(stack, { 'holdfast:adoptExisting': 'true' });
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, failed: [] });
    expect(up.steps).toContain(`create ${set}`);
    bench.configure(stack, { 'holdfast:adoptExisting': undefined });
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0 });
    expect(claims()).toHaveLength(stack === 'dev' ? 1 : 3);
  });

  test('goes on in the same way when a delete is killed: what is gone is made again', async () => {
    const { urn } = (await bench.state()).find(({ type }) => type.endsWith(':StatefulSet')) as Stored;
    const there = () => cluster().list('StatefulSet', namespace).length;
    expect(there()).toBe(1);
    if (stack === 'production') await bench.must(`pulumi state unprotect '${urn}' --yes`);
    bench.trouble({ slow: { 'delete StatefulSet': UNTIL_KILLED_SECONDS } });
    await killed(`destroy --skip-preview --target '${urn}'`, () => until(() => there() === 0));
    expect(await bench.deploy('up --skip-preview')).toMatchObject({
      text: expect.stringContaining('the stack is currently locked'),
    });
    await bench.must('pulumi cancel --yes');
    await bench.must('pulumi refresh --skip-preview --clear-pending-creates');
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, failed: [] });
    expect(up.steps.filter((step) => step.startsWith('create'))).toEqual([`create ${set}`]);
    expect(there()).toBe(1);
    expect(claims()).toHaveLength(stack === 'dev' ? 1 : 3);
  });

  test('rolls back from a rollout that is stuck, by the last good revision', async () => {
    bench.edit([
      `stacks/${stack}.ts`,
      (text) => text.replace("'coditect-combined:1.0.1'", "'coditect-combined:2.0.0'"),
    ]);
    bench.trouble({ refused: { StatefulSet: 'timed out waiting: 0 of 1 pods are ready' } });
    const stuck = await bench.deploy('up --skip-preview');
    expect(stuck.code).not.toBe(0);
    expect(stuck.failed).toEqual([`update ${stack}:${namespace}/coditect-combined`]);
    bench.trouble({});
    bench.edit([
      `stacks/${stack}.ts`,
      (text) => text.replace("'coditect-combined:2.0.0'", "'coditect-combined:1.0.1'"),
    ]);
    const back = await bench.deploy('up --skip-preview');
    expect(back.code).toBe(0);
    // What the stand-in for Google reads back is not what was written in every field, so its updates say nothing here.
    expect(back.steps.filter((step) => step.includes('kubernetes:'))).toEqual([`update ${set}`]);
    // The failed run did not take the record of the one before it.
    expect((await bench.outputs()).deployed).toMatchObject({ clusterId: `cluster-${stack}` });
  });

  test('is destroyed without losing claims, and made again with each pod on its own', async () => {
    const before = claims();
    bench.journal();
    if (stack === 'production') {
      const refused = await bench.deploy('destroy');
      expect(refused.code).not.toBe(0);
      expect(refused.text).toContain('because it is protected');
      expect(bench.journal().filter((line) => line.startsWith('delete'))).toEqual([]);
      const urn = (await bench.state()).find((resource) => resource.type.endsWith(':StatefulSet'))?.urn;
      await bench.must(`pulumi state unprotect '${urn}' --yes`);
      const destroyed = await bench.deploy('destroy --skip-preview --exclude-protected');
      expect(destroyed).toMatchObject({ code: 0, failed: [] });
      expect(
        (await bench.state())
          .filter((resource) => resource.protect === true)
          .map(({ urn }) => nameIn(urn))
          .sort(),
      ).toEqual(['kubernetes', 'production-backup', 'production-edge-address', `production:${namespace}`].sort());
    } else {
      await bench.must(
        'pulumi state protect --yes "$(pulumi stack --show-urns | grep -o "urn:[^ ]*Namespace::[^ ]*")"',
      );
      expect(await bench.deploy('destroy --skip-preview --exclude-protected')).toMatchObject({ code: 0 });
    }
    expect(cluster().get('StatefulSet', namespace, 'coditect-combined')).toBeUndefined();
    expect(claims()).toEqual(before);
    const volumes = cluster()
      .list('PersistentVolume', undefined)
      .map((volume) => volume.metadata.name);

    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0, failed: [] });
    expect(claims()).toEqual(before);
    expect(
      cluster()
        .list('PersistentVolume', undefined)
        .map((volume) => volume.metadata.name),
    ).toEqual(volumes);
    expect(await bench.deploy('preview --expect-no-changes')).toMatchObject({ code: 0, steps: [] });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + LONGEST_MILLISECONDS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${LONGEST_MILLISECONDS / 1000} s for nothing`);
    await sleep(100);
  }
}
