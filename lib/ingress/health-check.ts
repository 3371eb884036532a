import { checkInteger, checkPort, checkProbePath } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { number, object, optional, text } from '../input/shape';
import { HEALTH_CHECK } from '../timing/fixed';

/** How the balancer finds out whether a pod answers. The kubelet's probes play no part in it. */
export interface BackendHealthCheck {
  /** A path that answers 200 itself, without redirect or login. @default "/health" */
  readonly path?: string;
  /** Seconds from one check to the next, up to 300. @default 15 */
  readonly checkIntervalSeconds?: number;
  /** Seconds to wait for an answer, less than the interval. @default 5 */
  readonly timeoutSeconds?: number;
  /** Successes in a row that make a pod healthy, up to 10. @default 2 */
  readonly healthyThreshold?: number;
  /** Failures in a row that make a pod unhealthy, up to 10. @default 5 on Google's balancers, 3 on AWS's */
  readonly unhealthyThreshold?: number;
  /**
   * A port of the pod other than the one that serves. The check follows the serving port by itself; a sidecar that answers elsewhere is the only reason to
   * name one.
   *
   * @default - the serving port
   */
  readonly port?: number;
}

/** A health check among the properties of something. */
export const HEALTH_CHECK_FIELD = optional(
  object<BackendHealthCheck>({
    path: optional(text('/health')),
    checkIntervalSeconds: optional(number(HEALTH_CHECK.checkIntervalSeconds)),
    timeoutSeconds: optional(number(HEALTH_CHECK.timeoutSeconds)),
    healthyThreshold: optional(number(2)),
    unhealthyThreshold: optional(number(5)),
    port: optional(number(8080)),
  }),
);

/** A health check with every default filled in. */
export type HealthCheck = Required<Omit<BackendHealthCheck, 'port'>> & Pick<BackendHealthCheck, 'port'>;

/** What one platform takes. */
export interface HealthCheckLimits {
  readonly unhealthyThreshold: number;
  readonly leastInterval: number;
  readonly leastTimeout: number;
  readonly mostTimeout: number;
  readonly leastThreshold: number;
  /** By how many seconds the timeout must be shorter than the interval. */
  readonly gap: number;
  /** What the platform does otherwise. */
  readonly otherwise: string;
}

/** @see https://docs.cloud.google.com/load-balancing/docs/health-check-concepts */
export const GOOGLE_HEALTH_CHECKS: HealthCheckLimits = {
  unhealthyThreshold: 5,
  leastInterval: 1,
  leastTimeout: 1,
  mostTimeout: 300,
  leastThreshold: 1,
  gap: 0,
  otherwise: 'which Google refuses, freezing the whole Ingress',
};

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export const AWS_HEALTH_CHECKS: HealthCheckLimits = {
  unhealthyThreshold: 3,
  leastInterval: 5,
  leastTimeout: 2,
  mostTimeout: 120,
  leastThreshold: 2,
  gap: 1,
  otherwise: 'which AWS refuses',
};

/** Reads how the balancer checks the pods. */
export function readHealthCheck(
  problems: Problems,
  given: BackendHealthCheck | undefined,
  limits: HealthCheckLimits,
): HealthCheck {
  const health: HealthCheck = {
    path: '/health',
    ...HEALTH_CHECK,
    healthyThreshold: 2,
    unhealthyThreshold: limits.unhealthyThreshold,
    ...given,
  };
  const { checkIntervalSeconds: interval, timeoutSeconds: timeout } = health;
  checkProbePath(problems, 'path', health.path);
  checkInteger(problems, 'checkIntervalSeconds', interval, limits.leastInterval, 300);
  checkInteger(problems, 'timeoutSeconds', timeout, limits.leastTimeout, limits.mostTimeout);
  checkInteger(problems, 'healthyThreshold', health.healthyThreshold, limits.leastThreshold, 10);
  checkInteger(problems, 'unhealthyThreshold', health.unhealthyThreshold, limits.leastThreshold, 10);
  if (health.port !== undefined) checkPort(problems, 'port', health.port);
  if (timeout > interval - limits.gap) {
    problems.add(
      'timeoutSeconds',
      `${timeout} s is ${limits.gap === 0 ? 'longer' : 'not shorter'} than the interval of ${interval} s, ${limits.otherwise}; ` +
        `set it to at most ${interval - limits.gap} s`,
    );
  }
  return health;
}
