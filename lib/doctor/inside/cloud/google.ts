import { annotationOf } from '../../../manifest/annotation';
import { listOf, mappingOf, textOf, valueAt } from '../../../manifest/field';
import { jsonMapping } from '../../../system/backend-binding';
import type { Live } from '../../facts/live';
import { addressOf } from '../way';
import type { Asker } from './asker';
import { googleLines } from './balancer-log';

/** The most backend services that are looked at one by one: the canary beside the stable one. */
const MOST_SERVICES = 2;
const LOG_LINES = 300;

/**
 * Google's balancer: the backend service as it is, the health of each endpoint, the way from the forwarding rule to the certificate, and how requests ended by its log.
 */
export async function askGoogle(
  live: Live,
  context: string,
  { ask, skip }: Pick<Asker, 'ask' | 'skip'>,
): Promise<void> {
  const [, project] = /^gke_([^_]+)_/.exec(context) ?? [];
  const gcloud = (probe: string, args: readonly string[], kept?: (answer: unknown) => unknown) =>
    ask(probe, [...args, ...(project === undefined ? [] : [`--project=${project}`]), '--format=json', '--quiet'], kept);
  await Promise.all([behind(live, gcloud, skip), before(live, gcloud)]);
}

type Gcloud = Asker['ask'];

/** What stands behind the URL map: backend services, their endpoints, and the log of both. */
async function behind(live: Live, gcloud: Gcloud, skip: Asker['skip']): Promise<void> {
  const groups = groupsOf(live);
  if (groups.length === 0) {
    skip(
      'backend service',
      'the Service has no annotation cloud.google.com/neg-status: no network endpoint group yet, or instance groups',
    );
    return;
  }
  const filter = groups.map((name) => `backends.group~/${name}$`).join(' OR ');
  const found = await gcloud('backend service', ['compute', 'backend-services', 'list', `--filter=${filter}`]);
  const services = listOf(found).map(mappingOf).slice(0, MOST_SERVICES);
  const names = services.flatMap(({ name }) => textOf(name) ?? []);
  const health = services.map((service) =>
    gcloud('backend health', ['compute', 'backend-services', 'get-health', String(service.name), placeOf(service)]),
  );
  if (names.length === 0) return void (await Promise.all(health));
  const asked = [
    'resource.type="http_load_balancer"',
    `resource.labels.backend_service_name=(${names.map((name) => `"${name}"`).join(' OR ')})`,
    '(httpRequest.status=101 OR httpRequest.status>=400)',
  ].join(' AND ');
  const log = gcloud('balancer log', ['logging', 'read', asked, '--freshness=6h', `--limit=${LOG_LINES}`], googleLines);
  await Promise.all([...health, log]);
}

/** What stands before it: the forwarding rule at the address, its proxy, and what that names. */
async function before(live: Live, gcloud: Gcloud): Promise<void> {
  const address = addressOf(live);
  if (address === undefined) return;
  const rules = await gcloud('forwarding rules', [
    'compute',
    'forwarding-rules',
    'list',
    `--filter=IPAddress=${address}`,
  ]);
  const targets = listOf(rules).flatMap((rule) => textOf(mappingOf(rule).target) ?? []);
  const target = targets.find((one) => one.includes('/targetHttpsProxies/')) ?? targets[0];
  if (target === undefined) return;
  const kind = target.includes('/targetHttpsProxies/') ? 'target-https-proxies' : 'target-http-proxies';
  const proxy = mappingOf(await gcloud('target proxy', ['compute', kind, 'describe', ...namedBy(target)]));
  const map = textOf(proxy.urlMap);
  const certificates = listOf(proxy.sslCertificates).map((one) => String(one).split('/').at(-1));
  await Promise.all([
    map === undefined ? undefined : gcloud('url map', ['compute', 'url-maps', 'describe', ...namedBy(map)]),
    certificates.length === 0
      ? undefined
      : gcloud(
          'certificate',
          ['compute', 'ssl-certificates', 'list', `--filter=name=(${certificates.join(' ')})`],
          withoutKeys,
        ),
  ]);
}

/** Certificates without themselves. */
function withoutKeys(answer: unknown): unknown {
  return listOf(answer)
    .map(mappingOf)
    .map(({ certificate: _certificate, privateKey: _privateKey, selfManaged: _selfManaged, ...rest }) => rest);
}

/** Name and place of a resource, from its address. */
function namedBy(link: string): readonly string[] {
  const [, region] = /\/regions\/([^/]+)\//.exec(link) ?? [];
  return [link.split('/').at(-1) as string, placeOf({ region })];
}

function placeOf({ region }: { readonly region?: unknown }): string {
  const name = textOf(region)?.split('/').at(-1);
  return name === undefined ? '--global' : `--region=${name}`;
}

/** The network endpoint groups of the Service, as GKE's controller names them. */
export function groupsOf({ service }: Live): readonly string[] {
  const text = service === undefined ? undefined : annotationOf(service, 'cloud.google.com/neg-status');
  return Object.values(mappingOf(valueAt(jsonMapping(text ?? ''), ['network_endpoint_groups']))).map(String);
}
