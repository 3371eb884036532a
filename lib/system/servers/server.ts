/** What clients and server speak on a connection that stays open. */
export type Protocol =
  | 'Socket.IO'
  | 'SockJS'
  | 'WebSocket'
  | 'SignalR'
  | 'Action Cable'
  | 'Phoenix'
  | 'DDP'
  | 'MQTT'
  | 'NATS'
  | 'XMPP'
  | 'long polling'
  | 'server-sent events';

/** How often a healthy connection is not silent, as its software has it by default. */
export interface KnownHeartbeat {
  /** Between two signs of life, in seconds. */
  readonly seconds: number;
  /** For how long the answer may take, in seconds. Counts where polling waits for it; elsewhere the ping itself ends the silence. @default 0 */
  readonly graceSeconds?: number;
  /** Who sends the sign of life. @default "server" */
  readonly by?: 'server' | 'client';
}

/** Where a manifest changes a heartbeat. One of `env`, `argument` and `config` says where. */
export interface HeartbeatSetting {
  /** An environment variable of the container. */
  readonly env?: string;
  /** A command line option of the container; its value follows after a space or "=". */
  readonly argument?: string;
  /** In a file of a ConfigMap that the container mounts; the first group is the value. */
  readonly config?: RegExp;
  /** What a bare number means; a number with a unit says it itself. */
  readonly unit: 's' | 'ms';
  /** @default "interval" */
  readonly of?: 'interval' | 'grace';
}

/** A server of the field: how it is recognized, and what is known of its connections. */
export interface KnownServer {
  readonly name: string;
  /** Repositories of its images, without registry and tag. */
  readonly images: readonly string[];
  /** Names of its charts, as `app.kubernetes.io/name` of the pods has them. @default [] */
  readonly charts?: readonly string[];
  readonly protocol: Protocol;
  /** `undefined` where neither side sends anything by itself. */
  readonly heartbeat: KnownHeartbeat | undefined;
  /** @default [] */
  readonly settings?: readonly HeartbeatSetting[];
  /** Ports of plain HTTP: dashboards, metrics. A route to one of them is no way of long connections. @default [] */
  readonly plainPorts?: readonly number[];
  /** All requests of a client must reach the pod that knows it. */
  readonly sessions: boolean;
  /** What several pods need between them, besides affinity. @default - nothing */
  readonly adapter?: string;
  /** Where the heartbeat is documented, or stands in the code. */
  readonly source: string;
}
