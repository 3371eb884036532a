import type { KnownHeartbeat, Protocol } from './server';

/** A path by which a protocol is known, whoever speaks it. */
export interface KnownPath {
  readonly path: RegExp;
  readonly protocol: Protocol;
  /** `undefined` where the path says that connections stay, and nothing of their heartbeat. */
  readonly heartbeat: KnownHeartbeat | undefined;
  readonly sessions: boolean;
  readonly source: string;
}

const word = (words: string) => new RegExp(`(^|/)(${words})(/|$|[?*.(\\[^|])`, 'i');

/** Paths that are used for nothing else, the most telling first. */
export const KNOWN_PATHS: readonly KnownPath[] = [
  {
    path: word('socket\\.io|engine\\.io'),
    protocol: 'Socket.IO',
    heartbeat: { seconds: 25, graceSeconds: 20 },
    sessions: true,
    source: 'https://socket.io/docs/v4/server-options/#pinginterval',
  },
  {
    path: word('sockjs(-node)?'),
    protocol: 'SockJS',
    heartbeat: { seconds: 25 },
    sessions: true,
    source: 'https://github.com/sockjs/sockjs-node#server-instance',
  },
  {
    path: word('signalr'),
    protocol: 'SignalR',
    heartbeat: { seconds: 15 },
    sessions: true,
    source: 'https://learn.microsoft.com/aspnet/core/signalr/configuration',
  },
  {
    path: word('cable'),
    protocol: 'Action Cable',
    heartbeat: { seconds: 3 },
    sessions: false,
    source: 'https://guides.rubyonrails.org/action_cable_overview.html',
  },
  {
    path: /(^|\/)(live|socket)\/websocket(\/|$)/i,
    protocol: 'Phoenix',
    heartbeat: { seconds: 30, by: 'client' },
    sessions: false,
    source: 'https://hexdocs.pm/phoenix/js/index.html',
  },
  {
    path: word('mqtt'),
    protocol: 'MQTT',
    heartbeat: { seconds: 60, by: 'client' },
    sessions: false,
    source: 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
  },
  {
    path: word('xmpp-websocket|colibri-ws|http-bind'),
    protocol: 'XMPP',
    heartbeat: { seconds: 10, by: 'client' },
    sessions: true,
    source: 'https://github.com/jitsi/lib-jitsi-meet/blob/master/modules/xmpp/strophe.ping.ts',
  },
  {
    path: word('ws|wss|websockets?|web-socket'),
    protocol: 'WebSocket',
    heartbeat: undefined,
    sessions: false,
    source: 'https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2',
  },
];

/** The protocol that a path of a route is known for. */
export function protocolOfPath(path: string): KnownPath | undefined {
  const plain = path.replaceAll('\\', '');
  return KNOWN_PATHS.find((one) => one.path.test(plain));
}
