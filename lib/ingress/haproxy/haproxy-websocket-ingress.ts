import type { Construct } from 'constructs';
import { checkSubdomainName } from '../../input/kubernetes';
import { shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { optional, type Shape, text } from '../../input/shape';
import { behindBalancer } from '../../timing/balancer';
import { type HealthCheck, type HealthCheckLimits, readHealthCheck } from '../health-check';
import { AnnotatedWebSocketIngress } from '../ingress-manifest';
import { opensMoreThanDefault } from '../reach';
import {
  type PlatformAbilities,
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';

export interface HaproxyWebSocketIngressProps extends WebSocketIngressProps {
  /** The class of the controller. @default "haproxy" */
  readonly ingressClass?: string;

  /** Name of the affinity cookie. It lasts until the browser is closed: the controller has no other lifetime for it. @default "affinity-cookie" */
  readonly cookieName?: string;
}

const PLATFORM: PlatformAbilities = {
  kind: 'haproxy',
  reach: {
    addressesAppended: 1,
    opened: opensMoreThanDefault,
    how: 'set traffic.ingressFromNamespaces to the namespace of the controller, such as ["haproxy-controller"]',
  },
  cannotKeep: {},
  tls: ['secret'],
};

/** What every annotation that the controller reads starts with. */
export const HAPROXY_ANNOTATION_PREFIX = 'haproxy.org/';

/** @see https://docs.haproxy.org/3.2/configuration.html#5.2-inter */
const HEALTH_CHECKS: HealthCheckLimits = {
  unhealthyThreshold: 3,
  leastInterval: 1,
  leastTimeout: 1,
  mostTimeout: 300,
  leastThreshold: 1,
  gap: 0,
  otherwise: 'so that the next check would be due before the last one has failed',
};

/** What no annotation of the controller says, with what HAProxy takes. */
const FIXED = { healthyThreshold: '2', unhealthyThreshold: '3', port: 'the port that serves' } as const;

/**
 * An Ingress for the HAProxy Kubernetes Ingress Controller, with the Service it goes to. The class stands in `spec.ingressClassName`.
 *
 * Nearly everything stands on the Service: the controller makes one backend for each, and reads its annotations before those of the Ingress; the one of the
 * affinity cookie it reads there alone. How long an upgraded connection may be silent is HAProxy's `timeout tunnel`. As a setting of its own the controller
 * knows that in its ConfigMap only, for all of its backends, so it is written as a `backend-config-snippet`. A controller that runs with
 * `--disable-config-snippets` drops the snippet: then its one hour applies, which no heartbeat fails to keep, and a dead peer is noticed late.
 *
 * A change that HAProxy cannot take while it runs makes the controller start another one; the old one keeps its connections for `hard-stop-after` of the
 * controller's ConfigMap, 30 minutes unless set, and then cuts them.
 *
 * @see https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md
 */
export class HaproxyWebSocketIngress extends AnnotatedWebSocketIngress {
  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible here */
  constructor(scope: Construct, id: string, props: HaproxyWebSocketIngressProps) {
    const settings = settled((problems) => readHaproxyIngress(problems, props));
    super(scope, id, settings, {
      ingressClass: settings.ingressClass,
      prefix: HAPROXY_ANNOTATION_PREFIX,
      annotations: redirectAnnotations(settings),
      onService: {
        ...healthAnnotations(settings.healthCheck),
        'forwarded-for': 'true',
        ...affinityAnnotations(settings),
        ...timeoutAnnotations(settings),
      },
      secretName: settings.tls !== undefined && 'secret' in settings.tls ? settings.tls.secret.name : undefined,
    });
  }
}

/** {@link HaproxyWebSocketIngressProps} with every default filled in and every value checked. */
export type HaproxyIngressSettings = HaproxyWebSocketIngressProps &
  WebSocketIngressSettings & {
    readonly ingressClass: string;
    readonly cookieName: string;
    readonly healthCheck: HealthCheck;
  };

/** What {@link HaproxyWebSocketIngressProps} hold. */
const SHAPE: Shape<HaproxyWebSocketIngressProps> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  ingressClass: optional(text('haproxy')),
  cookieName: optional(text('affinity-cookie')),
};

/** Reads the properties of an Ingress for HAProxy's controller and notes everything wrong with them. */
export const readHaproxyIngress: Reader<HaproxyWebSocketIngressProps, HaproxyIngressSettings> = reader(
  SHAPE,
  (problems, props) => {
    const ingress = readWebSocketIngress(problems, props, PLATFORM);
    const checks = problems.at('healthCheck');
    for (const [name, fixed] of Object.entries(FIXED)) {
      if (props.healthCheck?.[name as keyof typeof FIXED] === undefined) continue;
      checks.add(name, `is told by no annotation of HAProxy's controller, where it is ${fixed}; leave it out`);
    }
    const healthCheck = readHealthCheck(checks, props.healthCheck, HEALTH_CHECKS);
    const { ingressClass = 'haproxy', cookieName = 'affinity-cookie' } = props;
    checkSubdomainName(problems, 'ingressClass', ingressClass);
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(cookieName)) {
      problems.add(
        'cookieName',
        `${shown(cookieName)} is not a cookie name here; use up to 64 letters, digits, "-" and "_"`,
      );
    }
    return { ...props, ...ingress, ingressClass, cookieName, healthCheck };
  },
);

function redirectAnnotations({ tls }: HaproxyIngressSettings): Readonly<Record<string, string>> {
  // By default the redirect names port 8443, where the controller's container listens and no client does.
  return tls === undefined ? { 'ssl-redirect': 'false' } : { 'ssl-redirect': 'true', 'ssl-redirect-port': '443' };
}

function healthAnnotations(health: HealthCheck): Readonly<Record<string, string>> {
  return {
    check: 'true',
    'check-http': health.path,
    'check-interval': `${health.checkIntervalSeconds}s`,
    'timeout-check': `${health.timeoutSeconds}s`,
  };
}

function affinityAnnotations({ affinity, cookieName }: HaproxyIngressSettings): Readonly<Record<string, string>> {
  if (affinity === 'clientAddress') return { 'load-balance': 'source' };
  // Connections that last are counted, so that a new pod gets its share of them.
  const balance = { 'load-balance': 'leastconn' };
  return affinity === 'none' ? balance : { ...balance, 'cookie-persistence': cookieName };
}

function timeoutAnnotations({ server, affinity }: HaproxyIngressSettings): Readonly<Record<string, string>> {
  const idle = behindBalancer(server.timing, 'haproxy').timeoutSeconds;
  return {
    // For polls, which are answered late and are no tunnels.
    'timeout-server': `${idle}s`,
    'backend-config-snippet': [
      `timeout tunnel ${idle}s`,
      // Otherwise another pod moves nearly every client.
      ...(affinity === 'clientAddress' ? ['hash-type consistent'] : []),
    ].join('\n'),
  };
}
