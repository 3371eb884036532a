import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkSubdomainName } from '../../input/kubernetes';
import { type Problems, shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { flag, list, object, optional, type Shape, text, thing } from '../../input/shape';
import { behindBalancer } from '../../timing/balancer';
import { CONNECT_SECONDS, SEND_SECONDS } from '../../timing/fixed';
import { AnnotatedWebSocketIngress } from '../ingress-manifest';
import { opensMoreThanDefault } from '../reach';
import {
  type PlatformAbilities,
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';
import { type CorsProps, checkCors, corsAnnotations } from './cors';

/** How the affinity cookie looks. How long it lives stands in the timing. */
export interface AffinityCookie {
  /** @default "affinity-cookie" */
  readonly name?: string;
  /**
   * `Lax` reaches pages of the same site, whatever their host; `None` other sites too, over TLS only.
   *
   * @default "Lax"
   */
  readonly sameSite?: 'Lax' | 'Strict' | 'None';
}

export interface NginxWebSocketIngressProps extends WebSocketIngressProps {
  /** The class of the controller. @default "nginx" */
  readonly ingressClass?: string;

  /** @default - a cookie named `affinity-cookie` */
  readonly cookie?: AffinityCookie;

  /** The largest request body; must hold Socket.IO's `maxHttpBufferSize`. @default Size.mebibytes(10) */
  readonly maxBodySize?: Size;

  /** Pages of other origins that may connect. @default - none */
  readonly cors?: CorsProps;
}

const PLATFORM: PlatformAbilities = {
  kind: 'ingress-nginx',
  reach: {
    addressesAppended: 1,
    opened: opensMoreThanDefault,
    how: 'set traffic.ingressFromNamespaces to the namespace of the controller, such as ["ingress-nginx"]',
  },
  cannotKeep: {},
  tls: ['secret'],
};

/** What every annotation that the controller reads starts with. */
export const NGINX_ANNOTATION_PREFIX = 'nginx.ingress.kubernetes.io/';

/** The documented body size, ten times what a Socket.IO server accepts by default. */
const BODY_MEBIBYTES = 10;

/**
 * An Ingress for the controller of the Kubernetes project, `ingress-nginx`, with the Service it goes to. The class stands in `spec.ingressClassName`.
 *
 * The controller is **retired**: its project is archived and gets no fixes, security included. This is for clusters that run it; for new ones use the Gateway
 * API.
 *
 * The annotation `websocket-services` is written because people look for it, and does nothing: this controller passes every upgrade on without being
 * told, and another vendor's annotation of that name has another prefix. What keeps a WebSocket open is `proxy-read-timeout` alone, an idle timeout.
 *
 * Every change of any Ingress in the cluster reloads nginx, which cuts the connections of the old workers after the controller's
 * `worker-shutdown-timeout`, 240 s unless its ConfigMap says otherwise. No annotation changes that.
 *
 * @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
export class NginxWebSocketIngress extends AnnotatedWebSocketIngress {
  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible here */
  constructor(scope: Construct, id: string, props: NginxWebSocketIngressProps) {
    const settings = settled((problems) => readNginxIngress(problems, props));
    super(scope, id, settings, {
      ingressClass: settings.ingressClass,
      prefix: NGINX_ANNOTATION_PREFIX,
      annotations: {
        'websocket-services': settings.serviceName,
        ...proxyAnnotations(settings),
        ...affinityAnnotations(settings),
        ...corsAnnotations(settings.cors),
      },
      secretName: settings.tls !== undefined && 'secret' in settings.tls ? settings.tls.secret.name : undefined,
    });
  }
}

/** {@link NginxWebSocketIngressProps} with every default filled in and every value checked. */
export type NginxIngressSettings = NginxWebSocketIngressProps &
  WebSocketIngressSettings & {
    readonly ingressClass: string;
    readonly cookie: Required<AffinityCookie>;
    readonly maxBodySize: Size;
  };

/** What {@link NginxWebSocketIngressProps} hold. */
const SHAPE: Shape<NginxWebSocketIngressProps> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  ingressClass: optional(text('nginx')),
  cookie: optional(
    object<AffinityCookie>({ name: optional(text('affinity-cookie')), sameSite: optional(text('Lax')) }),
  ),
  maxBodySize: optional(
    thing(
      (value) => typeof value === 'object' && value !== null && 'toKibibytes' in value,
      'a Size: Size.mebibytes(10)',
      undefined,
    ),
  ),
  cors: optional(
    object<CorsProps>({
      origins: list(text('https://app.example.com'), ['https://app.example.com']),
      credentials: optional(flag),
    }),
  ),
};

/** Reads the properties of an Ingress for ingress-nginx and notes everything wrong with them. */
export const readNginxIngress: Reader<NginxWebSocketIngressProps, NginxIngressSettings> = reader(
  SHAPE,
  (problems, props) => {
    const ingress = readWebSocketIngress(problems, props, PLATFORM);
    if (props.healthCheck !== undefined) {
      problems.add(
        'healthCheck',
        'changes nothing: ingress-nginx asks no pod itself and goes by the readiness probe; leave it out, and set probes.readiness of the server',
      );
    }
    ingress.paths.forEach((path, i) => {
      if (path.includes('~'))
        problems.add(
          `paths[${i}]`,
          `${shown(path)} holds "~", for which the controller refuses a path of type Prefix; leave it out`,
        );
    });
    const { ingressClass = 'nginx', maxBodySize = Size.mebibytes(BODY_MEBIBYTES) } = props;
    checkSubdomainName(problems, 'ingressClass', ingressClass);
    const { name = 'affinity-cookie', sameSite = 'Lax' } = props.cookie ?? {};
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      problems.add(
        'cookie.name',
        `${shown(name)} is not a cookie name here; use up to 64 letters, digits, "-" and "_"`,
      );
    }
    if (!['Lax', 'Strict', 'None'].includes(sameSite)) {
      problems.add('cookie.sameSite', `${shown(sameSite)} is unknown; give one of Lax, Strict, None`);
    }
    if (sameSite === 'None' && props.tls === undefined) {
      problems.add('cookie.sameSite', '"None" is dropped by browsers without TLS; give tls, or "Lax"');
    }
    if (props.cors !== undefined) {
      const before = problems.found.length;
      checkCors(problems.at('cors'), props.cors);
      if (problems.found.length === before && ingress.affinity === 'cookie' && sameSite !== 'None') {
        checkCookieReaches(problems, props.cors, props.host, sameSite);
      }
    }
    return { ...props, ...ingress, ingressClass, cookie: { name, sameSite }, maxBodySize };
  },
);

/** Browsers send a cookie that is `Lax` or `Strict` with no request from a page of another site, so that each goes to another pod and nothing says why. */
function checkCookieReaches(
  problems: Problems,
  { origins, credentials = true }: CorsProps,
  host: string,
  sameSite: string,
) {
  const elsewhere = credentials
    ? origins.find((origin) => siteOf(new URL(origin).hostname) !== siteOf(host))
    : undefined;
  if (elsewhere === undefined) return;
  problems.add(
    'cookie.sameSite',
    `"${sameSite}" keeps the cookie from pages of ${elsewhere}, which is another site than ${host}, so that their clients lose their pod; give "None" and tls`,
  );
}

/** The last two labels. Hosts below a public suffix of two labels count as one site, which finds too little and never too much. */
function siteOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}

function proxyAnnotations(props: NginxIngressSettings): Readonly<Record<string, string>> {
  const idle = behindBalancer(props.server.timing, 'ingress-nginx').timeoutSeconds;
  return {
    'proxy-connect-timeout': String(CONNECT_SECONDS),
    'proxy-read-timeout': String(idle),
    'proxy-send-timeout': String(Math.max(SEND_SECONDS, idle)),
    // A message goes on when it arrives and not when a buffer is full.
    'proxy-buffering': 'off',
    'proxy-request-buffering': 'off',
    'proxy-body-size': size(props.maxBodySize.toKibibytes()),
    'ssl-redirect': String(props.tls !== undefined),
  };
}

/**
 * `$remote_addr` is the client where the controller knows it: with `use-forwarded-headers` or `use-proxy-protocol` in its ConfigMap, or with
 * `externalTrafficPolicy: Local` on its Service. Otherwise it is a node or a balancer, the same for many.
 */
function affinityAnnotations({
  server,
  paths,
  affinity,
  cookie,
  tls,
}: NginxIngressSettings): Readonly<Record<string, string>> {
  if (affinity === 'none') return {};
  if (affinity === 'clientAddress') return { 'upstream-hash-by': '$remote_addr' };
  const { affinityTtlSeconds } = behindBalancer(server.timing, 'ingress-nginx');
  return {
    affinity: 'cookie',
    // "balanced" moves clients whenever a pod is added.
    'affinity-mode': 'persistent',
    'session-cookie-name': cookie.name,
    'session-cookie-max-age': String(affinityTtlSeconds),
    // One cookie for all paths: by default each path gets its own, and handshake and API could land on different pods.
    'session-cookie-path': paths.length === 1 ? (paths[0] as string) : '/',
    'session-cookie-samesite': cookie.sameSite,
    'session-cookie-secure': String(tls !== undefined),
    // A client whose pod has gone is bound to the next one, instead of trying the old one for a day.
    'session-cookie-change-on-failure': 'true',
  };
}

function size(kibibytes: number): string {
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024}m` : `${kibibytes}k`;
}
