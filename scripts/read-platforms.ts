import { unwritten } from '../lib/cli/timing-for';
import { type Knob, limitsOf, type ReadKind } from '../lib/timing';
import { table } from './markdown';

interface ReadPlatform {
  /** What is taken for its route, and by what it is known. */
  readonly route: string;
  /** Where an affinity is looked for. */
  readonly affinity: string;
  /** What is not known of it, or not read. */
  readonly beyond: string;
}

/** Entrances that are read and not written; one that is missing does not compile. */
const READ: Readonly<Record<ReadKind, ReadPlatform>> = {
  'aws-nlb': {
    route: 'Service of type LoadBalancer: `aws-load-balancer-type`, or class `service.k8s.aws/nlb`',
    affinity:
      '`stickiness.enabled=true` in `aws-load-balancer-target-group-attributes`; with nodes as targets `sessionAffinity: ClientIP` as well',
    beyond:
      'without a type or a class it may be a Classic Load Balancer: not judged. A listener that ends TLS has 350 s, whatever is written, and so has type `nlb`, which Kubernetes’ own controller makes, without any stickiness',
  },
  'azure-lb': {
    route: 'Service of type LoadBalancer with an annotation `azure-…`',
    affinity: '`sessionAffinity: ClientIP`',
    beyond: 'a Service without annotations shows no cloud: not judged',
  },
  'gcp-passthrough': {
    route: 'Service of type LoadBalancer: class `networking.gke.io/l4-…`, `load-balancer-type` or `l4-rbs`',
    affinity: '`sessionAffinity: ClientIP`',
    beyond: 'a Service without annotations shows no cloud: not judged. For how long a removed node drains',
  },
  traefik: {
    route: '`IngressRoute`; Ingress and Gateway of a class with `traefik` in its name',
    affinity:
      '`sticky.cookie` or `strategy: hrw` of the service; `service.sticky.cookie` of the Service behind an Ingress; behind a Gateway there is none',
    beyond:
      '`TraefikService`, and the timeouts of entry points, which stand in its own configuration: `readTimeout` and `writeTimeout` are about requests',
  },
  istio: {
    route:
      '`VirtualService` that is bound to a gateway; Ingress and Gateway of class `istio` or of controller `istio.io/…`',
    affinity: '`consistentHash` of the DestinationRule for the host',
    beyond:
      'the timeout is that of routes of TCP and TLS; on those of HTTP no silence ends a stream. What `maxConnectionDuration` does to a stream that is open',
  },
  'envoy-gateway': {
    route:
      '`HTTPRoute` whose GatewayClass has controller `gateway.envoyproxy.io/…`, or is called `eg` or `envoy-gateway`',
    affinity: '`ConsistentHash` of a BackendTrafficPolicy, or `sessionPersistence` of the route',
    beyond:
      'policies that choose their target by labels. Where a route limits its answers, silence may last an hour at the least',
  },
  contour: {
    route: '`HTTPProxy`; Ingress of a class with `contour` in its name',
    affinity: '`loadBalancerPolicy.strategy` `Cookie` or `RequestHash`; an Ingress has none',
    beyond: '`spec.tcpproxy`, and timeouts in the configuration of Contour itself',
  },
  kong: {
    route:
      'Ingress and Gateway of a class with `kong` in its name, where `timeouts.backendRequest` of the HTTPRoute stands for `read-timeout`',
    affinity:
      '`hashOn` or `sticky-sessions` of the KongUpstreamPolicy that the Service names; `upstream.hash_on` of a KongIngress',
    beyond: 'plugins, one of which sets timeouts too',
  },
  openshift: {
    route: '`Route`',
    affinity:
      'a cookie unless `disable_cookies`; where TLS is passed on, `balance: source`, which is the default there',
    beyond:
      'other defaults in an IngressController. Behind edge and reencrypt a tunnel timeout above that of the router changes nothing',
  },
  'azure-appgw': {
    route: 'Ingress of a class with `application-gateway` in its name',
    affinity: '`cookie-based-affinity: "true"`',
    beyond: 'what silence does to a WebSocket is documented nowhere: not judged',
  },
};

/** What is known of the entrances that are only read. */
export function readTable(): string {
  const knobOf = (kind: ReadKind) => (one: Knob | undefined, what: string) => {
    if (one === undefined) return [];
    const { minSeconds, maxSeconds, field, source } = one;
    const amount = (seconds: number) => (Number.isFinite(seconds) ? `${seconds} s` : 'no limit');
    const range =
      minSeconds === maxSeconds
        ? `always ${amount(minSeconds)}`
        : `${amount(minSeconds)} to ${amount(maxSeconds)}, unwritten: ${unwritten(kind, one)}`;
    return [`${what}: \`${field}\`, ${range} ([source](${source}))`];
  };
  return table(
    ['entrance', 'taken from', 'its knobs', 'affinity', 'not known, or not read'],
    (Object.keys(READ) as ReadKind[]).map((kind) => {
      const { title, timeout, lifetime, answer, drain, affinityTtl } = limitsOf(kind);
      const knob = knobOf(kind);
      const silence =
        timeout === 'none'
          ? ['silence ends nothing']
          : timeout === 'undocumented'
            ? ['silence: not documented']
            : knob(timeout, 'silence');
      const knobs = [
        ...silence,
        ...knob(lifetime, 'age'),
        ...knob(answer, 'an answer, so a long poll too'),
        ...knob(drain, 'drain'),
        ...knob(affinityTtl, 'cookie'),
      ];
      const { route, affinity, beyond } = READ[kind];
      return [title, route, knobs.join('<br>'), affinity, beyond];
    }),
  );
}
