import { engineCode } from '../../reach/engine-io';
import { no, type ObservationKind, unclear, yes } from '../observation';
import type { Seen, View } from '../view';
import { said } from '../writer';
import { inside } from './kind';

type Proxied = Seen<'pod-proxy'>;

/** Statuses of the API server, and of what stands between it and a pod, where the pod itself answered nothing. */
const OF_PROXIES = [0, 500, 502, 503, 504];

/** Words of whoever asks in our name; an application that tells of its own trouble dials another port. */
const NOT_THE_POD =
  /error trying to reach service|error dialing backend|proxy error|while (dialing|proxying)|"kind": ?"Status"/i;

/** The API server could not reach the pod's address, and how that showed. */
function failure({ answer, request }: Proxied): 'refused' | 'timeout' | 'unreached' | undefined {
  const { status, said: words } = answer;
  if (!OF_PROXIES.includes(status)) return undefined;
  const dialled = new RegExp(`\\bdial tcp \\S*:${request.port}\\b`).test(words);
  if (status !== 0 && !dialled && !NOT_THE_POD.test(words)) return undefined;
  if (/connection refused/.test(words)) return 'refused';
  if (/timeout|deadline|no route|did not answer|no answer within/.test(words)) return 'timeout';
  return 'unreached';
}

/** What it means for people; a status would be the proxy's, and none of the pod's. */
function unreachedSaid(one: Proxied): string {
  const { pod, port } = one.request;
  return failure(one) === 'refused'
    ? `nothing listens at port ${port} of ${pod}`
    : `port ${port} of ${pod} cannot be reached through the API server`;
}

/** What the same port answers where the pod's address and every policy are passed by. */
function past(view: View, { request }: Proxied): 'answers' | 'nobody' | undefined {
  const hop = view.hops.find(
    (one) => one.startsWith(`${request.pod}:${request.port} `) || one === `${request.pod}:${request.port}`,
  );
  if (hop === undefined) return undefined;
  const asked = [
    ...view
      .at(hop)
      .of('session')
      .map(({ answer }) => answer.handshake),
    ...view
      .at(hop)
      .of('websocket')
      .map(({ answer }) => answer.handshake),
  ];
  if (asked.length === 0) return undefined;
  return asked.some(({ outcome }) => outcome === 'answer') ? 'answers' : 'nobody';
}

function byAddress(id: string, title: string, how: 'refused' | 'timeout'): ObservationKind {
  return inside(id, title, 'pod proxy', (_live, view) => {
    const all = view.inside('pod-proxy').filter(({ request }) => request.what === 'handshake');
    if (all.length === 0) return undefined;
    const bad = all.filter((one) => failure(one) === how);
    const [first] = bad;
    const silent = all.filter((one) => failure(one) === 'unreached');
    if (first === undefined && silent.length > 0) return unclear(unreachedSaid(silent[0] as Proxied), silent);
    if (first === undefined) return no(`${all.length} pods answer at their address`, all);
    const where = `${first.request.pod} port ${first.request.port}`;
    const words = how === 'refused' ? 'refuses at its address' : 'does not answer at its address';
    const other = past(view, first);
    if (other === 'answers') return yes(`${where} ${words}, and answers inside the pod (port-forward)`, bad);
    return how === 'refused'
      ? yes(`${where} ${words}: ${unreachedSaid(first)}`, bad)
      : unclear(`${where} ${words}, nor inside the pod`, bad);
  });
}

const DEPENDENCY = /database|postgres|mysql|mariadb|mongo|redis|kafka|rabbit|upstream|dependency|\bdb\b/i;

function health(view: View): readonly Proxied[] {
  return view.inside('pod-proxy').filter(({ request }) => request.what === 'health');
}

export const HOPS: readonly ObservationKind[] = [
  inside('health-path-answers-404', 'the path of the health check exists in the pod', 'pod health', (_live, view) => {
    const asked = health(view);
    const all = asked.filter((one) => failure(one) === undefined);
    const [unreached] = asked;
    if (unreached === undefined) return undefined;
    if (all.length === 0) return unclear(unreachedSaid(unreached), asked);
    const missing = all.filter(({ answer }) => answer.status === 404 || (answer.status >= 300 && answer.status < 400));
    const [first] = missing;
    return first === undefined
      ? no(`${all[0]?.request.path} answers ${[...new Set(all.map(({ answer }) => answer.status))].join(', ')}`, all)
      : yes(
          `${first.request.path} on ${first.request.pod} port ${first.request.port} answers ${first.answer.status}`,
          missing,
        );
  }),
  inside('health-names-dependency', 'the health check speaks of this process only', 'pod health', (_live, view) => {
    const all = health(view);
    if (all.length === 0) return undefined;
    const unreached = all.filter((one) => failure(one) !== undefined);
    if (unreached.length === all.length) return unclear(unreachedSaid(all[0] as Proxied), all);
    const failing = all.filter((one) => one.answer.status >= 500 && failure(one) === undefined);
    const naming = failing.filter(({ answer }) => DEPENDENCY.test(answer.said));
    const [first] = naming;
    if (first !== undefined)
      return yes(
        `${first.request.path} on ${first.request.pod} answers ${first.answer.status}: ${first.answer.said.slice(0, 100)}`,
        naming,
      );
    return failing.length > 0
      ? unclear(`${failing.length} of ${all.length} fail: ${failing[0]?.answer.said.slice(0, 100)}`, failing)
      : no(`${all.length - unreached.length} of ${all.length} pass`, all);
  }),
  byAddress('pod-address-times-out', 'the pod’s address lets the balancer in', 'timeout'),
  byAddress('pod-address-refuses', 'the server listens on the pod’s address', 'refused'),
  inside('drain-flag', 'no pod that stays is draining', 'pod proxy', (live, view) => {
    const asked = view.hops.filter((hop) => view.at(hop).of('invented').length > 0);
    if (asked.length === 0) return undefined;
    const draining = asked.filter((hop) => {
      const here = view.at(hop);
      const turned = here.firsts.length > 0 && here.firsts.every(({ answer }) => answer.status === 503);
      const passes = here.of('invented').some(({ answer }) => engineCode(answer.body) === 1);
      const leaving = live.pods.some(({ name, leaving: gone }) => hop.startsWith(`${name}:`) && gone);
      return turned && passes && !leaving;
    });
    const seen = draining.flatMap((hop) => view.at(hop).of('invented'));
    const [first] = draining;
    return first === undefined
      ? no(`${asked.length} hops take new clients, or turn everybody away alike`)
      : yes(`${first} turns new clients away (503) and lets sessions pass, although the pod stays`, seen);
  }),
  inside('pod-broken', 'every pod answers alike', 'pod proxy', (_live, view) => {
    const asked = view.hops.filter((hop) => view.at(hop).firsts.length > 0);
    const ports = new Set(asked.map(role));
    for (const port of ports) {
      const same = asked.filter((hop) => role(hop) === port);
      const bad = same.filter((hop) => !view.at(hop).firsts.some(({ good }) => good));
      if (same.length < 2 || bad.length === 0 || bad.length === same.length) continue;
      const [first] = bad;
      const here = view.at(first as string).firsts;
      return yes(`${bad.join(', ')} of ${same.length}: ${said(here[0]?.answer as never)}`, here);
    }
    return asked.length === 0 ? undefined : asked.length < 2 ? unclear('one pod') : no(`${asked.length} hops`);
  }),
  inside('nginx-reloaded', 'no proxy was reloaded', 'logs', (_live, view) => {
    const logs = view.inside('logs');
    if (logs.length === 0) return undefined;
    const found = logs.filter(({ answer }) => answer.found.some(({ what }) => what === 'reloaded'));
    const [first] = found;
    return first === undefined
      ? no(`${logs.length} logs`, logs)
      : yes(`${first.request.pod}: ${first.answer.found.find(({ what }) => what === 'reloaded')?.last}`, found);
  }),
  inside('proxy-full', 'the proxy has connections left', 'logs', (_live, view) => {
    const logs = view.inside('logs');
    if (logs.length === 0) return undefined;
    const found = logs.filter(({ answer }) => answer.found.some(({ what }) => what === 'full'));
    const [first] = found;
    return first === undefined
      ? no(`${logs.length} logs`, logs)
      : yes(`${first.request.pod}: ${first.answer.found.find(({ what }) => what === 'full')?.last}`, found);
  }),
];

/** What a hop is in its pod: its port and name. */
function role(hop: string): string {
  return hop.slice(hop.indexOf(':'));
}
