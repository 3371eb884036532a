import type { BalancerTiming } from '../../timing/balancer';
import type { Affinity } from '../affinity';
import type { HealthCheck } from '../health-check';
import { GATEWAY_GROUP, type GatewayClass } from './gateway-class';

/** The group and version of Google's policies for the Gateway API. */
const POLICY_VERSION = 'networking.gke.io/v1';

/** A rate of 1 as the policy counts it. */
const ALL_REQUESTS = 1_000_000;

const AFFINITY_TYPES: Readonly<Record<Affinity, string>> = {
  cookie: 'GENERATED_COOKIE',
  clientAddress: 'CLIENT_IP',
  none: 'NONE',
};

export interface BackendPolicyProps {
  readonly name: string;
  /** Name of the Service. */
  readonly service: string;
  readonly balancer: BalancerTiming;
  readonly affinity: Affinity;
  /** Which part of the requests is logged, 0 to 1. */
  readonly logSampleRate: number;
  readonly securityPolicy?: string | undefined;
}

/**
 * How long connections live or stay silent, how they drain, and where a client belongs. Unlike the Ingress controller, which logs everything unless told
 * otherwise, this one logs nothing: the rate is always written.
 */
export function backendPolicy(props: BackendPolicyProps) {
  const { balancer, affinity, logSampleRate } = props;
  return {
    apiVersion: POLICY_VERSION,
    kind: 'GCPBackendPolicy',
    metadata: { name: props.name },
    spec: {
      default: {
        timeoutSec: balancer.timeoutSeconds,
        connectionDraining: { drainingTimeoutSec: balancer.connectionDrainingSeconds },
        sessionAffinity: {
          type: AFFINITY_TYPES[affinity],
          // Allowed with a cookie only.
          ...(affinity === 'cookie' ? { cookieTtlSec: balancer.affinityTtlSeconds } : {}),
        },
        logging:
          logSampleRate > 0
            ? { enabled: true, sampleRate: Math.round(logSampleRate * ALL_REQUESTS) }
            : // Allowed with logging only.
              { enabled: false },
        ...(props.securityPolicy === undefined ? {} : { securityPolicy: props.securityPolicy }),
      },
      targetRef: { group: '', kind: 'Service', name: props.service },
    },
  };
}

/** Never derived from the probes here: without a policy the balancer asks for `/`. */
export function healthCheckPolicy(props: {
  readonly name: string;
  readonly service: string;
  readonly healthCheck: HealthCheck;
}) {
  const health = props.healthCheck;
  return {
    apiVersion: POLICY_VERSION,
    kind: 'HealthCheckPolicy',
    metadata: { name: props.name },
    spec: {
      default: {
        checkIntervalSec: health.checkIntervalSeconds,
        timeoutSec: health.timeoutSeconds,
        healthyThreshold: health.healthyThreshold,
        unhealthyThreshold: health.unhealthyThreshold,
        logConfig: { enabled: false },
        config: {
          type: 'HTTP',
          httpHealthCheck: {
            requestPath: health.path,
            // The rules of the policy read this field whether it is there or not.
            ...(health.port === undefined
              ? { portSpecification: 'USE_SERVING_PORT' }
              : { portSpecification: 'USE_FIXED_PORT', port: health.port }),
          },
        },
      },
      targetRef: { group: '', kind: 'Service', name: props.service },
    },
  };
}

/**
 * How a pod is chosen. Envoy-based balancers keep an affinity only with a hash: with their default, round robin, `sessionAffinity` has no effect. The ring moves
 * fewer clients than Maglev when a pod comes or goes.
 *
 * @see https://docs.cloud.google.com/compute/docs/reference/rest/v1/backendServices
 */
export function trafficDistributionPolicy(props: {
  readonly name: string;
  readonly service: string;
  readonly affinity: Affinity;
}) {
  return {
    apiVersion: POLICY_VERSION,
    kind: 'GCPTrafficDistributionPolicy',
    metadata: { name: props.name },
    spec: {
      default: { localityLbAlgorithm: props.affinity === 'none' ? 'ROUND_ROBIN' : 'RING_HASH' },
      targetRefs: [{ group: '', kind: 'Service', name: props.service }],
    },
  };
}

/** The clients' side: the TLS policy, and who may reach an internal gateway. */
export function gatewayPolicy(props: {
  readonly name: string;
  readonly gateway: string;
  readonly gatewayClass: GatewayClass;
  readonly sslPolicy: string | undefined;
  readonly globalAccess: boolean;
}) {
  return {
    apiVersion: POLICY_VERSION,
    kind: 'GCPGatewayPolicy',
    metadata: { name: props.name },
    spec: {
      default: {
        ...(props.sslPolicy === undefined ? {} : { sslPolicy: props.sslPolicy }),
        ...(props.gatewayClass === 'gke-l7-rilb' ? { allowGlobalAccess: props.globalAccess } : {}),
      },
      targetRef: { group: GATEWAY_GROUP, kind: 'Gateway', name: props.gateway },
    },
  };
}
