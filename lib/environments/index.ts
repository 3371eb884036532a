export type { EdgeNames, EdgeProps, Environment } from './environment';
export { main, synthesize } from './synthesize';
export { type EnvironmentSettings, readEnvironment, WebSocketChart } from './websocket-chart';
