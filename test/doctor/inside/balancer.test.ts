import { gzipSync } from 'node:zlib';
import { type Diagnosis, diagnose, examineCluster, recordingText, render } from '../../../lib/doctor';
import { run } from '../../../lib/doctor/ask/program';
import { annotated, behind, GROUP, look } from './behind-balancer';
import { healthy } from './healthy-objects';
import { MemoryCluster, OPTIONS } from './memory-cluster';
import { absent, refusing, replay, transcript, transcripts } from './transcript';

const seen = ({ observations }: Diagnosis): readonly string[] =>
  observations.filter(({ outcome }) => outcome === 'yes').map(({ said }) => said);

const faults = ['google', 'aws'].flatMap(transcripts).filter((name) => !name.endsWith('-healthy'));

test.each(faults)('%s: its cause first, and alone', async (name) => {
  const told = transcript(name);
  const diagnosis = diagnose(await look(name, replay(name), told));
  expect(seen(diagnosis)).toContainEqual(expect.stringContaining(told.said as string));
  expect(diagnosis.named.map(({ cause }) => cause.code)).toEqual([told.cause]);
  expect(diagnosis.named[0]?.p).toBeGreaterThan(0.8);
});

test('both clouds show every cause that only a balancer shows', () => {
  const shown = (cloud: string) => new Set(transcripts(cloud).flatMap((name) => transcript(name).cause ?? []));
  const all = ['WS520', 'WS558', 'WS517', 'WS506', 'WS512', 'WS543'];
  for (const code of [...all, 'WS519']) expect(shown('google')).toContain(code);
  // The timeout of an ALB counts silence.
  for (const code of all) expect(shown('aws')).toContain(code);
});

test.each([
  ['google', 8],
  ['aws', 10],
])('%s: a healthy balancer convicts nobody, is asked few times, and nothing is changed', async (cloud, most) => {
  const asked: string[] = [];
  const diagnosis = diagnose(await look(cloud, replay(`${cloud}-healthy`, asked)));
  expect(seen(diagnosis)).toEqual([]);
  expect(diagnosis.named).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(most);
  for (const command of asked)
    expect(command).toMatch(/ (list|describe|get-health|read|describe-[a-z-]+|list-objects-v2|cp s3:\/\/\S+ -) /);
  expect(diagnosis.notLooked.filter(({ what }) => /balancer|backend/.test(what))).toEqual([]);
});

test('the way through Google is one line, and so is how connections ended', async () => {
  const { notes } = diagnose(await look('google', replay('google-healthy')));
  expect(notes).toContain(
    `the way in: 127.0.0.1:443-443 k8s2-fs-9x8y7z6w-chat-chat-1a2b3c4d → k8s2-ts-9x8y7z6w-chat-chat-1a2b3c4d → k8s2-um-9x8y7z6w-chat-chat-1a2b3c4d → ${GROUP} (EXTERNAL) → 3 of 3 endpoints healthy`,
  );
  const cut = diagnose(await look('google', replay('google-lifetime-cut'), transcript('google-lifetime-cut')));
  expect(cut.notes).toContain(
    'how connections and failed requests ended, by the balancer’s log: 4 × 101 backend_timeout at 30.0 s to 30.1 s, 1 × 101 websocket_closed at 12.2 s',
  );
});

test.each(['google-healthy', 'aws-healthy'])(
  '%s: the evidence holds nobody’s address, session or key',
  async (name) => {
    const text = recordingText(await look(name, replay(name)));
    for (const secret of ['198.51.100.7', 'hunter22', 'Mozilla', 'c2VjcmV0', 'BEGIN CERTIFICATE'])
      expect(text).not.toContain(secret);
  },
);

test('the project is that of the context, and not the one that gcloud happens to have', async () => {
  const asked: string[] = [];
  const cluster = await new MemoryCluster(behind('google')).start();
  Object.assign(cluster, { context: 'gke_shop-prod_europe-west1_main' });
  await examineCluster({ cluster, target: {}, edge: false, run: replay('google-healthy', asked) }, OPTIONS);
  cluster.close();
  for (const command of asked) expect(command).toContain(' --project=shop-prod ');
});

test.each([
  ['google', 'gcloud is not installed here, or not in PATH'],
  ['aws', 'aws is not installed here, or not in PATH'],
])('%s: a program that is not there is one line', async (cloud, why) => {
  const { notLooked } = diagnose(await look(cloud, absent));
  expect(notLooked.filter((one) => one.why === why).map(({ what }) => what)).toEqual(['balancer']);
});

test('where no cloud stands in front, nobody is asked', async () => {
  const objects = healthy();
  objects.ingress = annotated(objects.ingress, { 'kubernetes.io/ingress.class': 'nginx' });
  delete objects.config;
  const cluster = await new MemoryCluster(objects).start();
  const asked: string[] = [];
  const recording = await examineCluster(
    { cluster, target: {}, edge: false, run: replay('google-healthy', asked) },
    OPTIONS,
  );
  cluster.close();
  expect(asked).toEqual([]);
  expect(diagnose(recording).notLooked).toContainEqual(
    expect.objectContaining({ what: 'balancer', why: 'no balancer of Google or AWS stands in front' }),
  );
});

test('a permission that is missing is said in the words of the program', async () => {
  const err =
    "ERROR: (gcloud.compute.backend-services.list) Required 'compute.backendServices.list' permission for 'projects/example-project'\n";
  const text = render(diagnose(await look('google', refusing(err))), 'text');
  expect(text).toContain(
    "gcloud: ERROR: (gcloud.compute.backend-services.list) Required 'compute.backendServices.list' permission",
  );
});

test('a log that comes compressed is read, and one that broke off is no log', async () => {
  const printed = (bytes: Buffer) => [
    '-e',
    `process.stdout.write(Buffer.from("${bytes.toString('base64')}","base64"))`,
  ];
  const { signal } = new AbortController();
  const zipped = gzipSync('wss 2026-11-27\n');
  expect((await run(process.execPath, printed(zipped), signal)).out).toBe('wss 2026-11-27\n');
  expect((await run(process.execPath, printed(zipped.subarray(0, 20)), signal)).out).toBe('');
});
