import type { Construct } from 'constructs';
import { checkSubdomainName } from '../../input/kubernetes';
import { shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { anything, flag, optional, record, type Shape, text } from '../../input/shape';
import { behindBalancer } from '../../timing/balancer';
import { limitsOf } from '../../timing/limits';
import { AWS_HEALTH_CHECKS, type HealthCheck, readHealthCheck } from '../health-check';
import { AnnotatedWebSocketIngress } from '../ingress-manifest';
import { opensMoreThanDefault } from '../reach';
import { certificateNames } from '../tls';
import {
  type PlatformAbilities,
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';
import { type Attributes, attributeLine, checkAttributes } from './attributes';

export interface AlbWebSocketIngressProps extends WebSocketIngressProps {
  /** The class of the controller. @default "alb" */
  readonly ingressClass?: string;

  /** Reachable from the internet, or from the VPC only. @default "internet-facing" */
  readonly scheme?: 'internet-facing' | 'internal';

  /** Answers plain HTTP with a redirect to HTTPS where there is TLS. @default true */
  readonly redirectToHttps?: boolean;

  /** Name of a security policy for TLS. @default - that of AWS, which the controller leaves alone */
  readonly sslPolicy?: string;

  /**
   * Name of the group of Ingresses that share one load balancer: two applications behind one host are two of these constructs with one group. Attributes of the balancer, its idle timeout
   * among them, have to be the same in all of them, so give them one timing.
   *
   * @default - a load balancer of its own
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup
   */
  readonly group?: string;

  /** Tags on everything that AWS makes for this Ingress. @default - none */
  readonly tags?: Attributes;

  /** Further attributes of the load balancer, such as `access_logs.s3.enabled`. @default - none */
  readonly loadBalancerAttributes?: Attributes;

  /** Further attributes of the target group, such as `load_balancing.algorithm.type`. @default - none */
  readonly targetGroupAttributes?: Attributes;
}

const PLATFORM: PlatformAbilities = {
  kind: 'aws-alb',
  reach: {
    addressesAppended: 1,
    opened: opensMoreThanDefault,
    how: 'set traffic.ingressFrom to the subnets of the balancer, such as ["10.0.0.0/16"]',
  },
  cannotKeep: {
    clientAddress:
      'it binds by a cookie of its own and by nothing else: give "cookie", or "none" with a WebSocketGateway behind it that binds by address',
  },
  tls: ['certificates', 'managed'],
};

/** What every annotation that the controller reads starts with. */
export const ALB_ANNOTATION_PREFIX = 'alb.ingress.kubernetes.io/';

/**
 * The label of a namespace whose new pods wait for the load balancer before they count as ready, so that a rollout does not go on without it. Give it to
 * `RestrictedNamespace`; the Ingress has to be there before the pods.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
 */
export const ALB_READINESS_GATE: Readonly<Record<string, string>> = Object.freeze({
  'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
});

/** What AWS has where nobody sets it. */
const DEFAULT_STICKINESS_SECONDS = limitsOf('aws-alb').affinityTtl?.defaultSeconds ?? 0;

const MANAGED_LOAD_BALANCER = ['idle_timeout.timeout_seconds'];
const MANAGED_TARGET_GROUP = [
  'deregistration_delay.timeout_seconds',
  'stickiness.enabled',
  'stickiness.lb_cookie.duration_seconds',
  'stickiness.type',
];

/** ACM, or a server certificate of IAM. */
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:(acm|iam):[a-z0-9-]*:\d{12}:(certificate|server-certificate)\/[\w/+=,.@-]+$/;

/**
 * An Ingress for the AWS Load Balancer Controller, with the Service it goes to. The class stands in `spec.ingressClassName`.
 *
 * Every attribute that belongs to this construct is written, defaults too: the controller changes the listed ones only, and an attribute that disappears from
 * the list keeps its value. Targets are pods and not nodes, which is what keeps a bound client on its pod and a readiness gate meaningful. Upgrades need no
 * switch; `backend-protocol: HTTP` does not turn HTTP/2 off towards clients, and need not, since browsers open WebSockets over HTTP/1.1.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export class AlbWebSocketIngress extends AnnotatedWebSocketIngress {
  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible here */
  constructor(scope: Construct, id: string, props: AlbWebSocketIngressProps) {
    const settings = settled((problems) => readAlbIngress(problems, props));
    super(scope, id, settings, {
      ingressClass: settings.ingressClass,
      prefix: ALB_ANNOTATION_PREFIX,
      annotations: {
        ...frontAnnotations(settings),
        ...attributeAnnotations(settings),
        ...healthAnnotations(settings),
      },
    });
  }
}

/** {@link AlbWebSocketIngressProps} with every default filled in and every value checked. */
export type AlbIngressSettings = AlbWebSocketIngressProps &
  WebSocketIngressSettings & {
    readonly ingressClass: string;
    readonly scheme: 'internet-facing' | 'internal';
    readonly redirectToHttps: boolean;
    readonly healthCheck: HealthCheck;
  };

/** What {@link AlbWebSocketIngressProps} hold. */
const SHAPE: Shape<AlbWebSocketIngressProps> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  ingressClass: optional(text('alb')),
  scheme: anything,
  redirectToHttps: optional(flag),
  sslPolicy: optional(text('ELBSecurityPolicy-TLS13-1-2-2021-06')),
  group: optional(text('shared')),
  tags: optional(record(anything, { Team: 'realtime' })),
  loadBalancerAttributes: optional(record(anything, { 'access_logs.s3.enabled': 'false' })),
  targetGroupAttributes: optional(record(anything, { 'load_balancing.algorithm.type': 'round_robin' })),
};

/** Tags that only AWS itself may set. */
const RESERVED_TAG = /^aws:/i;

/** Reads the properties of an Ingress for the AWS Load Balancer Controller and notes everything wrong with them. */
export const readAlbIngress: Reader<AlbWebSocketIngressProps, AlbIngressSettings> = reader(SHAPE, (problems, props) => {
  const ingress = readWebSocketIngress(problems, props, PLATFORM);
  const healthCheck = readHealthCheck(problems.at('healthCheck'), props.healthCheck, AWS_HEALTH_CHECKS);
  const { ingressClass = 'alb', scheme = 'internet-facing', redirectToHttps = true, tls, sslPolicy } = props;
  checkSubdomainName(problems, 'ingressClass', ingressClass);
  if (scheme !== 'internet-facing' && scheme !== 'internal') {
    problems.add('scheme', `${shown(scheme)} is unknown; give "internet-facing" or "internal"`);
  }
  certificateNames(tls).forEach((arn, i) => {
    if (CERTIFICATE_ARN.test(arn)) return;
    problems.add(
      `tls.certificates[${i}]`,
      `${shown(arn)} is not the ARN of a certificate; give one such as "arn:aws:acm:eu-west-1:123456789012:certificate/…"`,
    );
  });
  if (sslPolicy !== undefined && !/^ELBSecurityPolicy-[\w-]+$/.test(sslPolicy)) {
    problems.add(
      'sslPolicy',
      `${shown(sslPolicy)} is not a policy of AWS; their names start with "ELBSecurityPolicy-"`,
    );
  }
  if (sslPolicy !== undefined && tls === undefined) problems.add('sslPolicy', 'is for TLS; give tls, or leave it out');
  if (props.group !== undefined) checkSubdomainName(problems, 'group', props.group);
  checkAttributes(problems.at('tags'), props.tags, []);
  for (const name of Object.keys(props.tags ?? {}).filter((name) => RESERVED_TAG.test(name)))
    problems.add(
      `tags.${name}`,
      'is a tag that AWS keeps to itself, and the controller would be refused; choose a name without "aws:"',
    );
  checkAttributes(problems.at('loadBalancerAttributes'), props.loadBalancerAttributes, MANAGED_LOAD_BALANCER);
  checkAttributes(problems.at('targetGroupAttributes'), props.targetGroupAttributes, MANAGED_TARGET_GROUP);
  return { ...props, ...ingress, ingressClass, scheme, redirectToHttps, healthCheck };
});

function frontAnnotations(props: AlbIngressSettings): Attributes {
  const { tls, sslPolicy } = props;
  return {
    scheme: props.scheme,
    ...(props.group === undefined ? {} : { 'group.name': props.group }),
    'target-type': 'ip',
    'backend-protocol': 'HTTP',
    // An upgrade is a mechanism of HTTP/1.1.
    'backend-protocol-version': 'HTTP1',
    'listen-ports': JSON.stringify(tls === undefined ? [{ HTTP: 80 }] : [{ HTTP: 80 }, { HTTPS: 443 }]),
    ...(tls !== undefined && props.redirectToHttps ? { 'ssl-redirect': '443' } : {}),
    // Without one the controller looks for the certificates of the host in ACM.
    ...(tls !== undefined && 'certificates' in tls ? { 'certificate-arn': tls.certificates.join(',') } : {}),
    ...(sslPolicy === undefined ? {} : { 'ssl-policy': sslPolicy }),
    ...(props.tags === undefined ? {} : { tags: attributeLine(props.tags) }),
  };
}

function attributeAnnotations(props: AlbIngressSettings): Attributes {
  const balancer = behindBalancer(props.server.timing, 'aws-alb');
  const bound = props.affinity === 'cookie';
  return {
    'load-balancer-attributes': attributeLine({
      ...props.loadBalancerAttributes,
      'idle_timeout.timeout_seconds': String(balancer.timeoutSeconds),
    }),
    'target-group-attributes': attributeLine({
      ...props.targetGroupAttributes,
      'deregistration_delay.timeout_seconds': String(balancer.connectionDrainingSeconds),
      'stickiness.enabled': String(bound),
      'stickiness.lb_cookie.duration_seconds': String(bound ? balancer.affinityTtlSeconds : DEFAULT_STICKINESS_SECONDS),
      'stickiness.type': 'lb_cookie',
    }),
  };
}

function healthAnnotations({ healthCheck: health }: AlbIngressSettings): Attributes {
  return {
    'healthcheck-protocol': 'HTTP',
    'healthcheck-port': health.port === undefined ? 'traffic-port' : String(health.port),
    'healthcheck-path': health.path,
    'healthcheck-interval-seconds': String(health.checkIntervalSeconds),
    'healthcheck-timeout-seconds': String(health.timeoutSeconds),
    'healthy-threshold-count': String(health.healthyThreshold),
    'unhealthy-threshold-count': String(health.unhealthyThreshold),
    'success-codes': '200',
  };
}
