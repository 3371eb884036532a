export { SCRAPER_NAMESPACES } from '../observability/monitor-objects';
export {
  type MonitoredServer,
  type MonitorsSettings,
  readMonitors,
  type WebSocketMonitorsProps,
} from './monitors-settings';
export {
  type CheckedServer,
  PUBLIC_HTTPS,
  readSyntheticCheck,
  SyntheticCheck,
  type SyntheticCheckProps,
  type SyntheticCheckSettings,
} from './synthetic-check';
export { WebSocketMonitors } from './websocket-monitors';
