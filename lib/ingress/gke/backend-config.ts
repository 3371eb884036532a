import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { checkSubdomainName } from '../../input/kubernetes';
import { shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { anything, number, optional, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';
import { behindBalancer, type Timing } from '../../timing';
import { TIMING_FIELD } from '../../timing/timing-field';
import { type Affinity, readAffinity } from '../affinity';
import {
  type BackendHealthCheck,
  GOOGLE_HEALTH_CHECKS,
  HEALTH_CHECK_FIELD,
  type HealthCheck,
  readHealthCheck,
} from '../health-check';
import { readLogSampleRate } from '../log-sample-rate';
import { type GkeIngressClass, readIngressClass } from './ingress-class';

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
  readonly ingressClass?: GkeIngressClass | undefined;

  /** What binds a client to its pod. @default "cookie" */
  readonly affinity?: Affinity;

  /** @default - `/health` every 15 s */
  readonly healthCheck?: BackendHealthCheck | undefined;

  /**
   * Which part of the requests is logged, 0 to 1. Left out, Google logs and bills all of them.
   *
   * @default 1
   */
  readonly logSampleRate?: number | undefined;

  /**
   * Name of a Cloud Armor policy. The controller leaves an attached policy alone when this is left out; an empty string detaches it.
   *
   * @default - whatever is attached
   */
  readonly securityPolicy?: string | undefined;
}

const AFFINITY_TYPES: Readonly<Record<Affinity, string>> = {
  cookie: 'GENERATED_COOKIE',
  clientAddress: 'CLIENT_IP',
  none: 'NONE',
};

/** {@link BackendConfigProps} with every default filled in and every value checked. */
export interface BackendConfigSettings extends BackendConfigProps {
  readonly ingressClass: GkeIngressClass;
  readonly affinity: Affinity;
  readonly healthCheck: HealthCheck;
  readonly logSampleRate: number;
}

/** What {@link BackendConfigProps} hold. */
export const BACKEND_CONFIG_SHAPE: Shape<BackendConfigProps> = {
  name: text('chat-config'),
  timing: TIMING_FIELD,
  ingressClass: anything,
  affinity: anything,
  healthCheck: HEALTH_CHECK_FIELD,
  logSampleRate: optional(number(0.5)),
  securityPolicy: optional(text('chat-armor')),
};

/** Reads the properties of a BackendConfig and notes everything wrong with them. */
export const readBackendConfig: Reader<BackendConfigProps, BackendConfigSettings> = reader(
  BACKEND_CONFIG_SHAPE,
  (problems, props) => {
    checkSubdomainName(problems, 'name', props.name);
    const affinity = readAffinity(problems, props.affinity);
    const ingressClass = readIngressClass(problems, props.ingressClass);
    problems.at('timing').gather(() => behindBalancer(props.timing, ingressClass));
    const healthCheck = readHealthCheck(problems.at('healthCheck'), props.healthCheck, GOOGLE_HEALTH_CHECKS);
    const logSampleRate = readLogSampleRate(problems, props.logSampleRate);
    if (props.securityPolicy !== undefined && props.securityPolicy !== '') {
      checkGoogleName(problems, 'securityPolicy', props.securityPolicy);
      if (ingressClass === 'gce-internal')
        problems.add(
          'securityPolicy',
          `${shown(props.securityPolicy)} cannot be attached on class "gce-internal": Google has no Cloud Armor for its regional backends, and the controller would stop programming the whole Ingress; leave it out`,
        );
    }
    return { ...props, ingressClass, affinity, healthCheck, logSampleRate };
  },
);

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
    super(...placed(scope, id));
    const settings = settled((problems) => readBackendConfig(problems, props));
    const { name, ingressClass, affinity, healthCheck: health, logSampleRate, securityPolicy } = settings;
    this.name = name;
    this.ingressClass = ingressClass;
    const balancer = behindBalancer(settings.timing, ingressClass);
    this.timeoutSeconds = balancer.timeoutSeconds;
    this.resource = kubeObject(this, 'Resource', {
      apiVersion: 'cloud.google.com/v1',
      kind: 'BackendConfig',
      metadata: { name },
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
        logging: { enable: logSampleRate > 0, sampleRate: logSampleRate },
        // A cached handshake hands one session id to everybody. Only an explicit false turns the CDN off.
        cdn: { enabled: false },
        ...(securityPolicy === undefined ? {} : { securityPolicy: { name: securityPolicy } }),
      },
    });
  }
}
