import { CONFIG, SERVERS } from '../support/configuration';
import { Workbench } from '../support/workbench';

const set = 'kubernetes:apps/v1:StatefulSet dev:coditect-dev/coditect-combined';
const provider = 'pulumi:providers:kubernetes kubernetes';

/** What the same cluster is, and what becomes of everything when it is another one. */
describe('A cluster', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = new Workbench();
    await bench.stack('dev', { ...CONFIG.dev, 'holdfast:googleCloud': 'false', 'holdfast:gkeObjects': 'false' });
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0 });
    bench.journal();
  });
  afterAll(() => bench.remove());

  test('stays the same when its context is renamed and Google Cloud is switched on', async () => {
    bench.kubeconfig({ renamed: SERVERS.dev, elsewhere: 'https://elsewhere.invalid' });
    bench.configure('dev', { 'kubernetes:context': 'renamed', 'holdfast:googleCloud': 'true' });
    const up = await bench.deploy('up --skip-preview');
    expect(up).toMatchObject({ code: 0, said: [] });
    expect(up.steps.filter((step) => !step.startsWith('create holdfast:gcp'))).toEqual([`update ${provider}`]);
    expect(bench.journal()).toEqual([]);
  });

  test('is warned about when its address is another one under the same identifier', async () => {
    bench.kubeconfig({ renamed: 'https://moved.invalid', elsewhere: 'https://elsewhere.invalid' });
    const preview = await bench.deploy('preview');
    expect(preview.said).toEqual([
      expect.stringContaining('the API server is https://moved.invalid, and was https://dev.invalid'),
    ]);
    bench.kubeconfig({ renamed: SERVERS.dev, elsewhere: 'https://elsewhere.invalid' });
  });

  test('fails to be another one while objects are adopted, which would delete what was adopted', async () => {
    bench.configure('dev', { 'holdfast:adoptExisting': 'true', 'holdfast:clusterId': 'another-name' });
    const up = await bench.deploy('up --skip-preview');
    expect(up.code).not.toBe(0);
    expect(up.said).toEqual([
      expect.stringMatching(
        /^holdfast:adoptExisting: is on while holdfast:clusterId changes from "cluster-dev" to "another-name"/,
      ),
    ]);
    expect(bench.journal()).toEqual([]);
    // Nor the second time: a refused deployment leaves the record that refused it.
    expect((await bench.deploy('up --skip-preview')).code).not.toBe(0);
    expect(bench.journal()).toEqual([]);
    bench.configure('dev', {
      'holdfast:adoptExisting': undefined,
      'holdfast:clusterId': CONFIG.dev['holdfast:clusterId'],
    });
  });

  test('is refused by the engine itself while its provider is protected', async () => {
    bench.configure('dev', { 'holdfast:adoptExisting': 'true' });
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0 });
    bench.configure('dev', {
      'holdfast:adoptExisting': undefined,
      'holdfast:clusterId': 'another-name',
      'holdfast:protectData': 'true',
    });
    const up = await bench.deploy('up --skip-preview');
    expect(up.code).not.toBe(0);
    expect(up.said.join('\n')).toMatch(/protect/);
    expect(bench.journal().filter((line) => !line.startsWith('update'))).toEqual([]);
    bench.configure('dev', { 'holdfast:clusterId': CONFIG.dev['holdfast:clusterId'], 'holdfast:protectData': 'false' });
    expect(await bench.deploy('up --skip-preview')).toMatchObject({ code: 0 });
    bench.journal();
  });

  test('fails a change that would replace the set in the very run that switches protection on', async () => {
    bench.configure('dev', { 'holdfast:protectData': 'true' });
    bench.edit(['stacks/dev.ts', (text) => text.replace("size: '5Gi'", "size: '6Gi'")]);
    const up = await bench.deploy('up --skip-preview');
    expect(up.code).not.toBe(0);
    expect(up.said).toEqual([
      expect.stringMatching(
        /^apps\/StatefulSet coditect-dev\/coditect-combined: spec\.volumeClaimTemplates cannot be changed in place.*pulumi config set --path 'holdfast:replacing\[0\]' 'apps\/StatefulSet coditect-dev\/coditect-combined'$/,
      ),
    ]);
    expect(bench.journal()).toEqual([]);
    bench.configure('dev', { 'holdfast:protectData': 'false' });
  });

  test('lets the same change through where the data may go', async () => {
    const up = await bench.deploy('up --skip-preview');
    expect(up.code).toBe(0);
    expect(up.steps).toContain(`delete-replaced ${set}`);
    bench.journal();
  });

  test('is exchanged for another one: everything is made there, then deleted here', async () => {
    bench.configure('dev', { 'kubernetes:context': 'elsewhere', 'holdfast:clusterId': 'elsewhere' });
    const up = await bench.deploy('up --skip-preview');
    expect(up.code).toBe(0);
    expect(up.said).toEqual([expect.stringContaining('holdfast:clusterId changes from "cluster-dev" to "elsewhere"')]);
    const journal = bench.journal();
    const made = journal.filter((line) => line.startsWith('create https://elsewhere.invalid'));
    const deleted = journal.filter((line) => line.startsWith('delete https://dev.invalid'));
    expect(made.length).toBeGreaterThan(5);
    expect(journal.findIndex((line) => line.startsWith('delete'))).toBeGreaterThan(made.length - 1);
    expect(deleted.some((line) => line.includes('Namespace'))).toBe(true);
    expect(bench.cluster(SERVERS.dev).list('StatefulSet', 'coditect-dev')).toEqual([]);
  });
});

test('Fails without a context: the cluster would be whichever one kubectl uses today', async () => {
  const bench = new Workbench();
  await bench.stack('dev', { ...CONFIG.dev, 'kubernetes:context': undefined });
  const preview = await bench.deploy('preview');
  expect(preview.code).not.toBe(0);
  expect(preview.said).toEqual([
    expect.stringMatching(/^kubernetes:context: is not set.*there are dev, production\)$/),
  ]);
  await bench.remove();
});

test('Names every decision that is missing, with the command that makes it, and goes on once they are made', async () => {
  const bench = new Workbench();
  await bench.stack('production', {});
  const preview = await bench.deploy('preview');
  const [said = ''] = preview.said;
  expect(said.match(/^ {2}- \S+(?=: )/gm)).toEqual([
    '  - gcp:project',
    '  - holdfast:clusterId',
    '  - holdfast:cluster',
    '  - kubernetes:context',
    '  - holdfast:notifications',
  ]);
  const answers: Readonly<Record<string, string>> = {
    '<project id>': 'p',
    '<name>': 'chat',
    '<region>': 'europe-west1',
    '<context>': 'production',
    '<address>': 'oncall@coditect.ai',
  };
  for (const [, command = ''] of said.matchAll(/run: (pulumi config set .*?)(?:,| \(|$)/gm)) {
    const answered = command.replaceAll(/<[^>]*>/g, (placeholder) => answers[placeholder] ?? 'chosen');
    await bench.must(answered);
  }
  await bench.must('pulumi config set --path holdfast:cluster.location europe-west1');
  expect(await bench.deploy('preview')).toMatchObject({ code: 0, said: [] });
  await bench.remove();
});
