import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { type Reader, reader, settled } from '../../input/settings';
import { anything, flag, number, optional, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { behindBalancer } from '../../timing/balancer';
import { GOOGLE_HEALTH_CHECKS, type HealthCheck, readHealthCheck } from '../health-check';
import { readLogSampleRate } from '../log-sample-rate';
import { type ServerService, serviceOf } from '../server-service';
import { certificateNames } from '../tls';
import {
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';
import { GATEWAY_CLASSES, type GatewayClass, readGatewayClass } from './gateway-class';
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
    const settings = settled((problems) => readGatewayIngress(problems, props));
    const { name, host, paths, tls, server, affinity, serviceName, gatewayClass, healthCheck } = settings;
    this.gatewayClass = gatewayClass;
    this.service = serviceOf(this, settings);
    const overTls = tls !== undefined;
    this.gateway = kubeObject(this, 'Gateway', gateway({ name, gatewayClass, host, tls, address: settings.address }));
    this.route = kubeObject(
      this,
      'Route',
      serverRoute({ name, gateway: name, host, paths, service: this.service, overTls }),
    );
    this.redirect =
      overTls && settings.redirectToHttps
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
        logSampleRate: settings.logSampleRate,
        securityPolicy: settings.securityPolicy,
      }),
    );
    this.healthCheckPolicy = kubeObject(
      this,
      'HealthCheckPolicy',
      healthCheckPolicy({ name: serviceName, service: serviceName, healthCheck }),
    );
    this.trafficDistributionPolicy = GATEWAY_CLASSES[gatewayClass].envoy
      ? kubeObject(
          this,
          'TrafficDistributionPolicy',
          trafficDistributionPolicy({ name: serviceName, service: serviceName, affinity }),
        )
      : undefined;
    this.gatewayPolicy =
      settings.sslPolicy !== undefined || gatewayClass === 'gke-l7-rilb'
        ? kubeObject(
            this,
            'GatewayPolicy',
            gatewayPolicy({
              name,
              gateway: name,
              gatewayClass,
              sslPolicy: settings.sslPolicy,
              globalAccess: settings.globalAccess,
            }),
          )
        : undefined;
  }
}

/** {@link GatewayWebSocketIngressProps} with every default filled in and every value checked. */
export type GatewayIngressSettings = GatewayWebSocketIngressProps &
  WebSocketIngressSettings & {
    readonly gatewayClass: GatewayClass;
    readonly globalAccess: boolean;
    readonly redirectToHttps: boolean;
    readonly logSampleRate: number;
    readonly healthCheck: HealthCheck;
  };

/** What {@link GatewayWebSocketIngressProps} hold. */
const SHAPE: Shape<GatewayWebSocketIngressProps> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  gatewayClass: anything,
  address: optional(text('chat-address')),
  sslPolicy: optional(text('modern')),
  globalAccess: optional(flag),
  redirectToHttps: optional(flag),
  logSampleRate: optional(number(0.5)),
  securityPolicy: optional(text('chat-armor')),
};

/** Reads the properties of a Gateway and notes everything wrong with them. */
export const readGatewayIngress: Reader<GatewayWebSocketIngressProps, GatewayIngressSettings> = reader(
  SHAPE,
  (problems, props) => {
    const gatewayClass = readGatewayClass(problems, props.gatewayClass);
    const ingress = readWebSocketIngress(problems, props, {
      kind: gatewayClass,
      reach: GATEWAY_CLASSES[gatewayClass].reach,
      cannotKeep: {},
      tls: GATEWAY_CLASSES[gatewayClass].certificateMap
        ? ['secret', 'certificates', 'certificateMap']
        : ['secret', 'certificates'],
    });
    const healthCheck = readHealthCheck(problems.at('healthCheck'), props.healthCheck, GOOGLE_HEALTH_CHECKS);
    const { tls, sslPolicy, globalAccess, securityPolicy, redirectToHttps = true } = props;
    certificateNames(tls).forEach((name, i) => {
      checkGoogleName(problems, `tls.certificates[${i}]`, name);
    });
    if (props.address !== undefined) checkGoogleName(problems, 'address', props.address);
    if (sslPolicy !== undefined) {
      checkGoogleName(problems, 'sslPolicy', sslPolicy);
      if (tls === undefined) problems.add('sslPolicy', 'is for TLS; give tls, or leave it out');
    }
    if (globalAccess !== undefined && gatewayClass !== 'gke-l7-rilb') {
      problems.add('globalAccess', `is for internal gateways (gke-l7-rilb); leave it out with ${gatewayClass}`);
    }
    const logSampleRate = readLogSampleRate(problems, props.logSampleRate);
    if (securityPolicy !== undefined) checkGoogleName(problems, 'securityPolicy', securityPolicy);
    return {
      ...props,
      ...ingress,
      gatewayClass,
      healthCheck,
      redirectToHttps,
      logSampleRate,
      globalAccess: globalAccess ?? false,
    };
  },
);
