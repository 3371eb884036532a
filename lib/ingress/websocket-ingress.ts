import {
  checkHostOrWildcard,
  checkPort,
  checkServiceName,
  checkSubdomainName,
  checkUrlPath,
} from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { anything, list, number, optional, type Shape, text } from '../input/shape';
import { behindBalancer } from '../timing/balancer';
import { balancerNamed } from '../timing/limits';
import { BACKEND_FIELD, type BackendFacts, type WebSocketBackend } from '../workload/backend';
import { type Affinity, readAffinity } from './affinity';
import { type BackendHealthCheck, HEALTH_CHECK_FIELD } from './health-check';
import type { PlatformKind, Reach } from './reach';
import { checkTls, TLS_FIELD, type Tls, type TlsSource } from './tls';

/**
 * A WebSocket application as every platform is told of it: what is wanted, not which annotation says it. The same description is right behind
 * `GkeWebSocketEdge`, `GatewayWebSocketIngress`, `AlbWebSocketIngress`, `NginxWebSocketIngress` and `HaproxyWebSocketIngress`, or refused with the reason.
 */
export interface WebSocketIngressProps<Server extends BackendFacts = WebSocketBackend> {
  /** Name of the Ingress or Gateway, and the first part of the names of what belongs to it. */
  readonly name: string;

  /** The host that clients use. One that starts with `*.` stands for every name one level below. */
  readonly host: string;

  /** Further hosts that lead to the same server. @default - none */
  readonly otherHosts?: readonly string[] | undefined;

  /** Path prefixes that go to the server. @default ["/"] */
  readonly paths?: readonly string[] | undefined;

  /** Where they go: a server, or a gateway in front of one. Its timing decides every timeout here. */
  readonly server: Server;

  /** Name of the Service that is made for it. @default - the name of the server */
  readonly serviceName?: string;

  /** Port of that Service. @default - the port that the server's clients reach */
  readonly servicePort?: number;

  /**
   * What binds a client to its pod. How long a cookie binds it stands in the timing.
   *
   * @default "cookie"
   */
  readonly affinity?: Affinity | undefined;

  /** Where the certificate comes from. @default - plain HTTP */
  readonly tls?: Tls | undefined;

  /**
   * How the balancer checks the pods. Refused on ingress-nginx, which asks no pod itself and goes by the readiness probe.
   *
   * @default - `/health` every 15 s
   */
  readonly healthCheck?: BackendHealthCheck | undefined;
}

/** The description with every default filled in and every value checked. */
export interface WebSocketIngressSettings<Server extends BackendFacts = WebSocketBackend>
  extends WebSocketIngressProps<Server> {
  /** All of them, {@link WebSocketIngressProps.host} first. */
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly affinity: Affinity;
  readonly serviceName: string;
  readonly servicePort: number;
}

/** What one platform can do. */
export interface PlatformAbilities {
  readonly kind: PlatformKind;
  /** How its connections arrive at a pod. */
  readonly reach: Reach;
  /** The affinities that it cannot keep, each with what to do instead. */
  readonly cannotKeep: Readonly<Partial<Record<Affinity, string>>>;
  readonly tls: readonly TlsSource[];
}

/** What {@link WebSocketIngressProps} hold. */
export const WEBSOCKET_INGRESS_SHAPE: Shape<WebSocketIngressProps<BackendFacts>> = {
  name: text('chat'),
  host: text('chat.example.com'),
  otherHosts: optional(list(text('www.example.com'), ['www.example.com'])),
  paths: optional(list(text('/'), ['/'])),
  server: BACKEND_FIELD,
  serviceName: optional(text('chat')),
  servicePort: optional(number(80)),
  affinity: anything,
  tls: TLS_FIELD,
  healthCheck: HEALTH_CHECK_FIELD,
};

/** Reads a description and notes everything that is wrong with it on any platform, and what this one cannot do. */
export function readWebSocketIngress<Server extends BackendFacts>(
  problems: Problems,
  props: WebSocketIngressProps<Server>,
  platform: PlatformAbilities,
): WebSocketIngressSettings<Server> {
  const { server, paths = ['/'], serviceName = server.name, servicePort = server.servingPort } = props;
  const title = balancerNamed(platform.kind);
  checkSubdomainName(problems, 'name', props.name);
  const hosts = readHosts(problems, props);
  checkPaths(problems, paths);
  checkServiceName(problems, 'serviceName', serviceName);
  checkPort(problems, 'servicePort', servicePort);
  const affinity = readAffinity(problems, props.affinity);
  const instead = platform.cannotKeep[affinity];
  if (instead !== undefined)
    problems.add('affinity', `${shown(affinity)} is nothing that ${title} can keep; ${instead}`);
  checkTls(problems.at('tls'), props.tls, title, platform.tls);
  problems.at('timing').gather(() => behindBalancer(server.timing, platform.kind));
  checkReach(problems.at('server'), server, platform);
  return { ...props, hosts, paths, affinity, serviceName, servicePort };
}

/** Reads all hosts and notes those that nothing can be routed by. */
export function readHosts(
  problems: Problems,
  { host, otherHosts = [] }: Pick<WebSocketIngressProps, 'host' | 'otherHosts'>,
): readonly string[] {
  checkHostOrWildcard(problems, 'host', host);
  otherHosts.forEach((other, i) => {
    checkHostOrWildcard(problems, `otherHosts[${i}]`, other);
    if (other === host || otherHosts.indexOf(other) < i)
      problems.add(`otherHosts[${i}]`, `${shown(other)} is there already; give each host once`);
  });
  return [host, ...otherHosts];
}

/** Notes path prefixes that cannot be routed by. */
export function checkPaths(problems: Problems, paths: readonly string[]): void {
  if (paths.length === 0) problems.add('paths', 'is empty, so nothing would reach the server; leave it out for "/"');
  paths.forEach((path, i) => {
    checkUrlPath(problems, `paths[${i}]`, path);
    if (String(path).split('/').includes('.'))
      problems.add(`paths[${i}]`, `${shown(path)} holds ".", for which the API server refuses it; leave it out`);
    if (paths.indexOf(path) < i) problems.add(`paths[${i}]`, `${shown(path)} is there already; give each path once`);
  });
}

/** Can the balancer's packets reach the pods, and will their nginx recognize the client in what it forwards? */
function checkReach(problems: Problems, server: BackendFacts, { kind, reach }: PlatformAbilities): void {
  const { addressesAppended, opened, how } = reach;
  const title = balancerNamed(kind);
  if (!opened(server.traffic)) {
    problems.add('traffic', `does not let ${title} in, so that every check and every connection would fail; ${how}`);
  }
  if (server.addressesAppended !== undefined && server.addressesAppended < addressesAppended) {
    problems.add(
      'addressesAppended',
      `is ${server.addressesAppended}, but ${title} appends ${addressesAppended} to X-Forwarded-For: the address of a proxy would pass for every client's; ` +
        `set it to ${addressesAppended}`,
    );
  }
}
