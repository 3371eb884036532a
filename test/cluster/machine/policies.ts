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
