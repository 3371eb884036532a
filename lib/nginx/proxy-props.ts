import type { Size } from 'cdk8s';
import type { Timing } from '../timing';

/** The port nginx listens on unless told otherwise: a process without privileges may not take one below 1024. */
export const DEFAULT_PROXY_PORT = 8080;

/** The file that makes nginx refuse what is new, unless told otherwise. */
export const DEFAULT_DRAIN_FLAG = '/tmp/drain';

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
   * How many client connections nginx is sized for: connections on both sides, and file descriptors.
   *
   * @default 4096
   * @see https://nginx.org/en/docs/ngx_core_module.html#worker_connections
   */
  readonly maxConnections?: number;

  /**
   * Worker processes. Two, so that health checks are answered while one worker writes a large request to disk; more only when nginx
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
   * While this file exists `/ready` answers 503 and new Socket.IO sessions are refused; sessions that exist go on. Below `/tmp`, the one
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
}
