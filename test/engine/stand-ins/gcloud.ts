import * as fs from 'node:fs';
import { dump, load } from 'js-yaml';
import { kubeconfigFile } from './cluster';
import { World } from './world';

/** The part of gcloud that docs/deploy.md and the outputs of a stack use. */
const given = process.argv.slice(2);
const [first, second, third, name] = given.filter((argument) => !argument.startsWith('-'));
const command = [first, second, third].join(' ');
const option = (wanted: string) => given.find((argument) => argument.startsWith(`--${wanted}=`))?.split(/=(.*)/)[1];
const google = new World('google');

function fail(message: string, code = 1): void {
  console.error(message);
  process.exitCode = code;
}

/** Adds a context for a cluster that is there, called as gcloud calls it, and makes it the current one. */
function getCredentials(): void {
  const context = `gke_${option('project')}_${option('region')}_${name}`;
  const cluster = google.get(`projects/${option('project')}/locations/${option('region')}/clusters/${name}`);
  if (cluster === undefined) {
    fail(`ERROR: (gcloud.container.clusters.get-credentials) ResponseError: code=404, message=Not found: ${name}`);
    return;
  }
  const file = kubeconfigFile();
  const before = fs.existsSync(file) ? (load(fs.readFileSync(file, 'utf8')) as Record<string, object[]>) : {};
  const added = {
    contexts: { name: context, context: { cluster: context, user: context } },
    clusters: { name: context, cluster: { server: `https://${String(cluster.endpoint)}` } },
    users: { name: context, user: { exec: { command: 'gke-gcloud-auth-plugin' } } },
  };
  const merged = Object.entries(added).map(([list, entry]) => [
    list,
    [...(before[list] ?? []).filter((other) => (other as typeof entry).name !== context), entry],
  ]);
  fs.writeFileSync(
    file,
    dump({ apiVersion: 'v1', kind: 'Config', ...Object.fromEntries(merged), 'current-context': context }),
  );
  console.log(`kubeconfig entry generated for ${name}.`);
}

if (command.startsWith('services enable')) console.log('Operation finished successfully.');
else if (command === 'container clusters get-credentials') getCredentials();
else if (command === 'compute addresses describe') {
  const found = Object.entries(google.all()).find(([id]) => id.endsWith(`/global/addresses/${name}`));
  if (found === undefined) fail(`ERROR: (gcloud.compute.addresses.describe) Could not fetch resource: ${name}`);
  else console.log(`${String(found[1].address)}\tIN_USE`);
} else if (command === 'compute addresses create') {
  google.put(`projects/${option('project')}/global/addresses/${name}`, {
    type: 'gcp:compute/globalAddress:GlobalAddress',
    name,
    addressType: 'EXTERNAL',
    ipVersion: 'IPV4',
    address: '203.0.113.10',
  });
} else fail(`gcloud ${command} is not a part of this stand-in`, 2);
