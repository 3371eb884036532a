/** One metric: what it is called, what it counts, and the labels that tell its series apart. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/** From a connection that something cuts at once to one that lives a day, the longest that Google's front ends keep one. */
const LIFETIMES = [1, 5, 15, 30, 60, 90, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/**
 * Every metric that dashboards, alerts and the autoscaler read, under the one name that all of them use. An application exports these; the
 * example server shows how.
 *
 * `socket_io_…` are the names that are written elsewhere as `socket.io_…`: a dot cannot be part of a Prometheus name.
 *
 * @see https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
 */
export const METRICS = Object.freeze({
  connections: {
    name: 'ws_connections',
    type: 'gauge',
    help: 'Connections that are open: transports, sessions over HTTP long-polling included.',
    labels: [],
  },
  connectionsTotal: {
    name: 'ws_connections_total',
    type: 'counter',
    help: 'Connections that were opened.',
    labels: [],
  },
  disconnects: {
    name: 'socket_disconnect_total',
    type: 'counter',
    help: 'Sockets that ended, by the reason that Socket.IO gives. A missed heartbeat is "ping timeout".',
    labels: ['reason'],
  },
  httpRequests: {
    name: 'http_requests_total',
    type: 'counter',
    help: 'Requests answered, by endpoint (a closed list, never the path of the request) and status.',
    labels: ['endpoint', 'status'],
  },
  connectionDuration: {
    name: 'connection_duration_seconds',
    type: 'histogram',
    help: 'How long a connection lived.',
    labels: [],
    buckets: LIFETIMES,
  },
  messageReplays: {
    name: 'message_replay_total',
    type: 'counter',
    help: 'Attempts of clients to resume where they were cut off, by where the missed messages came from and how it ended.',
    labels: ['source', 'status'],
  },
  handshakeAttempts: {
    name: 'socket_io_handshake_attempts_total',
    type: 'counter',
    help: 'Requests that would open a session.',
    labels: [],
  },
  handshakeSuccesses: {
    name: 'socket_io_handshake_success_total',
    type: 'counter',
    help: 'Sessions that were opened.',
    labels: [],
  },
  webSocketUpgrades: {
    name: 'socket_io_websocket_upgrades_total',
    type: 'counter',
    help: 'Connections that came to run over WebSocket, at once or by an upgrade.',
    labels: [],
  },
  badRequests: {
    name: 'socket_io_http_400_errors_total',
    type: 'counter',
    help: 'Requests to Socket.IO that were answered 400, by its error code: 1 is a session that this process does not know.',
    labels: ['code'],
  },
  sessionDuration: {
    name: 'socket_io_session_duration_seconds',
    type: 'histogram',
    help: 'How long a session lived, over every connection that it was recovered on.',
    labels: [],
    buckets: LIFETIMES,
  },
} as const satisfies Readonly<Record<string, Metric>>);

/** A metric by its role. */
export type MetricName = keyof typeof METRICS;
