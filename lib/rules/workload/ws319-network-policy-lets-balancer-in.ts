import { listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { networkPoliciesOf, selected } from '../../system/disruption';
import type { Controller, Entrance } from '../../system/entrance';
import { entrancesTo } from '../../system/entrances';
import { ENTRANCE_KINDS, isGoogle, platformOf } from '../../system/platforms/all';
import { podSpecOf } from '../../system/pod';
import { targetName, targetOf } from '../../system/target-port';
import type { Observation, Rule } from '../rule';

/** Where Google's health checks and front ends come from. @see https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
const RANGES = ['130.211.0.0/22', '35.191.0.0/16'];

/** Policies of other kinds, which may let in what these do not: Cilium adds its own up with them, and those of an administrator come before. */
const OTHERS = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'AdminNetworkPolicy', 'ClusterNetworkPolicy'];

export const ws319: Rule = {
  code: 'WS319',
  level: 'error',
  title: 'a network policy lets the balancer and its health checks in',
  story: 'From one minute to the next every pod is unhealthy: 502 for everybody, while all probes are green.',
  why: `A policy that selects the pods refuses what it does not name. Google’s requests and health checks come from ${RANGES.join(' and ')}; those of the other clouds come from the subnets of the balancer, or from nodes. No selector of pods or namespaces means such an address.`,
  fix: 'Admit the addresses of the balancer on the serving port.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
  kinds: [...ENTRANCE_KINDS, 'NetworkPolicy', ...OTHERS],
  *check(bundle) {
    if (bundle.ofKind(...OTHERS).length > 0) return;
    for (const policy of bundle.ofKind('NetworkPolicy')) {
      const types = listOf(valueAt(policy, ['spec', 'policyTypes']));
      if (types.length > 0 && !types.includes('Ingress')) continue;
      // Whoever has the network of the node has no policy of pods.
      const pods = selected(bundle, policy, 'podSelector').filter((one) => podSpecOf(one).hostNetwork !== true);
      const shut = first(pods, (workload) =>
        first(KINDS, (kind) => {
          const ways = entrancesTo(bundle, workload).filter(({ controller }) => kind.sends(controller));
          // Policies add up: another one for the same pods may let the balancer in.
          return ways.length === 0 ? undefined : kind.refused(networkPoliciesOf(bundle, workload), portsOf(ways));
        }),
      );
      if (shut !== undefined) yield { object: policy, path: ['spec', 'ingress'], ...shut };
    }
  },
};

function first<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Ports = readonly (number | string)[];

/** Balancers by what is known of where their requests come from. */
interface Kind {
  readonly sends: (controller: Controller) => boolean;
  /** What to say where all policies of the pods together refuse them on these ports. */
  readonly refused: (policies: readonly Manifest[], ports: Ports) => Omit<Observation, 'object' | 'path'> | undefined;
}

const KINDS: readonly Kind[] = [
  {
    sends: isGoogle,
    refused: (all, ports) => {
      const missing = RANGES.filter((range) => !all.some((one) => admits(one, range, ports)));
      return missing.length === 0
        ? undefined
        : {
            actual: `does not admit ${missing.join(' and ')}${all.some((one) => missing.every((range) => admits(one, range, []))) ? on(ports) : ''}`,
            expected: `ipBlock ${RANGES.join(' and ')} on the serving port`,
            fix: `add from: ${JSON.stringify(missing.map((cidr) => ({ ipBlock: { cidr } })))}`,
          };
    },
  },
  {
    // Which addresses it has stands nowhere in the manifests; that it is no pod is known. https://github.com/kubernetes/kubernetes/issues/122151
    sends: (controller) => !isGoogle(controller) && (platformOf(controller)?.cloud ?? 'none') !== 'none',
    refused: (all, ports) => {
      const peers = all.flatMap((one) => peersOf(one, ports));
      return peers.some((peer) => peer === 'anybody' || valueAt(peer, ['ipBlock']) !== undefined)
        ? undefined
        : {
            actual: `admits ${peers.length === 0 ? 'nobody' : 'pods only'}${on(ports)}`,
            expected: 'an ipBlock that holds the subnets of the balancer, or of the nodes where these are its targets',
            because:
              'The balancer is no pod, so no selector of pods or namespaces means it: every target is unhealthy, and everybody gets 504, while all probes are green.',
            fix: 'add from: [{"ipBlock":{"cidr":"<subnet of the balancer>"}}] with this port',
          };
    },
  },
  {
    sends: () => true,
    refused: (all, ports) =>
      all.some((one) => peersOf(one, ports).length > 0)
        ? undefined
        : {
            actual: `admits nobody${on(ports)}`,
            expected: 'the pods of the controller that sends requests there',
            because: 'The proxy opens no connection to the pods: everybody gets 504, while all probes are green.',
            fix: 'admit the namespace of the controller on this port',
          },
  },
];

function on(ports: Ports): string {
  return ports.length === 0 ? '' : ` on port ${ports.join(', ')}`;
}

/** The ports of the pods that some ways lead to, by number and by name. */
function portsOf(ways: readonly Entrance[]): Ports {
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

/** Whom a policy lets in on one of these ports; without any, on whatever port. */
function peersOf(policy: Manifest, ports: Ports): readonly unknown[] {
  return listOf(valueAt(policy, ['spec', 'ingress'])).flatMap((rule) => {
    const { from, ports: open } = mappingOf(rule);
    const shut =
      ports.length > 0 && listOf(open).length > 0 && !listOf(open).some((entry) => opens(mappingOf(entry), ports));
    if (shut) return [];
    // Empty or missing, it is everybody.
    return listOf(from).length === 0 ? ['anybody'] : listOf(from);
  });
}

/** Does a policy let a range in, on one of these ports? */
function admits(policy: Manifest, range: string, ports: Ports): boolean {
  return peersOf(policy, ports).some((peer) => {
    if (peer === 'anybody') return true;
    const cidr = textOf(valueAt(peer, ['ipBlock', 'cidr']));
    const without = listOf(valueAt(peer, ['ipBlock', 'except'])).map(wordsOf);
    return (
      cidr !== undefined &&
      contains(cidr, range) &&
      !without.some((one) => contains(one, range) || contains(range, one))
    );
  });
}

/** Is one of these ports open by an entry of a policy: itself, within its range, or every one? */
function opens({ port, endPort }: Readonly<Record<string, unknown>>, ports: Ports): boolean {
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
