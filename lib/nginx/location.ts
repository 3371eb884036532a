import { admit, type Opens, REFUSED } from './admission';
import { block, type Statement } from './statement';
import { UPSTREAM } from './upstream';

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

/** Where clients open WebSockets that are not Socket.IO's. */
export interface WebSocketPath {
  /** One path such as `/ws`, or with a "/" at its end everything below it. */
  readonly path: string;
  /**
   * What the application gets instead of it. Ends with "/" where {@link WebSocketPath.path} does.
   *
   * @default - the same path
   */
  readonly upstreamPath?: string;
}

/** How requests are passed on, beyond where to. */
export interface Passing {
  readonly connectSeconds: number;
  /** Between two writes to the application. */
  readonly sendSeconds: number;
  /** Between two reads from the application. */
  readonly readSeconds: number;
  /** What is tried when a server does not answer. */
  readonly failover: readonly Statement[];
  /** Where a request goes on when every server of its group has failed. @default - nowhere */
  readonly errorPages?: readonly string[];
}

/** The Socket.IO endpoint, with the slash at its end and without: clients with `addTrailingSlash: false` leave it out. */
export function socketIoLocations(route: Route, passing: Passing): Statement[] {
  return [...bare(route, 'session', passing), streaming(`location ${route.path}`, 'session', route, passing)];
}

/** WebSockets of an application without Socket.IO. */
export function webSocketLocations(webSocket: WebSocketPath, passing: Passing): Statement[] {
  if (!webSocket.path.endsWith('/')) {
    return [streaming(`location = ${webSocket.path}`, 'webSocket', webSocket, passing)];
  }
  // No redirect: a client that opens a WebSocket follows none.
  return [
    ...bare(webSocket, 'webSocket', passing),
    streaming(`location ${webSocket.path}`, 'webSocket', webSocket, passing),
  ];
}

/** Any other prefix, and the redirect from its form without the slash. */
export function routeLocations(route: Route, passing: Passing): Statement[] {
  const location = block(`location ${route.path}`, admit('webSocket'), '', pass(route), how(passing));
  if (route.path === '/') return [location];
  // 308 keeps the method and the body; nginx's own redirect, a 301, turns a POST into a GET.
  const redirect = block(`location = ${route.path.slice(0, -1)}`, [`return 308 ${route.path}$is_args$args`]);
  return [redirect, location];
}

/** What no other location takes. */
export function unknownLocation(): Statement {
  return block('location /', ['return 404 "not found\\n"']);
}

/** A further group of servers, tried when all of the one before have failed. */
export function nextGroupLocation(name: string, group: string, streams: boolean, passing: Passing): Statement {
  return block(
    `location ${name}`,
    // What a server has been sent is never sent to another: its messages may have been delivered.
    block('if ($upstream_bytes_sent ~ [1-9])', ['return 502']),
    `proxy_pass http://${group}`,
    streams ? STREAMING : [],
    how(passing),
  );
}

/** A message goes to the client, or to the application, when it arrives and not when a buffer is full. */
const STREAMING: readonly Statement[] = ['proxy_buffering off', 'proxy_cache off'];

function streaming(head: string, opens: Opens, { path, upstreamPath = path }: Route, passing: Passing): Statement {
  return block(head, admit(opens), '', pass({ path, upstreamPath }), STREAMING, how(passing));
}

/** The form without the slash. The application gets the one with it, which it takes however it was told to treat slashes. */
function bare(route: Route, opens: Opens, passing: Passing): Statement[] {
  if (route.path === '/') return [];
  const { path, upstreamPath = path } = route;
  // A constant: no capture, which is where `rewrite` has had its memory errors. It lasts until the next group of servers, as a prefix in `proxy_pass` would not.
  const slash = [`rewrite ^ ${upstreamPath} break`, `proxy_pass http://${UPSTREAM}`];
  return [block(`location = ${path.slice(0, -1)}`, admit(opens), slash, STREAMING, how(passing))];
}

/**
 * A prefix is exchanged by `proxy_pass` itself, not by a `rewrite` with captures, which has had memory errors of its own
 * (CVE-2026-42945, CVE-2026-9256). Without a prefix to exchange the request goes on exactly as it came.
 */
function pass({ path, upstreamPath = path }: Route): Statement[] {
  return [`proxy_pass http://${UPSTREAM}${upstreamPath === path ? '' : upstreamPath}`];
}

function how({ connectSeconds, sendSeconds, readSeconds, failover, errorPages = [] }: Passing): Statement[] {
  return [
    ...failover,
    `proxy_connect_timeout ${nginxTime(connectSeconds)}`,
    `proxy_send_timeout ${sendSeconds}s`,
    `proxy_read_timeout ${readSeconds}s`,
    // A location with one of its own inherits none.
    ...(errorPages.length > 0 ? [REFUSED, ...errorPages] : []),
  ];
}

/** nginx knows no fractions. */
function nginxTime(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${seconds * 1000}ms`;
}
