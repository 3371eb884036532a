import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkCidr } from '../input/cidr';
import { checkLabelName, checkLabelValue, checkPort, checkSubdomainName } from '../input/kubernetes';
import { checkSelector, SELECTOR_FIELD } from '../input/labels';
import type { Problems } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { type Field, list, number, object, optional, record, type Shape, text } from '../input/shape';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';

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
export type EgressTarget = EgressRange | EgressPods;

/** Addresses outside the cluster, or of nodes. */
export interface EgressRange {
  /** A range of IPv4 or IPv6 addresses in CIDR notation. */
  readonly cidr: string;
  /** Parts of the range that stay closed. @default - none */
  readonly except?: readonly string[];
  /** TCP ports. */
  readonly ports: readonly number[];
}

/** Pods of another namespace. */
export interface EgressPods {
  readonly namespace: string;
  /** Labels that all of the pods bear. @default - every pod of the namespace */
  readonly labels?: Readonly<Record<string, string>>;
  /** TCP ports. */
  readonly ports: readonly number[];
}

/** What may reach the server and what it may reach. */
export interface TrafficProps {
  /**
   * Ranges that connections come from, besides pods of the same namespace: where the balancer sends from. Google's front ends and health checkers have
   * ranges of their own; Google's regional and internal balancers send from the proxy-only subnet in addition, AWS's from the subnets of the balancer.
   *
   * @default GOOGLE_BALANCER_RANGES, or none where `ingressFromNamespaces` is given
   */
  readonly ingressFrom?: readonly string[];

  /**
   * Namespaces whose pods connections come from: that of an ingress controller which runs in the cluster, such as `ingress-nginx`.
   *
   * @default - none
   */
  readonly ingressFromNamespaces?: readonly string[];

  /** What the application may call, besides DNS and pods of the same namespace. @default - nothing */
  readonly egressTo?: readonly EgressTarget[];
}

/** Traffic with every default filled in. */
export type Traffic = Required<TrafficProps>;

export interface ServerNetworkPolicyProps {
  /** Name of the object. */
  readonly name: string;
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The one port that clients reach. */
  readonly port: number;
  /** What may reach the pods and what they may reach. @default - from Google's balancers and the namespace; to the namespace and DNS */
  readonly traffic?: TrafficProps;
}

const RANGE = object<EgressRange>({
  cidr: text('10.0.0.0/8'),
  except: optional(list(text('10.0.0.0/16'), ['10.0.0.0/16'])),
  ports: list(number(443), [443]),
});

const PODS = object<EgressPods>({
  namespace: text('redis'),
  labels: optional(record(text('redis'), { app: 'redis' })),
  ports: list(number(6379), [6379]),
});

/** A place outside the namespace among the properties of something. */
export const EGRESS_FIELD: Field = {
  optional: false,
  allowed: 'a place, such as { cidr: "10.0.0.0/8", ports: [443] } or { namespace: "redis", ports: [6379] }',
  standIn: { cidr: '10.0.0.0/8', ports: [443] },
  read: (problems, path, value) =>
    (typeof value === 'object' && value !== null && 'namespace' in value ? PODS : RANGE).read(problems, path, value),
};

/** What {@link TrafficProps} hold. */
export const TRAFFIC_SHAPE: Shape<TrafficProps> = {
  ingressFrom: optional(list(text('10.0.0.0/8'), ['10.0.0.0/8'])),
  ingressFromNamespaces: optional(list(text('ingress-nginx'), ['ingress-nginx'])),
  egressTo: optional(list(EGRESS_FIELD, [{ cidr: '10.0.0.0/8', ports: [443] }])),
};

/** Reads what may pass. */
export const readTraffic: Reader<TrafficProps, Traffic> = reader(TRAFFIC_SHAPE, (problems, props) => {
  const { ingressFromNamespaces = [], egressTo = [] } = props;
  const { ingressFrom = ingressFromNamespaces.length > 0 ? [] : GOOGLE_BALANCER_RANGES } = props;
  ingressFrom.forEach((cidr, i) => {
    checkCidr(problems, `ingressFrom[${i}]`, cidr);
  });
  ingressFromNamespaces.forEach((namespace, i) => {
    checkLabelName(problems, `ingressFromNamespaces[${i}]`, namespace);
  });
  egressTo.forEach((target, i) => {
    checkEgressTarget(problems.at(`egressTo[${i}]`), target);
  });
  return {
    ingressFrom: Object.freeze([...ingressFrom]),
    ingressFromNamespaces: Object.freeze([...ingressFromNamespaces]),
    egressTo,
  };
});

export function checkEgressTarget(problems: Problems, target: EgressTarget): void {
  if ('cidr' in target) {
    checkCidr(problems, 'cidr', target.cidr);
    target.except?.forEach((cidr, j) => {
      checkCidr(problems, `except[${j}]`, cidr);
    });
  } else {
    checkLabelName(problems, 'namespace', target.namespace);
    for (const [name, value] of Object.entries(target.labels ?? {})) checkLabelValue(problems, `labels.${name}`, value);
  }
  if (target.ports.length === 0)
    problems.add('ports', 'names no port, which would open all of them; name the ports, such as [443]');
  target.ports.forEach((port, j) => {
    checkPort(problems, `ports[${j}]`, port);
  });
}

const POLICY_SHAPE: Shape<ServerNetworkPolicyProps> = {
  name: text('chat'),
  selector: SELECTOR_FIELD,
  port: number(3000),
  traffic: optional(object(TRAFFIC_SHAPE)),
};

/** Reads the properties of a policy and notes everything wrong with them. */
const readPolicy: Reader<ServerNetworkPolicyProps, ServerNetworkPolicyProps & { readonly traffic: Traffic }> = reader(
  POLICY_SHAPE,
  (problems, props) => {
    checkSubdomainName(problems, 'name', props.name);
    checkSelector(problems, 'selector', props.selector);
    checkPort(problems, 'port', props.port);
    return { ...props, traffic: readTraffic(problems.at('traffic'), props.traffic ?? {}) };
  },
);

/**
 * Closes everything but the way in from the balancer, the namespace, and DNS. The kubelet's probes come from the node and are not subject to policies.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class ServerNetworkPolicy extends Construct {
  readonly resource: ApiObject;
  /** The ranges that connections may come from. */
  readonly ingressFrom: readonly string[];
  /** The other namespaces whose pods connections may come from. */
  readonly ingressFromNamespaces: readonly string[];

  /** @throws {InvalidInputError} with everything that is wrong with the traffic */
  constructor(scope: Construct, id: string, props: ServerNetworkPolicyProps) {
    super(...placed(scope, id));
    const { name, selector, port: served, traffic } = settled((problems) => readPolicy(problems, props));
    this.ingressFromNamespaces = traffic.ingressFromNamespaces;
    this.ingressFrom = traffic.ingressFrom;
    const anyPodHere: k8s.NetworkPolicyPeer = { podSelector: {} };
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeNetworkPolicy.manifest({
        metadata: { name },
        spec: {
          podSelector: { matchLabels: { ...selector } },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [
            {
              from: [
                ...this.ingressFrom.map((cidr) => ({ ipBlock: { cidr } })),
                ...this.ingressFromNamespaces.map(namespaceNamed),
                anyPodHere,
              ],
              ports: [port('TCP', served)],
            },
          ],
          egress: [toResolvers(), { to: [anyPodHere] }, ...traffic.egressTo.map(toTarget)],
        },
      }),
    );
  }
}

/** The way to whoever answers for names. */
export function toResolvers(): k8s.NetworkPolicyEgressRule {
  return {
    to: [
      {
        ...namespaceNamed('kube-system'),
        podSelector: {
          matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
        },
      },
      ...NODE_RESOLVERS.map((cidr) => ({ ipBlock: { cidr } })),
    ],
    ports: [port('UDP', 53), port('TCP', 53)],
  };
}

export function toTarget(target: EgressTarget): k8s.NetworkPolicyEgressRule {
  return { to: [peer(target)], ports: target.ports.map((number) => port('TCP', number)) };
}

export function port(protocol: 'TCP' | 'UDP', number: number): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(number) };
}

/** The label that Kubernetes itself puts on every namespace. */
function namespaceNamed(name: string): k8s.NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function peer(target: EgressTarget): k8s.NetworkPolicyPeer {
  if ('cidr' in target) {
    const { cidr, except } = target;
    return { ipBlock: { cidr, ...(except === undefined ? {} : { except: [...except] }) } };
  }
  const { namespace, labels } = target;
  return {
    ...namespaceNamed(namespace),
    ...(labels === undefined ? {} : { podSelector: { matchLabels: { ...labels } } }),
  };
}
