import type { Size } from 'cdk8s';
import { anything, flag, list, number, object, optional, type Shape, text } from '../input/shape';
import type { Timing } from '../timing';
import { TIMING_FIELD } from '../timing/timing-field';
import type { Statement } from './statement';

/** The port nginx listens on unless told otherwise: a process without privileges may not take one below 1024. */
export const DEFAULT_PROXY_PORT = 8080;

/** How many sessions nginx takes unless told otherwise. */
export const DEFAULT_MAX_CONNECTIONS = 4096;

/** The documented body size, ten times what a Socket.IO server accepts by default. */
export const DEFAULT_MAX_BODY_KIBIBYTES = 10_240;

/** The file that makes nginx refuse what is new, unless told otherwise. */
export const DEFAULT_DRAIN_FLAG = '/tmp/drain';

/** Where nginx writes the number of its master process. */
export const PID_FILE = '/tmp/nginx.pid';

/** Answered by nginx itself for as long as it runs: for liveness probes, and for balancers that only ask whether nginx is there. */
export const HEALTH_PATH = '/health';

/** Answered with 503 while the drain flag exists: for readiness probes and for the balancer's health check. */
export const READY_PATH = '/ready';

/** What the sidecar and the gateway are both told. */
export interface ProxyProps {
  /** Where every timeout comes from. */
  readonly timing: Timing;

  /**
   * The port nginx listens on. One below 1024 needs the pod's sysctl `net.ipv4.ip_unprivileged_port_start`.
   *
   * @default 8080
   */
  readonly port?: number;

  /**
   * How many sessions nginx takes: WebSockets and polls that are held, over all its workers. Whoever opens one more gets a 503 with `Retry-After`, logged with `refused=full`, while
   * sessions that exist and health checks go on. Connections on both sides and file descriptors follow from it.
   *
   * @default 4096
   * @see https://nginx.org/en/docs/ngx_core_module.html#worker_connections
   */
  readonly maxConnections?: number;

  /**
   * Worker processes. Two, so that health checks are answered while one worker is busy; more only when nginx
   * has more than two cores to itself. Never one for each core of the node, which is what nginx's `auto` counts in a container.
   *
   * @default 2
   * @see https://nginx.org/en/docs/ngx_core_module.html#worker_processes
   */
  readonly workers?: number;

  /**
   * The largest request body. Must hold what the application accepts: Socket.IO's `maxHttpBufferSize`, 1 MB unless raised, and uploads.
   *
   * @default Size.mebibytes(10)
   * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size
   */
  readonly maxBodySize?: Size;

  /**
   * How many addresses the proxies in front append to `X-Forwarded-For`. The client's is the first of them; what stands further left was
   * sent by the client and is never believed.
   *
   * - `0`: nobody in front; the peer is the client, and `X-Forwarded-For` and `X-Forwarded-Proto` of the request are dropped
   * - `1`: AWS ALB, ingress-nginx: they append the client
   * - `2`: Google's application load balancers: they append the client and then themselves
   *
   * This library's gateway adds none: behind it, the number is that of the balancer in front of the gateway, and `1` where there is none.
   *
   * Whoever reaches the pod past the balancer can claim any address: a NetworkPolicy has to keep the pod for the balancer.
   *
   * @default 0
   * @see https://docs.cloud.google.com/load-balancing/docs/https#x-forwarded-for_header
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
   */
  readonly addressesAppended?: number;

  /**
   * Takes IPv6 connections as well. `false` where the kernels of the nodes run without IPv6 (`ipv6.disable=1`), on which nginx would not start.
   *
   * @default true
   */
  readonly ipv6?: boolean;

  /**
   * Locations of your own, beside those that are generated. They are read by nginx's own grammar and become part of the configuration, so that changing one replaces the pods.
   *
   * @default - none
   */
  readonly extraLocations?: readonly ExtraLocation[];

  /**
   * Further directives for the `server`, as in an nginx.conf: `gzip on; add_header X-Frame-Options DENY always;`. What is generated there cannot be set a second time.
   *
   * @default - none
   */
  readonly extraServerDirectives?: string;

  /**
   * While this file exists `/ready` answers 503 and new sessions are refused, Socket.IO's and WebSockets; sessions that exist go on. Below `/tmp`, the one
   * directory that can be written to.
   *
   * @default '/tmp/drain'
   */
  readonly drainFlag?: string;

  /**
   * Logs the headers that decide over an upgrade (Host, Origin, Upgrade, Connection, forwarded) in a second line for each request.
   * For looking into a problem: it doubles the log.
   *
   * @default false
   */
  readonly debugHeaders?: boolean;

  /**
   * Answers `/status` on this port of the loopback interface with how many connections there are, for an exporter in the same pod.
   *
   * @default - nobody counts
   * @see https://nginx.org/en/docs/http/ngx_http_stub_status_module.html
   */
  readonly statusPort?: number;
}

/** A location of the user's own. */
export interface ExtraLocation {
  /** A path: a prefix such as `/static/`, or with `exact` this one path and nothing below it. */
  readonly path: string;
  /** @default false */
  readonly exact?: boolean;
  /** Its directives, as in an nginx.conf: `return 200 "ok";`. `proxy_pass http://app;` goes to the application. */
  readonly directives: string;
}

/** {@link ProxyProps} with every default filled in and every value checked. */
export interface ProxySettings {
  readonly timing: Timing;
  readonly port: number;
  readonly maxConnections: number;
  readonly workers: number;
  readonly maxBodyKibibytes: number;
  readonly addressesAppended: number;
  readonly drainFlag: string;
  readonly debugHeaders: boolean;
  readonly statusPort: number | undefined;
  readonly ipv6: boolean;
  readonly extraLocations: readonly Statement[];
  readonly extraServerDirectives: readonly Statement[];
}

/** What {@link ProxyProps} hold. */
export const PROXY_SHAPE: Shape<ProxyProps> = {
  timing: TIMING_FIELD,
  port: optional(number(8080)),
  maxConnections: optional(number(4096)),
  workers: optional(number(2)),
  maxBodySize: anything,
  addressesAppended: optional(number(2)),
  ipv6: optional(flag),
  extraLocations: optional(
    list(object<ExtraLocation>({ path: text('/robots.txt'), exact: optional(flag), directives: text('return 204;') }), [
      { path: '/robots.txt', directives: 'return 204;' },
    ]),
  ),
  extraServerDirectives: optional(text('client_header_timeout 30s;')),
  drainFlag: optional(text('/tmp/drain')),
  debugHeaders: optional(flag),
  statusPort: optional(number(8081)),
};
