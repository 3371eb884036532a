import type { Server as HttpServer } from 'node:http';
import type { ServerTiming } from './server-timing';

/** By how much the time for a request's headers outlasts keep-alive: where it is shorter, some versions of Node count the idle time in. */
const HEADERS_BEYOND_KEEP_ALIVE_MS = 1000;

/**
 * Makes an HTTP server keep idle connections for as long as the timing says. Node's own 5 s make a balancer send requests into connections
 * that are just being closed: a 502 now and then.
 *
 * @see https://nodejs.org/api/http.html#serverkeepalivetimeout
 */
export function keepAlive(http: HttpServer, timing: ServerTiming): void {
  http.keepAliveTimeout = timing.keepAliveMs;
  http.headersTimeout = timing.keepAliveMs + HEADERS_BEYOND_KEEP_ALIVE_MS;
}
