import { listOf, mappingOf, textOf, valueAt } from '../../../manifest/field';
import { hostOf } from '../../inside/way';
import { no, type Reading, unclear, yes } from '../observation';
import type { View } from '../view';
import { backendServices, cloud, endpointsOf, targetGroups } from './told';

const last = (link: unknown): string =>
  String(link ?? '')
    .split('/')
    .at(-1) ?? '';
const texts = (value: unknown): readonly string[] => listOf(value).map(String);

/** No balancer carries a WebSocket over HTTP/2 to a pod. @see https://docs.cloud.google.com/load-balancing/docs/https#websocket_support */
export function spokenToPods(view: View): Reading | undefined {
  const google = backendServices(view).map(({ name, protocol }) => [`backend service ${String(name)}`, protocol]);
  const aws = targetGroups(view).map((one) => [`target group ${String(one.TargetGroupName)}`, one.ProtocolVersion]);
  const all = [...google, ...aws].filter(([, protocol]) => protocol !== undefined);
  const bad = all.filter(([, protocol]) => /^(HTTP2|H2C|GRPC)$/.test(String(protocol)));
  const seen = [...cloud(view, 'backend service'), ...cloud(view, 'target groups')];
  const words = ([name, protocol]: readonly unknown[]) => `${name} speaks ${protocol} to the pods`;
  if (all.length === 0) return undefined;
  return bad.length > 0
    ? yes(`${bad.map(words).join('; ')}, and a WebSocket needs HTTP/1.1 there`, seen)
    : no(all.map(words).join('; '), seen);
}

/** One certificate, as a cloud tells of it. */
interface Certificate {
  readonly name: string;
  readonly names: readonly string[];
  /** Why it does not serve; empty where it does. */
  readonly wrong: string;
}

function certificatesOf(view: View): readonly Certificate[] {
  const at = view.live?.at ?? 0;
  return cloud(view, 'certificate').flatMap(({ answer }) => {
    if (!Array.isArray(answer)) {
      const { DomainName, SubjectAlternativeNames, Status, NotAfter, FailureReason } = mappingOf(answer);
      const wrong =
        Status === 'ISSUED'
          ? past(NotAfter, at)
          : `${String(Status)}${FailureReason === undefined ? '' : ` (${String(FailureReason)})`}`;
      return [{ name: String(DomainName), names: texts(SubjectAlternativeNames), wrong }];
    }
    return answer.map(mappingOf).map((one) => {
      const managed = mappingOf(one.managed);
      const states = Object.entries(mappingOf(managed.domainStatus)).filter(([, state]) => state !== 'ACTIVE');
      const status = textOf(managed.status) ?? 'ACTIVE';
      const domains = states.map(([domain, state]) => `${domain}: ${String(state)}`).join(', ');
      return {
        name: String(one.name),
        names: [...texts(one.subjectAlternativeNames), ...texts(managed.domains)],
        wrong: status === 'ACTIVE' ? past(one.expireTime, at) : `${status}${domains === '' ? '' : ` (${domains})`}`,
      };
    });
  });
}

function past(end: unknown, at: number): string {
  const time = Date.parse(String(end));
  return time < at ? `expired on ${new Date(time).toISOString().slice(0, 10)}` : '';
}

function covers({ names }: Certificate, host: string): boolean {
  return names.some((name) => name === host || (name.startsWith('*.') && host.replace(/^[^.]+/, '*') === name));
}

/** Whether a certificate of the balancer is in force for the host. */
export function certificateInForce(view: View): Reading | undefined {
  const { live } = view;
  const all = certificatesOf(view);
  const host = live === undefined ? undefined : hostOf(live);
  if (all.length === 0 || host === undefined) return undefined;
  const seen = cloud(view, 'certificate');
  const good = all.find((one) => one.wrong === '' && covers(one, host));
  if (good !== undefined) return no(`certificate ${good.name} of the balancer is in force`, seen);
  const own = all.find((one) => covers(one, host));
  return own === undefined
    ? yes(
        `no certificate of the balancer names ${host}: ${all.map(({ name, names }) => `${name} is for ${names.join(', ') || 'nobody'}`).join('; ')}`,
        seen,
      )
    : yes(`certificate ${own.name} of the balancer for ${host} is not in force: ${own.wrong}`, seen);
}

/** The backend service to which a URL map sends a host and a path, by Google's order: the most specific path wins. */
function sentTo(map: Readonly<Record<string, unknown>>, host: string, path: string): string {
  const rules = listOf(map.hostRules).map(mappingOf);
  const matching = (exact: boolean) =>
    rules.find(({ hosts }) =>
      texts(hosts).some((one) =>
        exact ? one === host : one === '*' || (one.startsWith('*.') && host.endsWith(one.slice(1))),
      ),
    );
  const rule = matching(true) ?? matching(false);
  const matcher = listOf(map.pathMatchers)
    .map(mappingOf)
    .find(({ name }) => name === rule?.pathMatcher);
  if (matcher === undefined) return last(map.defaultService);
  const written = [
    ...listOf(matcher.pathRules).flatMap((one) =>
      texts(mappingOf(one).paths).map((to) => ({ to, service: mappingOf(one).service })),
    ),
    ...listOf(matcher.routeRules).flatMap((one) =>
      listOf(mappingOf(one).matchRules).map((match) => ({
        to: textOf(mappingOf(match).fullPathMatch) ?? `${textOf(mappingOf(match).prefixMatch) ?? '/'}*`,
        service:
          mappingOf(one).service ?? valueAt(one, ['routeAction', 'weightedBackendServices', 0, 'backendService']),
      })),
    ),
  ];
  const taken = written
    .filter(({ to }) => (to.endsWith('*') ? `${path}/`.startsWith(to.slice(0, -1)) : to === path))
    .sort((a, b) => b.to.length - a.to.length)[0];
  return last(taken?.service ?? matcher.defaultService);
}

/** Whether the URL map leads the host and the path to the backend service of the Service. */
export function routeTaken(view: View): Reading | undefined {
  const { live, asked } = view;
  const [seen] = cloud(view, 'url map');
  const own = backendServices(view).map(({ name }) => String(name));
  const host = live === undefined ? undefined : hostOf(live);
  if (seen === undefined || own.length === 0 || host === undefined) return undefined;
  const path = new URL(asked.url).pathname;
  const map = mappingOf(seen.answer);
  const to = sentTo(map, host, path);
  const words = `URL map ${String(map.name)} leads ${host}${path} to ${to || 'nobody'}`;
  return own.includes(to) ? no(words, [seen]) : yes(`${words}, and not to ${own.join(' or ')}`, [seen]);
}

/** Every endpoint is unhealthy for the balancer, while the pods answer what it asks when they are asked at the same address. */
export function checkKeptOut(view: View): Reading | undefined {
  const all = endpointsOf(view);
  const inside = view.inside('pod-proxy').filter(({ request }) => request.what === 'health');
  if (all.length === 0 || inside.length === 0) return undefined;
  const seen = [...all, ...inside];
  const healthy = all.filter(({ state }) => /^healthy$/i.test(state)).length;
  if (healthy > 0) return no(`${healthy} of ${all.length} endpoints are healthy for the balancer`, seen);
  const good = inside.filter(({ answer }) => answer.status === 200);
  const [first] = good;
  const words = `all ${all.length} endpoints are ${all[0]?.state}`;
  if (all.some(({ state }) => /^(initial|draining)$/i.test(state))) return unclear(`${words}; that passes`, seen);
  return first === undefined || good.length < inside.length
    ? no(`${words}, and ${good.length} of ${inside.length} pods answer 200 inside the cluster either`, seen)
    : yes(
        `${words} for the balancer, and ${first.request.path} on port ${first.request.port} answers 200 inside the cluster`,
        seen,
      );
}

/** The way through Google, name by name: `34.1.2.3:443-443 → proxy → URL map → backend service`. */
export function waySaid(view: View): string | undefined {
  const rules = cloud(view, 'forwarding rules').flatMap(({ answer }) => listOf(answer).map(mappingOf));
  const [proxy] = cloud(view, 'target proxy').map(({ answer }) => mappingOf(answer));
  const rule = rules.find(({ target }) => last(target) === proxy?.name);
  if (rule === undefined || proxy === undefined) return undefined;
  const endpoints = endpointsOf(view);
  const healthy = endpoints.filter(({ state }) => state === 'HEALTHY').length;
  const parts = [
    `${String(rule.IPAddress)}:${String(rule.portRange)} ${String(rule.name)}`,
    String(proxy.name),
    last(proxy.urlMap),
    ...backendServices(view).map(({ name, loadBalancingScheme }) => `${String(name)} (${String(loadBalancingScheme)})`),
    ...(endpoints.length === 0 ? [] : [`${healthy} of ${endpoints.length} endpoints healthy`]),
  ];
  return parts.join(' → ');
}
