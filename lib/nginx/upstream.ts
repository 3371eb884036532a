import type { Server } from './check';
import { block, type Statement } from './statement';

/** The documented pool of idle connections to the application, for each worker. */
const IDLE_CONNECTIONS = 64;

/**
 * Node closes a connection that was idle for 5 s (`server.keepAliveTimeout`). nginx has to let go first: a POST sent into a connection
 * that is just being closed is lost, and nginx may not repeat it.
 *
 * @see https://nodejs.org/api/http.html#serverkeepalivetimeout
 */
const IDLE_SECONDS = 4;

/** The name of the one upstream group. */
export const UPSTREAM = 'app';

/** The application: one or several servers, chosen by `balance`, a directive such as `hash …`. */
export function upstream(servers: readonly Server[], balance: readonly Statement[] = []): Statement {
  // The documented passive health check. With one server there is nobody else to go to, and nginx ignores it.
  const failover = servers.length > 1 ? ' max_fails=3 fail_timeout=30s' : '';
  return block(
    `upstream ${UPSTREAM}`,
    balance,
    servers.map(({ host, port }) => `server ${host}:${port}${failover}`),
    // After the balancing method, as nginx demands.
    `keepalive ${IDLE_CONNECTIONS}`,
    `keepalive_timeout ${IDLE_SECONDS}s`,
  );
}
