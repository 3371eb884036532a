import { UPSTREAM_IDLE_SECONDS } from '../timing/fixed';
import { block, type Statement } from './statement';

/** A place that a request is sent on to. */
export interface Server {
  /** An IPv4 address or a DNS name. nginx resolves names once, when it starts. */
  readonly host: string;
  readonly port: number;
}

/** The documented pool of idle connections to the application, for each worker. */
const IDLE_CONNECTIONS = 64;

/** The name of the upstream group of all servers. */
export const UPSTREAM = 'app';

/** A group of servers, one of which is chosen by `balance`: a directive such as `hash …`. What nginx remembers of a server that failed is `memory`. */
export function upstream(
  servers: readonly Server[],
  options: { readonly name?: string; readonly balance?: readonly Statement[]; readonly memory?: string } = {},
): Statement {
  const { name = UPSTREAM, balance = [], memory } = options;
  return block(
    `upstream ${name}`,
    balance,
    servers.map(({ host, port }) => `server ${host}:${port}${memory === undefined ? '' : ` ${memory}`}`),
    // After the balancing method, as nginx demands.
    `keepalive ${IDLE_CONNECTIONS}`,
    `keepalive_timeout ${UPSTREAM_IDLE_SECONDS}s`,
  );
}
