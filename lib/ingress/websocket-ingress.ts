import { checkHost, checkPort, checkServiceName, checkSubdomainName, checkUrlPath } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { behindBalancer } from '../timing/balancer';
import { limitsOf } from '../timing/limits';
import type { WebSocketBackend } from '../workload/backend';
import { type Affinity, checkAffinity } from './affinity';
import type { BackendHealthCheck } from './health-check';
import { type PlatformKind, REACH } from './reach';
import { checkTls, type Tls, type TlsSource } from './tls';

/**
 * A WebSocket application as every platform is told of it: what is wanted, not which annotation says it. The same description is right behind
 * `GkeWebSocketEdge`, `GatewayWebSocketIngress`, `NginxWebSocketIngress` and `AlbWebSocketIngress`, or refused with the reason.
 */
export interface WebSocketIngressProps {
  /** Name of the Ingress or Gateway, and the first part of the names of what belongs to it. */
  readonly name: string;

  /** The host that clients use. */
  readonly host: string;

  /** Path prefixes that go to the server. @default ["/"] */
  readonly paths?: readonly string[];

  /** Where they go: a server, or a gateway in front of one. Its timing decides every timeout here. */
  readonly server: WebSocketBackend;

  /** Name of the Service that is made for it. @default - the name of the server */
  readonly serviceName?: string;

  /** Port of that Service. @default - the port that the server's clients reach */
  readonly servicePort?: number;

  /**
   * What binds a client to its pod. How long a cookie binds it stands in the timing.
   *
   * @default "cookie"
   */
  readonly affinity?: Affinity;

  /** Where the certificate comes from. @default - plain HTTP */
  readonly tls?: Tls;

  /**
   * How the balancer checks the pods. ingress-nginx does not: it goes by the readiness probe.
   *
   * @default - `/health` every 15 s
   */
  readonly healthCheck?: BackendHealthCheck;
}

/** The description with every default filled in. */
export interface WebSocketIngress {
  readonly paths: readonly string[];
  readonly affinity: Affinity;
  readonly serviceName: string;
  readonly servicePort: number;
}

export function ingressOf(props: WebSocketIngressProps): WebSocketIngress {
  return {
    paths: props.paths ?? ['/'],
    affinity: props.affinity ?? 'cookie',
    serviceName: props.serviceName ?? props.server.workload.name,
    servicePort: props.servicePort ?? props.server.servingPort,
  };
}

/** What one platform can do. */
export interface PlatformAbilities {
  readonly kind: PlatformKind;
  readonly affinities: readonly Affinity[];
  /** What to do about an affinity that it cannot keep. */
  readonly instead: string;
  readonly tls: readonly TlsSource[];
}

/** Notes everything that is wrong with a description on any platform, and what this one cannot do. */
export function checkWebSocketIngress(
  problems: Problems,
  props: WebSocketIngressProps,
  platform: PlatformAbilities,
): void {
  const { paths, affinity, serviceName, servicePort } = ingressOf(props);
  const title = titleOf(platform.kind);
  checkSubdomainName(problems, 'name', props.name);
  checkHost(problems, 'host', props.host);
  if (paths.length === 0) problems.add('paths', 'is empty, so nothing would reach the server; leave it out for "/"');
  paths.forEach((path, i) => {
    checkUrlPath(problems, `paths[${i}]`, path);
    if (paths.indexOf(path) < i) problems.add(`paths[${i}]`, `${shown(path)} is there already; give each path once`);
  });
  checkServiceName(problems, 'serviceName', serviceName);
  checkPort(problems, 'servicePort', servicePort);
  checkAffinity(problems, affinity);
  if (!platform.affinities.includes(affinity)) {
    problems.add('affinity', `${shown(affinity)} is nothing that ${title} can keep; ${platform.instead}`);
  }
  checkTls(problems.at('tls'), props.tls, title, platform.tls);
  problems.at('timing').gather(() => behindBalancer(props.server.timing, platform.kind));
  checkReach(problems.at('server'), props.server, platform.kind);
}

/** Can the balancer's packets reach the pods, and will their nginx recognize the client in what it forwards? */
function checkReach(problems: Problems, server: WebSocketBackend, kind: PlatformKind): void {
  const { addressesAppended, opened, how } = REACH[kind];
  const title = titleOf(kind);
  if (!opened(server.networkPolicy)) {
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

/** As it stands in a sentence. */
function titleOf(kind: PlatformKind): string {
  return kind === 'ingress-nginx' ? kind : `the ${limitsOf(kind).title}`;
}
