import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { WebSocketChart } from '../../lib/environments';
import { Problems } from '../../lib/input';
import { checkAgainstLast, type LastDeployment } from '../../lib/pulumi';
import { HoldfastApp } from '../../lib/synth';
import { dev } from '../../stacks/dev';
import { production } from '../../stacks/production';
import { readStackConfig } from '../../stacks/pulumi-config';
import { deployStack } from '../../stacks/pulumi-stack';
import { type Result, ROOT, runProgram } from './run-program';

const { KUBECONFIG } = process.env;
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-kubeconfig-'));
beforeAll(() => {
  process.env.KUBECONFIG = path.join(home, 'config');
  fs.writeFileSync(
    process.env.KUBECONFIG,
    'contexts: [{ name: c, context: { cluster: c } }, { name: nowhere, context: { cluster: gone } }]\n' +
      'clusters: [{ name: c, cluster: { server: "https://c.invalid" } }]\n',
  );
});
afterAll(() => {
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
  fs.rmSync(home, { recursive: true });
});

const storage = { per: 'pod', mountPath: '/home/theia', size: '20Gi', storageClass: 'standard-rwo' } as const;

/** What the runner answers when a program ends with a message for a person: nothing more is said. */
const MESSAGE_LOGGED = 32;

const runs = {
  configuration: () =>
    runProgram({
      stack: 'production',
      preview: true,
      env: { KUBECONFIG: '' },
      config: {
        'gcp:project': undefined,
        'kubernetes:context': undefined,
        'holdfast:clusterId': undefined,
        'holdfast:googleClod': 'true',
        'holdfast:gkeObjects': 'maybe',
        'holdfast:dns': { zone: 'coditect-ai', ttlSeconds: 'long', ttl: 1 },
        'holdfast:existing': { addresses: 'coditect-production-address' },
        'holdfast:notifications': 'oncall@coditect.ai',
        'holdfast:cluster': { name: 'coditect' },
        'holdfast:webhook': 'https://alerts.example.com/?auth_token=t0ken',
      },
    }),
  mistakes: () => runProgram({ program: 'test/pulumi/programs/mistakes.ts', stack: 'mistakes', preview: true }),
};

const results = new Map<string, Result>();

beforeAll(async () => {
  await Promise.all(Object.entries(runs).map(async ([name, run]) => results.set(name, await run())));
}, 300_000);

const messageOf = (name: keyof typeof runs) => (results.get(name) as Result).log.join('\n');

test.each(Object.keys(runs))(
  'Fails with one message and without a stack trace, and registers nothing of its own: %s',
  (name) => {
    const result = results.get(name) as Result;
    expect(result.exitCode).toBe(MESSAGE_LOGGED);
    expect(result.log).toHaveLength(1);
    expect(result.log[0]).not.toMatch(/\n\s+at /);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.resources.filter((resource) => resource.name !== 'redis')).toEqual([]);
  },
);

test('Fails with everything that is wrong with a configuration at once', () => {
  expect(messageOf('configuration')).toBe(
    [
      '11 problems:',
      '  - gcp:project: is not set; run: pulumi config set gcp:project <project id>',
      '  - holdfast:clusterId: is not set; run: pulumi config set holdfast:clusterId <a name of the cluster that stays when its address or its context change>',
      '  - holdfast:cluster.location: is not set; run: pulumi config set --path holdfast:cluster.location <region>',
      '  - kubernetes:context: is not set, so that the cluster would be whichever one kubectl uses today; run: pulumi config set kubernetes:context <context> (kubectl config get-contexts lists them)',
      '  - holdfast:notifications: "oncall@coditect.ai" is not an object with emails, channels; ' +
        "run: pulumi config rm holdfast:notifications, and: pulumi config set --path 'holdfast:notifications.emails[0]' <value>",
      '  - holdfast:webhook: is stored in plain text, where everybody can read it; run: pulumi config set --secret holdfast:webhook',
      '  - holdfast:dns.ttl: is unknown; the fields are zone, ttlSeconds, onlyGoogleIssues',
      '  - holdfast:dns.ttlSeconds: "long" is not a number; run: pulumi config set --path holdfast:dns.ttlSeconds <number>',
      '  - holdfast:gkeObjects: "maybe" is neither true nor false; run: pulumi config set holdfast:gkeObjects <true or false>',
      '  - holdfast:existing.addresses: "coditect-production-address" is not a list; ' +
        "run: pulumi config rm --path holdfast:existing.addresses, and: pulumi config set --path 'holdfast:existing.addresses[0]' <value>",
      '  - holdfast:googleClod: is unknown; the keys are holdfast:adoptExisting, holdfast:backupLocation, holdfast:cluster, holdfast:clusterId, holdfast:dns, ' +
        'holdfast:environment, holdfast:existing, holdfast:gkeObjects, holdfast:googleCloud, holdfast:notifications, holdfast:previousManifests, ' +
        "holdfast:protectData, holdfast:replacing, holdfast:webhook; to take it out, run: pulumi config rm 'holdfast:googleClod'",
    ].join('\n'),
  );
});

/** What every stack must say. */
const DECIDED = {
  'gcp:project': 'p',
  'kubernetes:context': 'c',
  'holdfast:clusterId': 'cluster',
  'holdfast:notifications': '{}',
};

/** Everything that is wrong with a stack, found without Pulumi's runner: nothing is registered before it is found. */
function problemsOf(
  stack: string,
  values: Readonly<Record<string, string>>,
  environments = [dev, production],
  last: LastDeployment = undefined,
) {
  const problems = new Problems();
  const source = { values: { ...DECIDED, ...values }, secretKeys: [] };
  const config = readStackConfig(problems, source, { project: 'holdfast', name: stack }, environments);
  if (config !== undefined) problems.gather(() => deployStack(problems, config, ROOT, last));
  return problems.found;
}

test('Fails with what Google Cloud would refuse', () => {
  expect(
    problemsOf('production', {
      'holdfast:dns': '{"zone":"Coditect","ttlSeconds":0}',
      'holdfast:notifications': '{"emails":["nobody"]}',
      'holdfast:cluster': '{"name":"coditect","location":"europe-west1"}',
    }),
  ).toEqual([
    'production.edge.dns.zone: "Coditect" is not a name for a Google Cloud resource; use at most 63 lower-case letters, digits and "-", starting with a letter and not ending with "-"',
    'production.edge.dns.ttlSeconds: 0 is out of range; give a whole number from 1 to 86400',
    'production.monitoring.notifications.emails[0]: "nobody" is not an e-mail address',
  ]);
});

test('Fails for copies of the volumes of a cluster that nobody named', () => {
  expect(problemsOf('production', {})).toContain(
    'holdfast:cluster: is not set, but the environment "production" wants copies of its volumes; run: pulumi config set --path holdfast:cluster.name <name>, and: pulumi config set --path holdfast:cluster.location <region>',
  );
});

test('Fails for an internal Ingress, which has nothing on the global edge', () => {
  const internal = { ...dev, edge: { ...dev.edge, ingressClass: 'gce-internal' as const } };
  expect(problemsOf('dev', {}, [internal])).toContain(
    'dev.edge.ingressClass: "gce-internal" has nothing on the global edge; set googleCloud to false',
  );
});

test('Fails for half of a cluster and of a zone, with the command for the other half', () => {
  const found = problemsOf('production', { 'holdfast:cluster': '{"location":"europe-west1"}', 'holdfast:dns': '{}' });
  expect(found).toEqual([
    'holdfast:cluster.name: is not set; run: pulumi config set --path holdfast:cluster.name <name>',
    'holdfast:dns.zone: is not set; run: pulumi config set --path holdfast:dns.zone <managed zone of Cloud DNS>',
  ]);
});

test('Fails for a cluster that is to be made while nothing is made on Google Cloud', () => {
  const values = {
    'holdfast:googleCloud': 'false',
    'holdfast:cluster': '{"name":"chat","location":"europe-west1","make":true}',
  };
  expect(problemsOf('dev', values)).toEqual([
    'holdfast:cluster.make: is on while holdfast:googleCloud is off, so that nothing is made on Google Cloud; ' +
      'run: pulumi config set --path holdfast:cluster.make false, or: pulumi config rm holdfast:googleCloud',
  ]);
});

test('Fails for a cluster of one zone, before anything is made', () => {
  const cluster = '{"name":"coditect","location":"europe-west1-b","make":true}';
  expect(problemsOf('production', { 'holdfast:cluster': cluster })).toEqual([
    'production.cluster.region: "europe-west1-b" is not a region; give one such as "europe-west1", without a zone',
  ]);
});

test('Fails for another project than the last deployment was in, and only warns where the data may go', () => {
  const last = { clusterId: 'cluster', project: 'before', fixed: {} };
  expect(problemsOf('dev', {}, [dev], last)).toEqual([
    'gcp:project: changes from "before" to "p": everything on Google Cloud would be made there and deleted here, the address and the copies of volumes included; ' +
      'run: pulumi config set gcp:project before, or make a stack of its own for the other project: pulumi stack init <stack>',
  ]);
  const problems = new Problems();
  const next = { ...last, project: 'p' };
  const intentions = { adoptExisting: false, protect: false, replacing: [], key: (name: string) => name };
  expect(checkAgainstLast(problems, last, next, [], intentions)).toEqual([
    expect.stringMatching(/^gcp:project changes from "before" to "p"/),
  ]);
  // As versions recorded it that knew no project.
  expect(checkAgainstLast(problems, { clusterId: 'cluster', fixed: {} }, next, [], intentions)).toEqual([]);
  expect(problems.found).toEqual([]);
});

describe('With a kubeconfig', () => {
  test('fails for a context that it does not have, with the commands that choose or write one', () => {
    expect(problemsOf('dev', { 'kubernetes:context': 'typo' })).toEqual([
      'kubernetes:context: "typo" is not in the kubeconfig; run: pulumi config set kubernetes:context <context> (there are c, nowhere), ' +
        'or let gcloud write it: gcloud container clusters get-credentials <cluster> --region=<region> --project=p',
    ]);
  });

  test('fails for a context whose cluster it does not have', () => {
    expect(problemsOf('dev', { 'kubernetes:context': 'nowhere' })).toEqual([
      'kubernetes:context: "nowhere" is in the kubeconfig, and the cluster that it names has no server there; run: kubectl config set-cluster <cluster> --server=https://<address>',
    ]);
  });
});

test('Fails for a stack that is no environment', () => {
  expect(problemsOf('prod', {})).toEqual([
    'holdfast:environment: "prod" is no environment; the stack is called after one of dev, production, or names one: pulumi config set holdfast:environment <environment>',
  ]);
});

test('Fails for an environment without a host', () => {
  const hostless = { ...dev, edge: { ...dev.edge, host: '' } };
  expect(problemsOf('dev', {}, [hostless])).toContain(
    'dev.edge.host: "" is not a host; give a full DNS name without scheme, port or path, such as "app.example.com"',
  );
});

test.each([
  [
    'a claim template differs',
    { storage: { ...storage, size: '10Gi' } },
    'coditect-combined: spec.volumeClaimTemplates cannot be changed in place',
  ],
  ['a StatefulSet is gone', { name: 'other' }, 'other: is gone, or has another name'],
])('Fails before anything is registered when %s from what was deployed last', (_what, change, sentence) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-previous-'));
  try {
    const app = new HoldfastApp({ outdir: folder });
    new WebSocketChart(app, { ...production, server: { ...production.server, ...change } });
    app.synth();
    const values = {
      'holdfast:previousManifests': path.join(folder, 'production'),
      'holdfast:cluster': '{"name":"coditect","location":"europe-west1"}',
    };
    expect(problemsOf('production', values)).toEqual([
      expect.stringContaining(`apps/StatefulSet coditect-app/${sentence}`),
    ]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test('Fails with an Output that became text, an Output in a name, an address that nobody makes, and a missing host', () => {
  expect(messageOf('mistakes')).toBe(
    [
      '7 problems:',
      '  - edge.host: "" is not a host; give a full DNS name without scheme, port or path, such as "app.example.com"',
      '  - networking.k8s.io/Ingress chat/chat: kubernetes.io/ingress.global-static-ip-name: names the address "chat-addres", which nothing in this stack makes; ' +
        'make it, or say that it exists (existing.addresses)',
      '  - ConfigMap chat/text.data.json: holds an Output that was turned into text; in a template string write outputs.text(value) of an OutputResolver, or pulumi.interpolate where the whole value is one',
      '  - ConfigMap chat/text.data.url: holds an Output that was turned into text; in a template string write outputs.text(value) of an OutputResolver, or pulumi.interpolate where the whole value is one',
      '  - ConfigMap chat/holdfast-output-1-x.metadata.name: is an Output, but says which object this is, which must be known before anything is deployed; give a fixed name',
      '  - ConfigMap chat/holdfast-output-1-x.data: has an Output as the name of a field; only values can be Outputs',
      '  - namespace "chat": nothing in the chart makes it, so the cluster would refuse every object in it after a preview that is green; ' +
        "add new RestrictedNamespace(chart, 'Namespace', { name: 'chat' }), or say that it exists: existingNamespaces: ['chat']",
    ].join('\n'),
  );
});
