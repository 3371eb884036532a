import type { Bundle } from '../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { networkPoliciesOf, selected } from './disruption';
import type { Controller, Entrance } from './entrance';
import { entrancesTo } from './entrances';
import { isGoogle, platformOf } from './platforms/all';
import { podSpecOf } from './pod';
import { targetName, targetOf } from './target-port';

/** Where Google's health checks and front ends come from. @see https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const RANGES = ['130.211.0.0/22', '35.191.0.0/16'];

/** Policies of other kinds, which may let in what these do not: Cilium adds its own up with them, and those of an administrator or of Calico may come before. */
export const OTHER_POLICIES = [
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'AdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'GlobalNetworkPolicy',
];

/** Why the policies of some pods refuse what a balancer sends to them. */
export interface Refusal {
  /** What the policies say, what they should, and the change, in words. */
  readonly actual: string;
  readonly expected: string;
  readonly fix: string;
  /** What this means. @default - what it means for Google's balancers */
  readonly because?: string;
  /** Nothing of what the balancer sends comes through. */
  readonly whole: boolean;
}

/** A policy that, with all others of the same pods, refuses what comes by some ways. */
export interface Refused {
  readonly policy: Manifest;
  readonly workload: Manifest;
  readonly refusal: Refusal;
  readonly ways: readonly Entrance[];
}

/** The policies that refuse a balancer, once for each workload that they select. */
export function refusedWays(bundle: Bundle): readonly Refused[] {
  return bundle.once(findRefused);
}

function findRefused(bundle: Bundle): readonly Refused[] {
  if (bundle.ofKind(...OTHER_POLICIES).length > 0) return [];
  // Calico and Antrea call theirs by the same name, and select pods in another way.
  if (bundle.ofKind('NetworkPolicy').some(({ apiVersion }) => apiVersion !== 'networking.k8s.io/v1')) return [];
  return bundle.ofKind('NetworkPolicy').flatMap((policy) => {
    const types = listOf(valueAt(policy, ['spec', 'policyTypes']));
    if (types.length > 0 && !types.includes('Ingress')) return [];
    return selected(bundle, policy, 'podSelector').flatMap((workload) => {
      // Whoever has the network of the node has no policy of pods.
      if (podSpecOf(workload).hostNetwork === true) return [];
      // Policies add up: another one for the same pods may let the balancer in.
      const policies = networkPoliciesOf(bundle, workload);
      for (const { sends, refused } of KINDS) {
        const ways = entrancesTo(bundle, workload).filter(({ controller }) => sends(controller));
        const refusal = ways.length === 0 ? undefined : refused(policies, portsOf(ways));
        if (refusal !== undefined) return [{ policy, workload, refusal, ways }];
      }
      return [];
    });
  });
}

type Ports = readonly (number | string)[];

/** Balancers by what is known of where their requests come from. */
interface Kind {
  readonly sends: (controller: Controller) => boolean;
  /** What to say where all policies of the pods together refuse them on these ports. */
  readonly refused: (policies: readonly Manifest[], ports: Ports) => Refusal | undefined;
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
            whole: missing.length === RANGES.length,
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
            whole: true,
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
            whole: true,
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
