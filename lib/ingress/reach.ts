import type { BalancerKind } from '../timing/limits';
import type { BackendFacts } from '../workload/backend';
import { GOOGLE_BALANCER_RANGES } from '../workload/network-policy';

/** How connections from one kind of balancer arrive at a pod. */
export interface Reach {
  /** How many addresses it appends to `X-Forwarded-For`, the client's included. */
  readonly addressesAppended: number;
  /** Is it let in, as far as that can be told? Its subnets are known to their owner only. */
  readonly opened: (traffic: BackendFacts['traffic']) => boolean;
  /** What to change otherwise. */
  readonly how: string;
}

/** Open to more than the ranges that stand there unless somebody says otherwise. */
export function opensMoreThanDefault({ ingressFrom, ingressFromNamespaces }: BackendFacts['traffic']): boolean {
  return ingressFromNamespaces.length > 0 || ingressFrom.some((range) => !GOOGLE_BALANCER_RANGES.includes(range));
}

/** Google's front ends append the client's address and their own. */
export const FRONT_ENDS: Reach = {
  addressesAppended: 2,
  opened: ({ ingressFrom }) =>
    ingressFrom.includes('0.0.0.0/0') || GOOGLE_BALANCER_RANGES.every((range) => ingressFrom.includes(range)),
  how: 'leave traffic.ingressFrom out, or add GOOGLE_BALANCER_RANGES to it',
};

/** Envoy in the VPC: health checks come from Google's ranges, connections from the proxy-only subnet. */
export const PROXY_ONLY_SUBNET: Reach = {
  addressesAppended: 2,
  opened: (traffic) => FRONT_ENDS.opened(traffic) && opensMoreThanDefault(traffic),
  how: 'set traffic.ingressFrom to [...GOOGLE_BALANCER_RANGES, "<the proxy-only subnet of the region>"]',
};

/** Every balancer that a server can stand behind; the gateway tier's nginx is part of a server's own side. */
export type PlatformKind = Exclude<BalancerKind, 'nginx'>;
