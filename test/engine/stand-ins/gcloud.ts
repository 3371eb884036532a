import { World } from './world';

/** The part of gcloud that docs/deploy.md and the outputs of a stack use. */
const [first, second, third, name] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const command = [first, second, third].join(' ');
const google = new World('google');

if (command.startsWith('services enable')) console.log('Operation finished successfully.');
else if (command === 'compute addresses describe') {
  const found = Object.entries(google.all()).find(([id]) => id.endsWith(`/global/addresses/${name}`));
  if (found === undefined) {
    console.error(`ERROR: (gcloud.compute.addresses.describe) Could not fetch resource: ${name}`);
    process.exitCode = 1;
  } else console.log(`${String(found[1].address)}\tIN_USE`);
} else if (command === 'compute addresses create') {
  const project = /--project=(\S+)/.exec(process.argv.join(' '))?.[1];
  google.put(`projects/${project}/global/addresses/${name}`, {
    type: 'gcp:compute/globalAddress:GlobalAddress',
    name,
    addressType: 'EXTERNAL',
    ipVersion: 'IPV4',
    address: '203.0.113.10',
  });
} else {
  console.error(`gcloud ${command} is not a part of this stand-in`);
  process.exitCode = 2;
}
