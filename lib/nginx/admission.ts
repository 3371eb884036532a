import { RETRY_AFTER_SECONDS } from '../timing/fixed';
import { block, type Statement } from './statement';

/** The part of `maxConnections` by which sessions that exist may exceed it, and the least number of them: one that upgrades counts twice for a moment. */
const BEYOND_SHARE = 1 / 4;
const BEYOND_LEAST = 64;

/** What a request is to a location: one that may open a session without saying so, or one that opens a session only by an upgrade. */
export type Opens = 'session' | 'webSocket';

/**
 * Targets that the application takes for Socket.IO's although they come by a location that is not. nginx chooses a location by the path as it means it, and sends the one that was
 * written where it exchanges no prefix: `/socket.io/../app/` opens a session by way of `/app/`.
 */
export interface SessionTargets {
  /** Beginnings of targets as they are written, with a slash at their end that may be missing. Their dots stand for any character, which takes nothing away from anybody who means well. */
  readonly sent: readonly string[];
  /** Beginnings of paths that look like those, and whose prefix is exchanged for something else. */
  readonly exchanged: readonly string[];
  /** Beginnings of paths whose prefix is exchanged for one above Socket.IO's, or below it. */
  readonly passed: readonly string[];
}

/** How many requests may be in progress at once, whatever they are; beyond it even sessions that exist are refused, so that health checks are not. */
export function ceiling(maxConnections: number): number {
  return maxConnections + Math.max(BEYOND_LEAST, Math.ceil(maxConnections * BEYOND_SHARE));
}

/**
 * Who gets in: `$session_refusal` and `$upgrade_refusal` are empty, or the reason to refuse. At `http` level.
 *
 * The load is what nginx calls "writing": requests in progress, WebSockets and held polls among them, over all workers; idle connections that a balancer keeps are not in it.
 * Unlike `limit_conn` it can be asked without being held against the one who asks: a poll of a session that exists goes on at a moment when a new session does not.
 *
 * A request with a session id belongs to a session that exists. It is read as the server reads it: with its case, where nginx's own `$arg_sid` would take `SID=x` for one, and of several
 * the last, decoded, which is none in `sid=x&%73id=`. Otherwise whoever writes it so opens a session where nobody else may.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_stub_status_module.html#var_connections_writing
 */
export function admissionVariables(maxConnections: number): Statement[] {
  return [
    block('map "$upgrade_to $names_session" $opens', ['default no', '"~^websocket " yes', '"~ yes$" yes']),
    // The first that matches counts.
    block('map $args $has_sid', [
      'default no',
      '"~#" no',
      '"~(?:^|&)(?:s|%73)(?:i|%69)(?:d|%64)=?(?:&|$)" no',
      '"~(?:^|&)sid=[^&]" yes',
    ]),
    block('map $connections_writing $load', [
      'default room',
      `"~${moreThan(ceiling(maxConnections))}" over`,
      `"~${moreThan(maxConnections)}" full`,
    ]),
    block('map "$draining $load $has_sid" $session_refusal', [
      "default ''",
      '"~ over " full',
      '"~^yes .* no$" draining',
      '"~ full no$" full',
    ]),
    block('map "$draining $load $has_sid $opens" $upgrade_refusal', [
      "default ''",
      '"~ over " full',
      '"~^yes .* no yes$" draining',
      '"~ full no yes$" full',
    ]),
    // A limit on uploads, where there is one, refuses past the variable.
    block('map "$refusal $limit_conn_status" $refused', ['default $refusal', '" REJECTED" full', '"~^ " no']),
  ];
}

/**
 * Looks for the drain flag. At `server` level; on every request, because nginx's `open_file_cache` would remember for a while that it was not there.
 */
export function readDrainFlag(drainFlag: string): Statement[] {
  return ["set $refusal ''", 'set $draining no', block(`if (-f ${drainFlag})`, ['set $draining yes'])];
}

/** Looks whether a request names Socket.IO to the application, and nothing beside it: `/chat-api/` is not below `/chat/`. At `server` level. */
export function readTarget({ sent, exchanged, passed }: SessionTargets): Statement[] {
  const named = (variable: string, value: string) => (path: string) =>
    block(`if (${variable} ~ "^${path.slice(0, -1)}(?:[/?#]|$)")`, [`set $names_session ${value}`]);
  return [
    'set $names_session no',
    ...sent.map(named('$request_uri', 'yes')),
    ...exchanged.map(named('$uri', 'no')),
    ...passed.map(named('$uri', 'yes')),
  ];
}

/** Refuses what opens a session while the pod drains or is full, and lets sessions that exist go on: those still have the whole drain to be moved in. */
export function admit(opens: Opens): Statement[] {
  return [
    `set $refusal ${opens === 'session' ? '$session_refusal' : '$upgrade_refusal'}`,
    block('if ($refusal)', [`return ${REFUSAL}`]),
  ];
}

/** A status that stands for "refused" within nginx, apart from any 503 that somebody else gives. Clients see a 503. */
export const REFUSAL = 418;

/** Where it leads. */
export const REFUSED = `error_page ${REFUSAL} = @refused`;

/**
 * Answers who is refused, and closes the connection: behind a Service without a proxy of its own a client keeps its connection to the pod that refused it, and would be refused again at
 * every attempt. On a new connection it gets to another pod.
 */
export function refusedLocation(): Statement {
  return block(
    'location @refused',
    'keepalive_timeout 0',
    `add_header Retry-After ${RETRY_AFTER_SECONDS} always`,
    'return 503 "$refused\\n"',
  );
}

/** A regular expression for the whole numbers above `limit`: nginx compares numbers in no other way. */
export function moreThan(limit: number): string {
  const digits = String(limit);
  const any = (count: number) => (count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`);
  const larger = [...digits].flatMap((digit, at) =>
    digit === '9' ? [] : [`${digits.slice(0, at)}[${Number(digit) + 1}-9]${any(digits.length - at - 1)}`],
  );
  return `^(?:${[...larger, `[1-9][0-9]{${digits.length},}`].join('|')})$`;
}
