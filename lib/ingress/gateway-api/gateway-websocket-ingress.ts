import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { checkLabelName, checkSubdomainName } from '../../input/kubernetes';
import { type Problems, shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { anything, flag, number, object, optional, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';
import { behindBalancer } from '../../timing/balancer';
import {
  APPLICATIONS_FIELD,
  type Application,
  type ApplicationSettings,
  readApplications,
  type ServiceApplication,
} from '../applications';
import { GOOGLE_HEALTH_CHECKS, type HealthCheck, readHealthCheck } from '../health-check';
import { readLogSampleRate } from '../log-sample-rate';
import { ServerService, serviceOf } from '../server-service';
import { certificateNames } from '../tls';
import {
  type PlatformAbilities,
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';
import { GATEWAY_CLASSES, type GatewayClass, readGatewayClass } from './gateway-class';
import { gateway, listenerOf, type ParentGateway, redirectRoute, serverRoute } from './gateway-objects';
import { backendPolicy, gatewayPolicy, healthCheckPolicy, trafficDistributionPolicy } from './policies';

export interface GatewayWebSocketIngressProps extends WebSocketIngressProps {
  /**
   * The load balancer. It decides what the timeout means: a lifetime on the classic one, `gke-l7-gxlb`, an idle timeout on the others.
   *
   * @default "gke-l7-global-external-managed"
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities
   */
  readonly gatewayClass?: GatewayClass;

  /**
   * A Gateway that is there already, of the class that {@link GatewayWebSocketIngressProps.gatewayClass} names: the route is attached to it, and hosts, addresses and certificates of its listeners are its owner's.
   *
   * @default - one of its own
   */
  readonly gateway?: ParentGateway;

  /** What else is behind the same hosts, in the same route. @default - nothing */
  readonly applications?: readonly Application[];

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
  /** Left out where the route is attached to one that is there already. */
  readonly gateway: ApiObject | undefined;
  readonly route: ApiObject;
  /** Plain HTTP to HTTPS. */
  readonly redirect: ApiObject | undefined;
  readonly service: ServerService;
  /** Those of the further applications, in their order. */
  readonly furtherServices: readonly ServerService[];
  readonly backendPolicy: ApiObject;
  readonly healthCheckPolicy: ApiObject;
  /** Left out on the classic balancer, which has no choice of algorithm. */
  readonly trafficDistributionPolicy: ApiObject | undefined;
  /** Left out where there is nothing to say about the clients' side. */
  readonly gatewayPolicy: ApiObject | undefined;
  readonly gatewayClass: GatewayClass;

  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible on this class */
  constructor(scope: Construct, id: string, props: GatewayWebSocketIngressProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readGatewayIngress(problems, props));
    const { name, hosts, paths, tls, gatewayClass } = settings;
    this.gatewayClass = gatewayClass;
    this.service = serviceOf(this, settings);
    const overTls = tls !== undefined;
    this.gateway =
      settings.gateway === undefined
        ? kubeObject(this, 'Gateway', gateway({ name, gatewayClass, hosts, tls, address: settings.address }))
        : undefined;
    const routes = settings.further.map((application) => ({
      paths: application.paths,
      service:
        'ingress' in application
          ? serviceOf(this, application.ingress, undefined, `Service-${application.ingress.serviceName}`)
          : application.service,
    }));
    this.furtherServices = routes.flatMap(({ service }) => (service instanceof ServerService ? [service] : []));
    this.route = kubeObject(
      this,
      'Route',
      serverRoute({
        name,
        gateway: settings.gateway ?? { name, sectionName: listenerOf(overTls) },
        hosts,
        routes: [{ paths, service: this.service }, ...routes],
      }),
    );
    this.redirect =
      overTls && settings.redirectToHttps
        ? kubeObject(this, 'Redirect', redirectRoute(`${name}-redirect`, name, hosts))
        : undefined;
    const main = this.policies(settings, settings);
    this.backendPolicy = main.backend;
    this.healthCheckPolicy = main.healthCheck;
    this.trafficDistributionPolicy = main.distribution;
    for (const application of settings.further) {
      if ('ingress' in application)
        this.policies(
          settings,
          { ...application.ingress, healthCheck: application.checked },
          `-${application.ingress.serviceName}`,
        );
    }
    this.gatewayPolicy =
      settings.gateway === undefined && (settings.sslPolicy !== undefined || gatewayClass === 'gke-l7-rilb')
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

  /** What the balancer is told about one Service. */
  private policies(
    { gatewayClass, logSampleRate, securityPolicy }: GatewayIngressSettings,
    {
      serviceName: name,
      server,
      affinity,
      healthCheck,
    }: WebSocketIngressSettings & { readonly healthCheck: HealthCheck },
    suffix = '',
  ) {
    const balancer = behindBalancer(server.timing, gatewayClass);
    const policy = { name, service: name };
    return {
      backend: kubeObject(
        this,
        `BackendPolicy${suffix}`,
        backendPolicy({ ...policy, balancer, affinity, logSampleRate, securityPolicy }),
      ),
      healthCheck: kubeObject(this, `HealthCheckPolicy${suffix}`, healthCheckPolicy({ ...policy, healthCheck })),
      distribution: GATEWAY_CLASSES[gatewayClass].envoy
        ? kubeObject(this, `TrafficDistributionPolicy${suffix}`, trafficDistributionPolicy({ ...policy, affinity }))
        : undefined,
    };
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
    readonly further: readonly FurtherSettings[];
  };

/** A further application, with how the balancer checks its pods. */
type FurtherSettings =
  | (Extract<ApplicationSettings, { readonly ingress: unknown }> & { readonly checked: HealthCheck })
  | ServiceApplication;

/** What {@link GatewayWebSocketIngressProps} hold. */
const SHAPE: Shape<GatewayWebSocketIngressProps> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  gatewayClass: anything,
  gateway: optional(
    object<ParentGateway>({
      name: text('shared'),
      namespace: optional(text('gateways')),
      sectionName: optional(text('https')),
    }),
  ),
  applications: APPLICATIONS_FIELD,
  address: optional(text('chat-address')),
  sslPolicy: optional(text('modern')),
  globalAccess: optional(flag),
  redirectToHttps: optional(flag),
  logSampleRate: optional(number(0.5)),
  securityPolicy: optional(text('chat-armor')),
};

/** Notes what belongs to the owner of a Gateway that is there already. */
function checkAttached(
  problems: Problems,
  props: GatewayWebSocketIngressProps,
  { name, namespace, sectionName }: ParentGateway,
): void {
  checkSubdomainName(problems, 'gateway.name', name);
  if (namespace !== undefined) checkLabelName(problems, 'gateway.namespace', namespace);
  if (sectionName !== undefined) checkSubdomainName(problems, 'gateway.sectionName', sectionName);
  for (const field of ['tls', 'address', 'sslPolicy', 'globalAccess', 'redirectToHttps'] as const) {
    if (props[field] !== undefined)
      problems.add(
        field,
        `is said by the owner of the Gateway ${shown(name)}; leave it out, or leave gateway out for a Gateway of its own`,
      );
  }
}

/** Reads the properties of a Gateway and notes everything wrong with them. */
export const readGatewayIngress: Reader<GatewayWebSocketIngressProps, GatewayIngressSettings> = reader(
  SHAPE,
  (problems, props) => {
    const gatewayClass = readGatewayClass(problems, props.gatewayClass);
    const platform: PlatformAbilities = {
      kind: gatewayClass,
      reach: GATEWAY_CLASSES[gatewayClass].reach,
      cannotKeep: {},
      tls: GATEWAY_CLASSES[gatewayClass].certificateMap
        ? ['secret', 'certificates', 'certificateMap']
        : ['secret', 'certificates'],
    };
    const ingress = readWebSocketIngress(problems, props, platform);
    const further = readApplications(problems, props.applications, ingress, platform).map(
      (application, i): FurtherSettings =>
        'ingress' in application
          ? {
              ...application,
              checked: readHealthCheck(
                problems.at(`applications[${i}].healthCheck`),
                application.ingress.healthCheck,
                GOOGLE_HEALTH_CHECKS,
              ),
            }
          : application,
    );
    if (props.gateway !== undefined) checkAttached(problems, props, props.gateway);
    const healthCheck = readHealthCheck(problems.at('healthCheck'), props.healthCheck, GOOGLE_HEALTH_CHECKS);
    const { tls, sslPolicy, globalAccess, securityPolicy, redirectToHttps = true } = props;
    certificateNames(tls).forEach((name, i) => {
      checkGoogleName(problems, `tls.certificates[${i}]`, name);
    });
    if (props.address !== undefined) checkGoogleName(problems, 'address', props.address);
    if (sslPolicy !== undefined) {
      checkGoogleName(problems, 'sslPolicy', sslPolicy);
      if (tls === undefined && props.gateway === undefined)
        problems.add('sslPolicy', 'is for TLS; give tls, or leave it out');
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
      further,
      redirectToHttps,
      logSampleRate,
      globalAccess: globalAccess ?? false,
    };
  },
);
