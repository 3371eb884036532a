import { untilIt } from './components';
import { inside } from './sandbox';

/** The queue in which the enforcer of NetworkPolicies takes new connections. */
const QUEUE = 100;

/**
 * Sends new connections to the enforcer. It does so itself where the kernel lets nftables have queues; where not, the older way does the same.
 * What the node sends, probes above all, is nobody's business.
 */
export async function enforcePolicies(): Promise<void> {
  await untilIt('policies', 'takes connections', 60, () =>
    new RegExp(`^\\s*${QUEUE}\\s`, 'm').test(inside('cat', ['/proc/net/netfilter/nfnetlink_queue'])),
  );
  inside('bash', [
    '-euc',
    `
    ! nft list table inet kube-network-policies >/dev/null 2>&1 || exit 0
    rule() { iptables -w -t mangle -C POSTROUTING "$@" 2>/dev/null || iptables -w -t mangle -A POSTROUTING "$@"; }
    rule -m addrtype --src-type LOCAL -j ACCEPT
    rule -m conntrack --ctstate NEW -j NFQUEUE --queue-num ${QUEUE}
    `,
  ]);
}

/** Where packets of the node go first. */
const OF_NODE = 'holdfast-node';

/**
 * Lets the enforcer judge what this node sends to the address of a pod as well, as if it came from elsewhere. In a cluster of several nodes the API server is elsewhere;
 * here it is on the node of the pod, and a policy never keeps a node from its own pods.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
 */
export function judgeNodeToo(address: string): void {
  inside('bash', [
    '-euc',
    `
    iptables -w -t mangle -N ${OF_NODE} 2>/dev/null || true
    iptables -w -t mangle -C POSTROUTING -j ${OF_NODE} 2>/dev/null || iptables -w -t mangle -I POSTROUTING -j ${OF_NODE}
    iptables -w -t mangle -A ${OF_NODE} --destination ${address} --protocol tcp -j NFQUEUE --queue-num ${QUEUE}
    `,
  ]);
}

/** The addresses of pods are given to others. */
export function judgeNodeNoMore(): void {
  inside('bash', ['-c', `iptables -w -t mangle -F ${OF_NODE} 2>/dev/null || true`]);
}
