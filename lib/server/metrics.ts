/** One metric: what it is called, what it counts, and the labels that tell its series apart. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/**
 * From a connection that something cuts at once to one that lives a day, the longest that Google's front ends keep one. Each age at which
 * something on the way is known to cut has a bucket of its own: 30, 45, 50, 60, 80, 100, 120 and 3600 s.
 */
const LIFETIMES = [
  1, 5, 15, 28, 33, 47, 55, 65, 90, 110, 130, 300, 900, 1800, 3500, 3700, 7200, 14_400, 28_800, 86_400,
];

/** How long a session was without a connection. Above five seconds people notice. */
const ABSENCES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120];

/** From the round trip on a wire to the longest `pingTimeout` that is common. */
const ANSWERS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60];

/** From the noise of a timer to a process that is taken for dead. */
const LAGS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric that dashboards, alerts and the autoscaler read, under the one name that all of them use. `ServerMetrics`
 * exports them.
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
    help: 'How long a connection lived, by its transport, why it ended, whether it ended in order, and the outcome in the words of OpenTelemetry.',
    labels: ['transport', 'reason', 'clean', 'status'],
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
  recoveries: {
    name: 'socket_recoveries_total',
    type: 'counter',
    help: 'Sessions that clients asked to have back: recovered, or lost.',
    labels: ['status'],
  },
  reconnectDuration: {
    name: 'socket_reconnect_duration_seconds',
    type: 'histogram',
    help: 'How long a session that was recovered had been without a connection.',
    labels: [],
    buckets: ABSENCES,
  },
  heartbeat: {
    name: 'heartbeat_latency_seconds',
    type: 'histogram',
    help: 'How long after a ping its answer came.',
    labels: [],
    buckets: ANSWERS,
  },
  eventLoopLag: {
    name: 'event_loop_lag_seconds',
    type: 'histogram',
    help: 'How late the event loop was, looked at ten times a second: its sum is the time in which it did not react.',
    labels: [],
    buckets: LAGS,
  },
} as const satisfies Readonly<Record<string, Metric>>);

/** A metric by its role. */
export type MetricName = keyof typeof METRICS;
