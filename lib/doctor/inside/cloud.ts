import { annotationOf } from '../../manifest/annotation';
import { listOf, mappingOf, textOf } from '../../manifest/field';
import { jsonMapping } from '../../system/backend-binding';
import type { Run } from '../ask/program';
import type { Json } from '../evidence';
import type { Live } from '../facts/live';
import type { Record } from './collect';
import { addressOf } from './way';

/** What is left out of what a cloud says of a backend service: keys of others. */
const NEVER = new Set(['iap', 'oauth2ClientSecret', 'oauth2ClientSecretSha256', 'signedUrlKeyNames', 'fingerprint']);

/**
 * Asks the cloud whose balancer stands in front: what it was really told, and whom it holds for healthy. Reads only, with the programs and logins that are there.
 *
 * @returns what could not be asked, and why
 */
export async function askCloud(
  live: Live,
  run: Run,
  record: Record,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly { readonly probe: string; readonly why: string }[]> {
  const skipped: { probe: string; why: string }[] = [];
  const ask = async (what: string, program: string, args: readonly string[]): Promise<unknown> => {
    const at = now();
    const { status, out, err, missing } = await run(program, args, signal);
    if (missing) skipped.push({ probe: what, why: `${program} is not installed here` });
    else if (status !== 0)
      skipped.push({ probe: what, why: `${program}: ${(err.trim().split('\n').at(-1) ?? '').slice(0, 200)}` });
    if (status !== 0) return undefined;
    const answer = without(JSON.parse(out === '' ? 'null' : out)) as Json;
    for (const one of what === 'backend service' ? listOf(answer) : [answer])
      record('cloud', { what, command: [program, ...args] }, one as Json, at, now() - at);
    return answer;
  };
  const negs = negsOf(live);
  if (negs.length > 0) {
    const filter = negs.map((name) => `backends.group~/${name}$`).join(' OR ');
    const services = await ask('backend service', 'gcloud', [
      'compute',
      'backend-services',
      'list',
      `--filter=${filter}`,
      '--format=json',
    ]);
    for (const service of listOf(services).map(mappingOf)) {
      const name = textOf(service.name);
      const region = textOf(service.region)?.split('/').at(-1);
      if (name === undefined) continue;
      await ask('health', 'gcloud', [
        'compute',
        'backend-services',
        'get-health',
        name,
        region === undefined ? '--global' : `--region=${region}`,
        '--format=json',
      ]);
    }
  }
  const address = addressOf(live) ?? '';
  if (/\.elb\.[\w-]+\.amazonaws\.com$/.test(address)) {
    const balancers = await ask('balancer', 'aws', ['elbv2', 'describe-load-balancers', '--output=json']);
    const found = listOf(mappingOf(balancers).LoadBalancers)
      .map(mappingOf)
      .find(({ DNSName }) => DNSName === address);
    const arn = textOf(found?.LoadBalancerArn);
    if (arn !== undefined) {
      const groups = await ask('target groups', 'aws', [
        'elbv2',
        'describe-target-groups',
        `--load-balancer-arn=${arn}`,
        '--output=json',
      ]);
      for (const group of listOf(mappingOf(groups).TargetGroups).map(mappingOf)) {
        const target = textOf(group.TargetGroupArn);
        if (target !== undefined)
          await ask('health', 'aws', [
            'elbv2',
            'describe-target-health',
            `--target-group-arn=${target}`,
            '--output=json',
          ]);
      }
    }
  }
  return skipped;
}

/** The network endpoint groups of the Service, as GKE's controller names them. */
function negsOf({ service }: Live): readonly string[] {
  const text = service === undefined ? undefined : annotationOf(service, 'cloud.google.com/neg-status');
  return Object.values(mappingOf(jsonMapping(text ?? '')?.network_endpoint_groups)).map(String);
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !NEVER.has(key))
      .map(([key, part]) => [key, without(part)]),
  );
}
