import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkSubdomainName } from '../../input/kubernetes';
import { Problems, shown } from '../../input/problems';
import { kubeObject } from '../../synth/kube-object';
import { behindBalancer } from '../../timing/balancer';
import { checkHealthCheck, GOOGLE_HEALTH_CHECKS } from '../health-check';
import { type ServerService, serviceOf } from '../server-service';
import { checkWebSocketIngress, ingressOf, type WebSocketIngressProps } from '../websocket-ingress';
import { checkGatewayClass, GATEWAY_CLASSES, type GatewayClass } from './gateway-class';
import { gateway, redirectRoute, serverRoute } from './gateway-objects';
import { backendPolicy, gatewayPolicy, healthCheckPolicy, trafficDistributionPolicy } from './policies';

export interface GatewayWebSocketIngressProps extends WebSocketIngressProps {
  /**
   * The load balancer. It decides what the timeout means: a lifetime on the classic one, `gke-l7-gxlb`, an idle timeout on the others.
   *
   * @default "gke-l7-global-external-managed"
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities
   */
  readonly gatewayClass?: GatewayClass;

  /** Name of a reserved address, which must exist. @default - an address that changes when the Gateway is made anew */
  readonly address?: string;

  /** Name of an SSL policy, which must exist. @default - Google's default policy, which accepts TLS 1.0 */
  readonly sslPolicy?: string;

  /** Lets clients of other regions reach an internal Gateway (`gke-l7-rilb`). @default false */
  readonly globalAccess?: boolean;

  /** Answers plain HTTP with a redirect to HTTPS where there is TLS; otherwise nothing answers there. @default true */
  readonly redirectToHttps?: boolean;

  /** Which part of the requests is logged, 0 to 1. @default 1 */
  readonly logSampleRate?: number;

  /** Name of a Cloud Armor policy, which must exist. @default - none */
  readonly securityPolicy?: string;
}

const DEFAULT_CLASS: GatewayClass = 'gke-l7-global-external-managed';

/**
 * A Gateway of GKE with the route to a server, the Service, and the policies that make connections last: what BackendConfig and FrontendConfig
 * are to an Ingress. There is no BackendConfig here, and a policy names its Service, not the other way round.
 *
 * `GCPTrafficDistributionPolicy` needs a GKE that has it; on one that has not, applying says so: take it out with
 * `node.tryRemoveChild('TrafficDistributionPolicy')`, and expect affinity to hold on the classic balancer only.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources
 */
export class GatewayWebSocketIngress extends Construct {
  readonly gateway: ApiObject;
  readonly route: ApiObject;
  /** Plain HTTP to HTTPS. */
  readonly redirect: ApiObject | undefined;
  readonly service: ServerService;
  readonly backendPolicy: ApiObject;
  readonly healthCheckPolicy: ApiObject;
  /** Left out on the classic balancer, which has no choice of algorithm. */
  readonly trafficDistributionPolicy: ApiObject | undefined;
  /** Left out where there is nothing to say about the clients' side. */
  readonly gatewayPolicy: ApiObject | undefined;
  readonly gatewayClass: GatewayClass;

  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible on this class */
  constructor(scope: Construct, id: string, props: GatewayWebSocketIngressProps) {
    super(scope, id);
    const problems = new Problems();
    checkGatewayIngress(problems, props);
    problems.throwIfAny();

    const { name, host, tls, server } = props;
    const { paths, affinity, serviceName } = ingressOf(props);
    const gatewayClass = props.gatewayClass ?? DEFAULT_CLASS;
    this.gatewayClass = gatewayClass;
    this.service = serviceOf(this, props);
    const overTls = tls !== undefined;
    this.gateway = kubeObject(this, 'Gateway', gateway({ name, gatewayClass, host, tls, address: props.address }));
    this.route = kubeObject(
      this,
      'Route',
      serverRoute({ name, gateway: name, host, paths, service: this.service, overTls }),
    );
    this.redirect =
      overTls && (props.redirectToHttps ?? true)
        ? kubeObject(this, 'Redirect', redirectRoute(`${name}-redirect`, name, host))
        : undefined;
    this.backendPolicy = kubeObject(
      this,
      'BackendPolicy',
      backendPolicy({
        name: serviceName,
        service: serviceName,
        balancer: behindBalancer(server.timing, gatewayClass),
        affinity,
        logSampleRate: props.logSampleRate ?? 1,
        securityPolicy: props.securityPolicy,
      }),
    );
    this.healthCheckPolicy = kubeObject(
      this,
      'HealthCheckPolicy',
      healthCheckPolicy({ name: serviceName, service: serviceName, healthCheck: props.healthCheck }),
    );
    this.trafficDistributionPolicy = GATEWAY_CLASSES[gatewayClass].envoy
      ? kubeObject(
          this,
          'TrafficDistributionPolicy',
          trafficDistributionPolicy({ name: serviceName, service: serviceName, affinity }),
        )
      : undefined;
    this.gatewayPolicy =
      props.sslPolicy !== undefined || gatewayClass === 'gke-l7-rilb'
        ? kubeObject(
            this,
            'GatewayPolicy',
            gatewayPolicy({
              name,
              gateway: name,
              gatewayClass,
              sslPolicy: props.sslPolicy,
              globalAccess: props.globalAccess ?? false,
            }),
          )
        : undefined;
  }
}

/** Notes everything wrong with the properties of a Gateway. */
export function checkGatewayIngress(problems: Problems, props: GatewayWebSocketIngressProps): void {
  const gatewayClass = props.gatewayClass ?? DEFAULT_CLASS;
  if (!checkGatewayClass(problems, gatewayClass)) return;
  const { certificateMap } = GATEWAY_CLASSES[gatewayClass];
  checkWebSocketIngress(problems, props, {
    kind: gatewayClass,
    affinities: ['cookie', 'clientAddress', 'none'],
    instead: 'give "cookie", "clientAddress" or "none"',
    tls: certificateMap ? ['secret', 'certificates', 'certificateMap'] : ['secret', 'certificates'],
  });
  checkHealthCheck(problems.at('healthCheck'), props.healthCheck, GOOGLE_HEALTH_CHECKS);
  const { tls, sslPolicy, globalAccess, logSampleRate: rate = 1, securityPolicy } = props;
  if (tls !== undefined && 'certificates' in tls) {
    tls.certificates.forEach((name, i) => {
      checkSubdomainName(problems, `tls.certificates[${i}]`, name);
    });
  }
  if (props.address !== undefined) checkSubdomainName(problems, 'address', props.address);
  if (sslPolicy !== undefined) {
    checkSubdomainName(problems, 'sslPolicy', sslPolicy);
    if (tls === undefined) problems.add('sslPolicy', 'is for TLS; give tls, or leave it out');
  }
  if (globalAccess !== undefined && gatewayClass !== 'gke-l7-rilb') {
    problems.add('globalAccess', `is for internal gateways (gke-l7-rilb); leave it out with ${gatewayClass}`);
  }
  if (!(rate >= 0 && rate <= 1)) {
    problems.add('logSampleRate', `${shown(rate)} is out of range; give a number from 0 to 1`);
  }
  if (securityPolicy !== undefined) checkSubdomainName(problems, 'securityPolicy', securityPolicy);
}
