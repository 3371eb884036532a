import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { networkPoliciesOf, selected } from '../../system/disruption';
import { entrancesTo } from '../../system/entrances';
import { ENTRANCE_KINDS, isGoogle } from '../../system/platforms/all';
import { targetName, targetOf } from '../../system/target-port';
import type { Rule } from '../rule';

/** Where Google's health checks and front ends come from. @see https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
const RANGES = ['130.211.0.0/22', '35.191.0.0/16'];

export const ws319: Rule = {
  code: 'WS319',
  level: 'error',
  title: 'a network policy lets Google’s balancer and its health checks in',
  story: 'From one minute to the next every pod is unhealthy: 502 for everybody, while all probes are green.',
  why: `Requests and health checks come from ${RANGES.join(' and ')}; a policy that selects the pods refuses what it does not name.`,
  fix: 'Admit both ranges on the serving port.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
  kinds: [...ENTRANCE_KINDS, 'NetworkPolicy'],
  *check(bundle) {
    for (const policy of bundle.ofKind('NetworkPolicy')) {
      const behind = selected(bundle, policy, 'podSelector').find((workload) =>
        entrancesTo(bundle, workload).some(({ controller }) => isGoogle(controller)),
      );
      const types = listOf(valueAt(policy, ['spec', 'policyTypes']));
      if (behind === undefined || (types.length > 0 && !types.includes('Ingress'))) continue;
      // Policies add up: another one for the same pods may let the balancer in.
      const all = networkPoliciesOf(bundle, behind);
      const ports = servingPorts(bundle, behind);
      const missing = RANGES.filter((range) => !all.some((one) => admits(one, range, ports)));
      if (missing.length === 0) continue;
      yield {
        object: policy,
        path: ['spec', 'ingress'],
        actual: `does not admit ${missing.join(' and ')}${all.some((one) => missing.every((range) => admits(one, range, []))) ? ` on port ${ports.join(', ')}` : ''}`,
        expected: `ipBlock ${RANGES.join(' and ')} on the serving port`,
        fix: `add from: ${JSON.stringify(missing.map((cidr) => ({ ipBlock: { cidr } })))}`,
      };
    }
  },
};

/** The ports of the pods that routes of Google's balancers lead to, by number and by name. */
function servingPorts(bundle: Bundle, workload: Manifest): readonly (number | string)[] {
  const ways = entrancesTo(bundle, workload).filter(({ controller }) => isGoogle(controller));
  return [
    ...new Set(
      ways.flatMap((entrance) => {
        const number = targetOf(entrance);
        // A name that leads nowhere is for WS316.
        return number === undefined ? [] : [number, targetName(entrance) ?? []].flat();
      }),
    ),
  ];
}

/** Does a policy let a range in, on one of these ports? Without any, on whatever port. */
function admits(policy: Manifest, range: string, ports: readonly (number | string)[]): boolean {
  return listOf(valueAt(policy, ['spec', 'ingress'])).some((rule) => {
    const { from, ports: open } = mappingOf(rule);
    const shut =
      ports.length > 0 && listOf(open).length > 0 && !listOf(open).some((entry) => opens(mappingOf(entry), ports));
    if (shut) return false;
    if (from === undefined) return true;
    return listOf(from).some((peer) => {
      const cidr = textOf(valueAt(peer, ['ipBlock', 'cidr']));
      const without = listOf(valueAt(peer, ['ipBlock', 'except'])).map(wordsOf);
      return (
        cidr !== undefined &&
        contains(cidr, range) &&
        !without.some((one) => contains(one, range) || contains(range, one))
      );
    });
  });
}

/** Is one of these ports open by an entry of a policy: itself, within its range, or every one? */
function opens({ port, endPort }: Readonly<Record<string, unknown>>, ports: readonly (number | string)[]): boolean {
  if (port === undefined) return true;
  const [from, to] = [numberOf(port), numberOf(endPort)];
  return ports.some(
    (one) => one === port || (from !== undefined && typeof one === 'number' && one >= from && one <= (to ?? from)),
  );
}

/** Does an IPv4 range hold another one? */
function contains(outer: string, inner: string): boolean {
  const [a, bitsA] = parse(outer);
  const [b, bitsB] = parse(inner);
  return bitsA <= bitsB && Math.floor(a / 2 ** (32 - bitsA)) === Math.floor(b / 2 ** (32 - bitsA));
}

function parse(cidr: string): readonly [address: number, bits: number] {
  const [address = '', bits = '32'] = cidr.split('/');
  return [address.split('.').reduce((total, part) => total * 256 + Number(part), 0), Number(bits)];
}
