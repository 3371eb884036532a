import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkSubdomainName } from '../../input/kubernetes';
import { Problems, shown } from '../../input/problems';
import { kubeObject } from '../../synth/kube-object';
import { behindBalancer, type Timing } from '../../timing';
import { type Affinity, checkAffinity } from '../affinity';
import { type BackendHealthCheck, checkHealthCheck, GOOGLE_HEALTH_CHECKS, healthCheckOf } from '../health-check';
import { checkIngressClass, type GkeIngressClass } from './ingress-class';

export interface BackendConfigProps {
  readonly name: string;

  /** Every duration, from `deriveTiming`. */
  readonly timing: Timing;

  /**
   * The Ingress class in front. It decides what `timeoutSec` means: a lifetime on the classic balancer of class `gce`, an idle timeout on
   * the Envoy-based one of class `gce-internal`.
   *
   * @default "gce"
   */
  readonly ingressClass?: GkeIngressClass;

  /** What binds a client to its pod. @default "cookie" */
  readonly affinity?: Affinity;

  /** @default - `/health` every 15 s */
  readonly healthCheck?: BackendHealthCheck;

  /**
   * Which part of the requests is logged, 0 to 1. Left out, Google logs and bills all of them.
   *
   * @default 1
   */
  readonly logSampleRate?: number;

  /**
   * Name of a Cloud Armor policy. The controller leaves an attached policy alone when this is left out; an empty string detaches it.
   *
   * @default - whatever is attached
   */
  readonly securityPolicy?: string;
}

const AFFINITY_TYPES: Readonly<Record<Affinity, string>> = {
  cookie: 'GENERATED_COOKIE',
  clientAddress: 'CLIENT_IP',
  none: 'NONE',
};

/** Notes everything wrong with the properties of a BackendConfig. */
export function checkBackendConfig(problems: Problems, props: BackendConfigProps): void {
  checkSubdomainName(problems, 'name', props.name);
  checkAffinity(problems, props.affinity ?? 'cookie');
  const ingressClass = props.ingressClass ?? 'gce';
  if (checkIngressClass(problems, 'ingressClass', ingressClass)) {
    problems.at('timing').gather(() => behindBalancer(props.timing, ingressClass));
  }
  checkHealthCheck(problems.at('healthCheck'), props.healthCheck, GOOGLE_HEALTH_CHECKS);
  const rate = props.logSampleRate ?? 1;
  if (!(rate >= 0 && rate <= 1))
    problems.add('logSampleRate', `${shown(rate)} is out of range; give a number from 0 to 1`);
  if (props.securityPolicy !== undefined && props.securityPolicy !== '') {
    checkSubdomainName(problems, 'securityPolicy', props.securityPolicy);
  }
}

/**
 * What Google's balancer is told about one backend. Every field that this construct manages is written, defaults too: the controller never reverts a field that
 * is left out, so an omitted one would keep whatever an earlier version said.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
export class BackendConfig extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly ingressClass: GkeIngressClass;
  /** Seconds after which the balancer closes a connection, idle or not according to the class. */
  readonly timeoutSeconds: number;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: BackendConfigProps) {
    super(scope, id);
    const problems = new Problems();
    checkBackendConfig(problems, props);
    problems.throwIfAny();

    this.name = props.name;
    this.ingressClass = props.ingressClass ?? 'gce';
    const balancer = behindBalancer(props.timing, this.ingressClass);
    this.timeoutSeconds = balancer.timeoutSeconds;
    const affinity = props.affinity ?? 'cookie';
    const health = healthCheckOf(props.healthCheck, GOOGLE_HEALTH_CHECKS);
    this.resource = kubeObject(this, 'Resource', {
      apiVersion: 'cloud.google.com/v1',
      kind: 'BackendConfig',
      metadata: { name: props.name },
      spec: {
        timeoutSec: balancer.timeoutSeconds,
        connectionDraining: { drainingTimeoutSec: balancer.connectionDrainingSeconds },
        sessionAffinity: {
          affinityType: AFFINITY_TYPES[affinity],
          // Only a cookie has a lifetime. Zero and not absent: an old value would stay, and be sent again at every sync.
          affinityCookieTtlSec: affinity === 'cookie' ? balancer.affinityTtlSeconds : 0,
        },
        healthCheck: {
          type: 'HTTP',
          requestPath: health.path,
          checkIntervalSec: health.checkIntervalSeconds,
          timeoutSec: health.timeoutSeconds,
          healthyThreshold: health.healthyThreshold,
          unhealthyThreshold: health.unhealthyThreshold,
          ...(health.port === undefined ? {} : { port: health.port }),
        },
        logging: { enable: (props.logSampleRate ?? 1) > 0, sampleRate: props.logSampleRate ?? 1 },
        // A cached handshake hands one session id to everybody. Only an explicit false turns the CDN off.
        cdn: { enabled: false },
        ...(props.securityPolicy === undefined ? {} : { securityPolicy: { name: props.securityPolicy } }),
      },
    });
  }
}
