import { Workbench } from '../support/workbench';

/** Programs of other people, made of the components and started by tsx alone. */
function main(bench: Workbench, program: string): void {
  bench.edit([
    'Pulumi.yaml',
    (text) => `${text.replace(/^main: .*$/m, `main: ${program}`)}    nodeargs: --import tsx\n`,
  ]);
}

describe('The example with Redis', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = new Workbench();
    main(bench, 'examples/pulumi/chat.ts');
    bench.kubeconfig({ 'chat-production': 'https://chat.invalid' });
    await bench.stack('chat', { 'gcp:project': 'p' });
  });
  afterAll(() => bench.remove());

  test('shows all of it in a preview, with what is not known yet left open, and makes the same', async () => {
    const preview = await bench.deploy('preview');
    expect(preview).toMatchObject({ code: 0, said: [] });
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, said: [], failed: [] });
    expect(up.steps).toEqual(preview.steps);
    expect(up.steps).toContain('create kubernetes:core/v1:Namespace chat:chat');
  });

  test('gives the pods the password, and the state no one else', async () => {
    const secret = bench.cluster('https://chat.invalid').get('Secret', 'chat', 'chat-redis');
    expect(secret?.stringData).toEqual({ url: 'redis://:a-password-of-redis@10.100.0.3:6379' });
    const state = await bench.state();
    const stored = state.filter((resource) => resource.type === 'kubernetes:core/v1:Secret');
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain('a-password-of-redis');
    expect(JSON.stringify(state.filter((resource) => resource.type.startsWith('kubernetes:')))).not.toContain(
      'password-of',
    );
  });

  test('fails before anything is made when nobody makes the namespace', async () => {
    bench.edit(['examples/pulumi/chat.ts', (text) => text.replace(/^new RestrictedNamespace.*$/m, '')]);
    const preview = await bench.deploy('preview');
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain('namespace "chat": nothing in the chart makes it');
  });
});

describe('An object', () => {
  const object = 'HorizontalPodAutoscaler before:default/chat';
  let bench: Workbench;
  beforeAll(async () => {
    bench = new Workbench();
    main(bench, 'test/engine/programs/autoscaled.ts');
    await bench.stack('any', {});
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0 });
    bench.journal();
  });
  afterAll(() => bench.remove());

  test('stays the same one when the version of its API moves, there and back', async () => {
    const moved = await bench.deploy('up --skip-preview', { AUTOSCALING: 'v1' });
    expect(moved).toMatchObject({ code: 0, steps: [`update kubernetes:autoscaling/v1:${object}`] });
    const back = await bench.deploy('up --skip-preview');
    expect(back).toMatchObject({ code: 0, steps: [`update kubernetes:autoscaling/v2:${object}`] });
    expect(bench.journal().filter((line) => !line.startsWith('update'))).toEqual([]);
  });

  test('stays the same one when its component is renamed with an alias, and moves its version at once', async () => {
    const renamed = await bench.deploy('up --skip-preview', { COMPONENT: 'after', AUTOSCALING: 'v1' });
    expect(renamed.code).toBe(0);
    expect(renamed.steps).toEqual(['update kubernetes:autoscaling/v1:HorizontalPodAutoscaler after:default/chat']);
    expect(bench.journal().filter((line) => !line.startsWith('update'))).toEqual([]);
  });
});

describe('A cluster that the stack makes', () => {
  const pool = 'gcp:container/nodePool:NodePool cluster-nodes';
  const unprotect = `pulumi stack --show-urns | grep -o 'urn:[^ ]*NodePool::[^ ]*' | xargs pulumi state unprotect --yes`;
  const server = 'https://chat.gke.invalid';
  let bench: Workbench;
  beforeAll(async () => {
    bench = new Workbench();
    main(bench, 'test/engine/programs/own-cluster.ts');
    await bench.stack('any', { 'gcp:project': 'p' });
    // As a version made it that gave every pool the same name.
    expect(await bench.deploy('up --skip-preview', { POOL: 'nodes' })).toMatchObject({ code: 0 });
    bench.journal();
  });
  afterAll(() => bench.remove());

  const pools = () => Object.keys(bench.google.all()).filter((id) => id.includes('/nodePools/'));

  test('keeps a pool that has a name', async () => {
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0, steps: [] });
    expect(pools()).toEqual([expect.stringMatching(/\/nodePools\/nodes$/)]);
  });

  test('fails to replace its nodes while they are protected', async () => {
    const up = await bench.deploy('up --skip-preview', { SCOPES: 'https://www.googleapis.com/auth/other' });
    expect(up.code).not.toBe(0);
    expect(up.said.join('\n')).toMatch(/protect/);
    expect(bench.journal()).toEqual([]);
  });

  test('has new nodes before the old ones go, once somebody allows it', async () => {
    await bench.must(unprotect);
    const up = await bench.deploy('up --skip-preview', { SCOPES: 'https://www.googleapis.com/auth/other' });
    expect(up.code).toBe(0);
    expect(up.steps).toContain(`create-replacement ${pool}`);
    expect(bench.journal()).toEqual([
      expect.stringMatching(/^create .*\/nodePools\/cluster-nodes-\w{7}$/),
      expect.stringMatching(/^delete .*\/nodePools\/nodes$/),
    ]);
  });

  test('keeps its nodes when what is not protected is destroyed', async () => {
    expect(await bench.deploy('destroy --skip-preview --exclude-protected')).toMatchObject({ code: 0 });
    expect(pools()).toHaveLength(1);
    expect(bench.cluster(server).list('ConfigMap', 'default')).toEqual([]);
  });

  test('takes its nodes and its objects with it, and asks nobody to delete each', async () => {
    const scopes = { SCOPES: 'https://www.googleapis.com/auth/other', PROTECTED: 'false' };
    expect(await bench.deploy('up --skip-preview', scopes)).toMatchObject({ code: 0 });
    bench.journal();
    expect(await bench.deploy('destroy --skip-preview')).toMatchObject({ code: 0, failed: [] });
    const journal = bench.journal();
    expect(journal.filter((line) => line.includes('nodePools') || line.includes(server))).toEqual([]);
    expect(journal).toContain('delete projects/p/locations/europe-west1/clusters/chat');
  });
});
