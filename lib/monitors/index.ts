export {
  type MonitoredServer,
  type MonitorsSettings,
  readMonitors,
  SCRAPER_NAMESPACES,
  type WebSocketMonitorsProps,
} from './monitors-settings';
export { WebSocketMonitors } from './websocket-monitors';
