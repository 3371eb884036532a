import { refuseNewSessions } from './drain';
import { block, type Statement } from './statement';
import { UPSTREAM } from './upstream';

/** The documented time to connect to the application. */
const CONNECT_SECONDS = 10;

/** A path that clients use, and where the application serves it. */
export interface Route {
  /** The prefix that clients use. Starts and ends with "/". */
  readonly path: string;
  /**
   * What the application gets instead of the prefix. Starts and ends with "/". Where it differs from the prefix, the application gets
   * the decoded and re-encoded form of the rest: `%2F` in a path arrives as "/".
   *
   * @default - the same prefix
   */
  readonly upstreamPath?: string;
}

/** How long nginx waits for the application, in seconds between two reads or two writes. */
export interface ProxyTimeouts {
  readonly sendSeconds: number;
  readonly readSeconds: number;
}

/** The Socket.IO endpoint. */
export function socketIoLocation(route: Route, timeouts: ProxyTimeouts, drainFlag: string, severalServers: boolean) {
  return block(
    `location ${route.path}`,
    refuseNewSessions(drainFlag),
    '',
    pass(route),
    // A message goes to the client, or to the application, when it arrives and not when a buffer is full.
    'proxy_buffering off',
    'proxy_request_buffering off',
    'proxy_cache off',
    severalServers ? retries() : [],
    timeoutsOf(timeouts),
  );
}

/** Any other prefix, and the redirect from its form without the slash. */
export function routeLocations(route: Route, timeouts: ProxyTimeouts): Statement[] {
  const location = block(`location ${route.path}`, pass(route), timeoutsOf(timeouts));
  if (route.path === '/') return [location];
  // 308 keeps the method and the body; nginx's own redirect, a 301, turns a POST into a GET.
  const bare = block(`location = ${route.path.slice(0, -1)}`, [`return 308 ${route.path}$is_args$args`]);
  return [bare, location];
}

/** What no other location takes. */
export function unknownLocation(): Statement {
  return block('location /', ['return 404 "not found\\n"']);
}

/**
 * A prefix is exchanged by `proxy_pass` itself, not by a `rewrite` with captures, which has had memory errors of its own
 * (CVE-2026-42945, CVE-2026-9256). Without a prefix to exchange the request goes on exactly as it came.
 */
function pass({ path, upstreamPath = path }: Route): Statement[] {
  return [`proxy_pass http://${UPSTREAM}${upstreamPath === path ? '' : upstreamPath}`];
}

/**
 * Another server is tried only when the connection to one fails. Not after a timeout: the poll was already held for the whole idle
 * timeout, and a second server can only answer that it does not know the session. A POST that was sent is never repeated (nginx would
 * need `non_idempotent`): its messages may have been delivered. Servers are tried in the order of the hash, so the requests of a session
 * that was opened on the second choice all find that second choice while the first is down.
 */
function retries(): Statement[] {
  return ['proxy_next_upstream error'];
}

function timeoutsOf({ sendSeconds, readSeconds }: ProxyTimeouts): Statement[] {
  return [
    `proxy_connect_timeout ${CONNECT_SECONDS}s`,
    `proxy_send_timeout ${sendSeconds}s`,
    `proxy_read_timeout ${readSeconds}s`,
  ];
}
