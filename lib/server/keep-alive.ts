import type { Server as HttpServer } from 'node:http';
import type { ServerTiming } from './server-timing';

/**
 * Makes an HTTP server keep idle connections for as long as the timing says. Node's own 5 s make a balancer send requests into connections
 * that are just being closed: a 502 now and then.
 *
 * How long the headers of a request may take stays as it is, 60 s where nothing else is said: the time between two requests does not count, and
 * whoever sends headers for ever is to be let go.
 *
 * @see https://nodejs.org/api/http.html#serverkeepalivetimeout
 * @see https://nodejs.org/api/http.html#serverheaderstimeout
 */
export function keepAlive(http: HttpServer, timing: ServerTiming): void {
  http.keepAliveTimeout = timing.keepAliveMs;
}
