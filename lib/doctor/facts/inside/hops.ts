import { engineCode } from '../../reach/engine-io';
import { no, type ObservationKind, unclear, yes } from '../observation';
import type { Seen, View } from '../view';
import { said } from '../writer';
import { inside } from './kind';

type Proxied = Seen<'pod-proxy'>;

/** The API server could not reach the pod's address, and how that showed. */
function failure({ answer }: Proxied): 'refused' | 'timeout' | undefined {
  if (
    answer.status !== 0 &&
    answer.status !== 500 &&
    answer.status !== 502 &&
    answer.status !== 503 &&
    answer.status !== 504
  )
    return undefined;
  if (/connection refused/.test(answer.said)) return 'refused';
  return /timeout|deadline|no route|did not answer|no answer within/.test(answer.said) ? 'timeout' : undefined;
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
    if (first === undefined) return no(`${all.length} pods answer at their address`, all);
    const where = `${first.request.pod} port ${first.request.port}`;
    const words = how === 'refused' ? 'refuses at its address' : 'does not answer at its address';
    const other = past(view, first);
    if (other === 'answers') return yes(`${where} ${words}, and answers inside the pod (port-forward)`, bad);
    return how === 'refused'
      ? yes(`${where} ${words}; nobody listens there`, bad)
      : unclear(`${where} ${words}, nor inside the pod`, bad);
  });
}

const DEPENDENCY = /database|postgres|mysql|mariadb|mongo|redis|kafka|rabbit|upstream|dependency|\bdb\b/i;

function health(view: View): readonly Proxied[] {
  return view.inside('pod-proxy').filter(({ request }) => request.what === 'health');
}

export const HOPS: readonly ObservationKind[] = [
  inside('health-path-answers-404', 'the path of the health check exists in the pod', 'pod health', (_live, view) => {
    const all = health(view);
    if (all.length === 0) return undefined;
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
    const failing = all.filter(({ answer }) => answer.status >= 500 && failure({ answer } as Proxied) === undefined);
    const naming = failing.filter(({ answer }) => DEPENDENCY.test(answer.said));
    const [first] = naming;
    if (first !== undefined)
      return yes(
        `${first.request.path} on ${first.request.pod} answers ${first.answer.status}: ${first.answer.said.slice(0, 100)}`,
        naming,
      );
    return failing.length > 0
      ? unclear(`${failing.length} of ${all.length} fail: ${failing[0]?.answer.said.slice(0, 100)}`, failing)
      : no(`${all.length} of ${all.length} pass`, all);
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
