/**
 * The application's half of a shutdown that nobody notices: pods end, connections move one by one. Needs no package at run time; works with
 * the Socket.IO 4 server that the application already has.
 */
export {
  GracefulShutdown,
  type GracefulShutdownProps,
  keepAlive,
  type ShutdownEvent,
  type ShutdownNotice,
  type ShutdownReport,
} from './graceful-shutdown';
export { METRICS, type Metric, type MetricName } from './metrics';
export { closePaced, dueBy, shuffled } from './pacing';
export { type ServerTiming, serverTiming, timingFromEnvironment } from './server-timing';
export type { EngineConnection, SocketIoNamespace, SocketIoServer } from './socket-io';
