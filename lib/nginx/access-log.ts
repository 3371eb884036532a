import { block, type Statement } from './statement';

/**
 * Formats of the access log, and the variables in them. At `http` level.
 *
 * Whoever knows a session id can read and write in that session, so the log says only whether there was one; the request is put
 * together from its parts because `$request` holds the query. The transport is one of a closed list for the same reason, and so that it
 * can be counted. Values that the client chooses stand in quotes; nginx escapes quotes and control characters in them.
 *
 * A WebSocket is logged when it ends: `time` is then how long it lived. `refused` says why nginx itself sent somebody away, `draining` or `full`: count these.
 */
export function logFormats(client: string, debugHeaders: boolean, socketIo: boolean): Statement[] {
  const access = [
    '[$time_local]',
    `client=${client}`,
    'status=$status',
    'request="$request_method $uri $server_protocol"',
    'upgrade="$http_upgrade"',
    'connection="$http_connection"',
    ...(socketIo ? ['sid=$has_sid', 'transport=$transport'] : []),
    'time=$request_time',
    'upstream="$upstream_addr"',
    'upstream_status="$upstream_status"',
    'refused=$refused',
  ];
  const debug = [
    '[$time_local] headers',
    `client=${client}`,
    'peer=$remote_addr',
    'path="$uri"',
    'host="$http_host"',
    'origin="$http_origin"',
    'upgrade="$http_upgrade"',
    'connection="$http_connection"',
    'forwarded_for="$http_x_forwarded_for"',
    'forwarded_proto="$http_x_forwarded_proto"',
  ];
  return [
    ...(socketIo ? [TRANSPORTS] : []),
    format('socketio_access', access),
    ...(debugHeaders ? [format('socketio_debug', debug)] : []),
  ];
}

const TRANSPORTS = block('map $arg_transport $transport', [
  'default other',
  "'' none",
  'polling polling',
  'websocket websocket',
  'webtransport webtransport',
]);

/** Where the lines go: standard output, which is what `kubectl logs` shows. */
export function accessLogs(debugHeaders: boolean): Statement[] {
  return ['access_log /dev/stdout socketio_access', ...(debugHeaders ? ['access_log /dev/stdout socketio_debug'] : [])];
}

function format(name: string, parts: readonly string[]): Statement {
  return `log_format ${name} '${parts.join(' ')}'`;
}
