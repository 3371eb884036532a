import { listOf, mappingOf, textOf } from '../../../manifest/field';
import type { Live } from '../../facts/live';
import { addressOf } from '../way';
import type { Asker } from './asker';
import { awsLines } from './balancer-log';

/** The most target groups that are looked at one by one. */
const MOST_GROUPS = 2;

/** The region in the name of a load balancer: `name-id.region.elb.amazonaws.com`, `name-id.elb.region.amazonaws.com`. */
export function awsRegion(live: Live): string | undefined {
  const [, application, network] =
    /\.(?:([\w-]+)\.elb|elb\.([\w-]+))\.amazonaws\.com(?:\.cn)?$/.exec(addressOf(live) ?? '') ?? [];
  return application ?? network;
}

/** A load balancer of AWS: its attributes and those of its target groups, health for each target, certificates, and its access log where one is kept. */
export async function askAws(live: Live, region: string, { ask, skip }: Pick<Asker, 'ask' | 'skip'>): Promise<void> {
  const aws = (probe: string, args: readonly string[], kept?: (answer: unknown) => unknown) =>
    ask(probe, [...args, `--region=${region}`, '--output=json'], kept);
  const elb = (probe: string, args: readonly string[]) => aws(probe, ['elbv2', ...args]);
  const address = addressOf(live);
  const all = listOf(mappingOf(await elb('load balancer', ['describe-load-balancers'])).LoadBalancers).map(mappingOf);
  const arn = textOf(all.find(({ DNSName }) => DNSName === address)?.LoadBalancerArn);
  if (arn === undefined) {
    if (all.length > 0) skip('backend service', `aws knows no load balancer ${address} in ${region} of this account`);
    return;
  }
  const [attributes, listeners, groups] = await Promise.all([
    elb('load balancer attributes', ['describe-load-balancer-attributes', `--load-balancer-arn=${arn}`]),
    elb('listeners', ['describe-listeners', `--load-balancer-arn=${arn}`]),
    elb('target groups', ['describe-target-groups', `--load-balancer-arn=${arn}`]),
  ]);
  const certificates = listOf(mappingOf(listeners).Listeners)
    .flatMap((one) => listOf(mappingOf(one).Certificates))
    .flatMap((one) => textOf(mappingOf(one).CertificateArn) ?? [])
    // Those of IAM have no state.
    .filter((one) => one.includes(':acm:'));
  await Promise.all([
    ...ofService(live, listOf(mappingOf(groups).TargetGroups).map(mappingOf)).flatMap((group) => [
      elb('backend health', ['describe-target-health', `--target-group-arn=${group}`]),
      elb('target group attributes', ['describe-target-group-attributes', `--target-group-arn=${group}`]),
    ]),
    ...[...new Set(certificates)]
      .slice(0, 1)
      .map((one) => aws('certificate', ['acm', 'describe-certificate', `--certificate-arn=${one}`], statusOnly)),
    accessLog(live, arn, attributes, aws, skip),
  ]);
}

/** The target groups of the Service: the controller names them `k8s-<namespace>-<service>-<hash>`, each cut at eight letters. */
function ofService({ service }: Live, groups: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const cut = (name: string | undefined) => (name ?? '').replace(/[^a-zA-Z0-9]/g, '').slice(0, 8);
  const prefix = `k8s-${cut(service?.metadata.namespace)}-${cut(service?.metadata.name)}-`;
  const named = groups.filter(({ TargetGroupName }) => String(TargetGroupName).startsWith(prefix));
  return (named.length > 0 ? named : groups)
    .flatMap(({ TargetGroupArn }) => textOf(TargetGroupArn) ?? [])
    .slice(0, MOST_GROUPS);
}

/** Attributes by their keys, from the list that AWS answers with. */
export function attributesOf(answer: unknown): Readonly<Record<string, string>> {
  const pairs = listOf(mappingOf(answer).Attributes).map(mappingOf);
  return Object.fromEntries(pairs.map(({ Key, Value }) => [String(Key), String(Value)]));
}

/** The newest piece of the access log of today, which the load balancer writes into S3 every five minutes. */
async function accessLog(
  live: Live,
  arn: string,
  answer: unknown,
  aws: Asker['ask'],
  skip: Asker['skip'],
): Promise<void> {
  const attributes = attributesOf(answer);
  const bucket = attributes['access_logs.s3.bucket'];
  if (answer === undefined) return;
  if (attributes['access_logs.s3.enabled'] !== 'true' || bucket === undefined || bucket === '') {
    skip('balancer log', 'the load balancer keeps no access log (access_logs.s3.enabled)');
    return;
  }
  const [, , , region, account, resource = ''] = arn.split(':');
  const day = new Date(live.at).toISOString().slice(0, 10).replaceAll('-', '/');
  const name = resource.replace(/^loadbalancer\//, '').replaceAll('/', '.');
  const folder = [attributes['access_logs.s3.prefix'], 'AWSLogs', account, 'elasticloadbalancing', region, day];
  const prefix = `${folder.filter(Boolean).join('/')}/${account}_elasticloadbalancing_${region}_${name}_`;
  const listed = await aws('balancer log files', [
    's3api',
    'list-objects-v2',
    `--bucket=${bucket}`,
    `--prefix=${prefix}`,
  ]);
  const newest = listOf(mappingOf(listed).Contents)
    .map(mappingOf)
    .sort((a, b) => (String(a.LastModified) < String(b.LastModified) ? -1 : 1))
    .at(-1);
  const key = textOf(newest?.Key);
  if (key === undefined) skip('balancer log', `there is no access log of today in s3://${bucket}/${prefix}`);
  else await aws('balancer log', ['s3', 'cp', `s3://${bucket}/${key}`, '-'], awsLines);
}

function statusOnly(answer: unknown): unknown {
  const { Status, DomainName, SubjectAlternativeNames, NotAfter, FailureReason, RenewalSummary } = mappingOf(
    mappingOf(answer).Certificate,
  );
  return { Status, DomainName, SubjectAlternativeNames, NotAfter, FailureReason, RenewalSummary };
}
