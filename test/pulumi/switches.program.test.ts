import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Result, runProgram } from './run-program';

/** The text of one; its cluster has no context of kubectl's. */
const KUBECONFIG = JSON.stringify({
  kind: 'Config',
  'current-context': 'only',
  contexts: [{ name: 'only', context: { cluster: 'only' } }],
  clusters: [{ name: 'only', cluster: { server: 'https://only.invalid' } }],
});

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-switches-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A kubeconfig whose context has the name of a command. */
const HOSTILE = path.join(folder, 'hostile');
fs.writeFileSync(HOSTILE, KUBECONFIG.replace('"contexts":[{"name":"only"', '"contexts":[{"name":"$(reboot)"'));

const results = new Map<string, Result>();

beforeAll(async () => {
  const runs: Readonly<Record<string, Parameters<typeof runProgram>[0]>> = {
    local: {
      stack: 'production',
      config: {
        'gcp:project': undefined,
        'holdfast:googleCloud': false,
        'holdfast:gkeObjects': false,
        'holdfast:protectData': false,
        'kubernetes:context': 'kind-holdfast',
        'holdfast:clusterId': 'kind',
      },
    },
    adopted: {
      stack: 'production',
      config: {
        'holdfast:adoptExisting': true,
        'holdfast:existing': { sslPolicies: ['coditect-ssl-policy'] },
        'kubernetes:kubeconfig': KUBECONFIG,
        'kubernetes:context': undefined,
        'holdfast:webhook': 'https://alerts.example.com/?auth_token=t0ken',
      },
      secretKeys: ['kubernetes:kubeconfig', 'holdfast:webhook'],
    },
    hostile: {
      stack: 'production',
      preview: true,
      config: { 'gcp:project': "p'; rm -rf ~", 'kubernetes:context': '$(reboot)', 'holdfast:notifications': {} },
      env: { KUBECONFIG: HOSTILE },
    },
    made: {
      stack: 'production',
      preview: true,
      config: { 'holdfast:cluster': { name: 'coditect', location: 'europe-west1', make: true } },
    },
  };
  await Promise.all(Object.entries(runs).map(async ([name, run]) => results.set(name, await runProgram(run))));
}, 300_000);

const result = (name: string) => results.get(name) as Result;
const types = (name: string) => result(name).resources.map((resource) => resource.type);
const inputs = (name: string, type: string) =>
  result(name).resources.find((resource) => resource.type === type)?.inputs;

test('Without Google Cloud and the kinds of GKE, pulumi up drives any cluster by its context', () => {
  expect(result('local')).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  expect(types('local').filter((type) => /^gcp:|cloud\.google\.com|networking\.gke\.io/.test(type))).toEqual([]);
  expect(types('local')).toContain('kubernetes:apps/v1:StatefulSet');
  expect(inputs('local', 'pulumi:providers:kubernetes')).toMatchObject({
    context: 'kind-holdfast',
    clusterIdentifier: 'kind',
  });
  expect(result('local').resources.filter((resource) => resource.protect)).toEqual([]);
});

test('Without Google Cloud, the commands to verify ask nothing of it, nor of the host, which is another system there', () => {
  expect(result('local').outputs).toMatchObject({
    verify: [
      'kubectl --context kind-holdfast --namespace coditect-app describe ingress coditect-production-ingress',
      'kubectl --context kind-holdfast --namespace coditect-app rollout status statefulset/coditect-combined',
    ],
    doctor: 'npx holdfast doctor --namespace coditect-app --context kind-holdfast --no-edge',
  });
});

test('Of a cluster that the stack makes, the commands name the context that gcloud gives, and how to get it', () => {
  const { verify, doctor } = result('made').outputs as { verify: string[]; doctor: string };
  const [, project = ''] = / --project=(\S+)$/.exec(verify[0] ?? '') ?? [];
  expect(verify[0]).toBe(
    `gcloud container clusters get-credentials coditect --region=europe-west1 --project=${project}`,
  );
  const context = `--context gke_${project}_europe-west1_coditect`;
  const kubectl = verify.filter((command) => command.startsWith('kubectl'));
  expect(kubectl.filter((command) => !command.startsWith(`kubectl ${context} `))).toEqual([]);
  expect(doctor).toBe(`npx holdfast doctor https://coditect.ai/theia/socket.io/ --namespace coditect-app ${context}`);
});

test('Whatever the configuration holds is one word of the commands that are shown, and no command of its own', () => {
  const { verify, doctor } = result('hostile').outputs as { verify: readonly string[]; doctor: string };
  const said = (command: string) =>
    execFileSync('sh', ['-c', `for word in ${command}; do printf '%s\\n' "$word"; done`], { encoding: 'utf8' }).split(
      '\n',
    );
  expect(said(doctor)).toContain('$(reboot)');
  const [address = '', ...rest] = verify;
  expect(said(address.replace(/ --format.*/, ''))).toContain("--project=p'; rm -rf ~");
  expect(rest.filter((command) => command.startsWith('kubectl')).map((command) => said(command)[2])).toEqual(
    Array(3).fill('$(reboot)'),
  );
});

test('Of a cluster that only the text of a kubeconfig names, the doctor looks from outside alone', () => {
  expect(result('adopted').outputs.doctor).toBe('npx holdfast doctor https://coditect.ai/theia/socket.io/');
});

test('Objects that kubectl made are taken over, and a policy that exists is not made again', () => {
  expect(result('adopted')).toMatchObject({ exitCode: 0, log: [] });
  expect(inputs('adopted', 'pulumi:providers:kubernetes')).toMatchObject({ upsertExistingObjects: 'true' });
  expect(types('adopted')).not.toContain('gcp:compute/sSLPolicy:SSLPolicy');
});

test('A kubeconfig and a webhook are secrets from the configuration to the resource', () => {
  expect(inputs('adopted', 'pulumi:providers:kubernetes')?.kubeconfig).toEqual({ secret: KUBECONFIG });
  const webhook = result('adopted').resources.find((resource) => resource.name === 'production-monitoring-webhook');
  expect(webhook?.inputs.labels).toEqual({ secret: { url: 'https://alerts.example.com/?auth_token=t0ken' } });
});

test('A cluster that the stack makes is there before its objects, which a preview shows all the same', () => {
  expect(result('made')).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  const namespace = result('made').resources.find((resource) => resource.type === 'kubernetes:core/v1:Namespace');
  expect(namespace?.dependsOn).toContain('gcp:container/nodePool:NodePool production-cluster-nodes');
  expect(types('made')).toContain('kubernetes:apps/v1:StatefulSet');
  expect(inputs('made', 'gcp:gkebackup/backupPlan:BackupPlan')?.cluster).toBe('<unknown>');
});
