import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkCidr, checkPort } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';

/**
 * Where Google's front ends and health checkers send from. Envoy-based balancers send from the proxy-only subnet of the VPC in addition, which only its owner knows.
 *
 * @see https://docs.cloud.google.com/load-balancing/docs/firewall-rules
 */
export const GOOGLE_BALANCER_RANGES: readonly string[] = Object.freeze(['130.211.0.0/22', '35.191.0.0/16']);

/**
 * Resolvers that no pod selector can match, because they listen on the node: NodeLocal DNSCache and Cloud DNS for GKE.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache
 */
const NODE_RESOLVERS: readonly string[] = ['169.254.20.10/32', '169.254.169.254/32'];

/** A place outside the namespace that the application may call. */
export interface EgressTarget {
  /** IPv4 range in CIDR notation. */
  readonly cidr: string;
  /** Parts of the range that stay closed. @default - none */
  readonly except?: readonly string[];
  /** TCP ports. */
  readonly ports: readonly number[];
}

/** What may reach the server and what it may reach. */
export interface TrafficProps {
  /**
   * Ranges that connections come from, besides pods of the same namespace.
   *
   * @default GOOGLE_BALANCER_RANGES
   */
  readonly ingressFrom?: readonly string[];
  /** What the application may call, besides DNS and pods of the same namespace. @default - nothing */
  readonly egressTo?: readonly EgressTarget[];
}

export interface ServerNetworkPolicyProps extends TrafficProps {
  /** Name of the object. */
  readonly name: string;
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The one port that clients reach. */
  readonly port: number;
}

export function checkTraffic(problems: Problems, props: TrafficProps): void {
  props.ingressFrom?.forEach((cidr, i) => {
    checkCidr(problems, `ingressFrom[${i}]`, cidr);
  });
  props.egressTo?.forEach((target, i) => {
    const at = problems.at(`egressTo[${i}]`);
    checkCidr(at, 'cidr', target.cidr);
    target.except?.forEach((cidr, j) => {
      checkCidr(at, `except[${j}]`, cidr);
    });
    if (target.ports.length === 0)
      at.add('ports', 'names no port, which would open all of them; name the ports, such as [443]');
    target.ports.forEach((port, j) => {
      checkPort(at, `ports[${j}]`, port);
    });
  });
}

/**
 * Closes everything but the way in from the balancer, the namespace, and DNS. The kubelet's probes come from the node and are not subject to policies.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class ServerNetworkPolicy extends Construct {
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: ServerNetworkPolicyProps) {
    super(scope, id);
    const anyPodHere: k8s.NetworkPolicyPeer = { podSelector: {} };
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeNetworkPolicy.manifest({
        metadata: { name: props.name },
        spec: {
          podSelector: { matchLabels: { ...props.selector } },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [
            {
              from: [
                ...(props.ingressFrom ?? GOOGLE_BALANCER_RANGES).map((cidr) => ({ ipBlock: { cidr } })),
                anyPodHere,
              ],
              ports: [port('TCP', props.port)],
            },
          ],
          egress: [
            {
              to: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                  podSelector: {
                    matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
                  },
                },
                ...NODE_RESOLVERS.map((cidr) => ({ ipBlock: { cidr } })),
              ],
              ports: [port('UDP', 53), port('TCP', 53)],
            },
            { to: [anyPodHere] },
            ...(props.egressTo ?? []).map((target) => ({
              to: [
                {
                  ipBlock: {
                    cidr: target.cidr,
                    ...(target.except === undefined ? {} : { except: [...target.except] }),
                  },
                },
              ],
              ports: target.ports.map((number) => port('TCP', number)),
            })),
          ],
        },
      }),
    );
  }
}

function port(protocol: 'TCP' | 'UDP', number: number): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(number) };
}
