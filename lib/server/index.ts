/**
 * The application's half of a shutdown that nobody notices: pods end, connections move one by one. Needs no package at run time; works with
 * the servers that the application already has: Socket.IO 4, `ws` 8, plain HTTP, in any combination.
 */
export { type ClauseResult, type ConformanceProps, conformance } from './conformance/conformance';
export { DEFAULT_DRAIN_FLAG, isRaised } from './drain-flag';
export { GracefulShutdown } from './graceful-shutdown';
export { type Heartbeat, type HeartbeatProps, heartbeat } from './heartbeat';
export type { InstrumentOptions, PrometheusLibrary } from './instruments';
export { keepAlive } from './keep-alive';
export type { ShutdownNotice } from './long-connections';
export { METRICS, type Metric, type MetricName } from './metrics';
export { closePaced, type PacedClosing } from './pacing';
export { recoverSessions } from './recovery';
export {
  type CountedWebSocket,
  type CountedWebSocketServer,
  ServerMetrics,
  type ServerMetricsProps,
} from './server-metrics';
export { type ServerTiming, serverTiming, timingFromEnvironment } from './server-timing';
export type { GracefulShutdownProps, ShutdownEvent, ShutdownReport } from './shutdown-props';
export type { EngineConnection, SocketIoNamespace, SocketIoServer } from './socket-io';
export type { CountedEngine, CountedSocket, CountedSocketIoServer } from './socket-io-metrics';
export type { ShutdownFailure } from './steps';
export type { RestartCode, WebSocketLike, WebSocketServerLike } from './web-sockets';
