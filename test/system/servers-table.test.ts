import { heartbeatOf, SERVERS, serverOfImage } from '../../lib/system';
import { bundleOf, configured, deploymentOf, web } from './support';

/**
 * What each server is known by besides its images, ports of it that are plain HTTP, whether its clients stay with their pod, and where its heartbeat is read from: written a second time, by hand,
 * because nothing else would notice an entry that is lost.
 */
const KNOWN: readonly (readonly [
  server: string,
  charts: string,
  plain: string,
  sessions: 'bound' | 'free',
  read: string,
])[] = [
  ['Centrifugo', 'centrifugo', '9000', 'free', 'CENTRIFUGO_CLIENT_PING_INTERVAL CENTRIFUGO_PING_INTERVAL file'],
  ['soketi', 'soketi', '9601', 'free', ''],
  ['NATS', 'nats', '7777 8222', 'free', 'file'],
  ['EMQX', 'emqx emqx-enterprise', '18083 18084', 'free', 'EMQX_MQTT__SERVER_KEEPALIVE file'],
  ['Mosquitto', 'mosquitto', '', 'free', 'file'],
  ['VerneMQ', 'vernemq', '8888', 'free', ''],
  ['HiveMQ', 'hivemq-platform', '8080 9399', 'free', ''],
  ['RabbitMQ', 'rabbitmq', '15672 15692 9419', 'free', ''],
  ['Mercure', 'mercure', '', 'free', 'file'],
  ['ntfy', 'ntfy', '', 'free', 'NTFY_KEEPALIVE_INTERVAL file'],
  ['Gotify', 'gotify', '', 'free', 'GOTIFY_SERVER_STREAM_PINGPERIODSECONDS'],
  ['LiveKit', 'livekit-server', '6789', 'free', ''],
  ['Jitsi Meet', 'jitsi-meet', '', 'bound', ''],
  ['Supabase Realtime', 'supabase-realtime', '', 'free', ''],
  ['Hasura', 'graphql-engine', '', 'free', 'HASURA_GRAPHQL_WEBSOCKET_KEEPALIVE'],
  ['Nextcloud signaling', '', '', 'free', ''],
  ['Mattermost', 'mattermost-team-edition mattermost-enterprise-edition', '8067', 'free', ''],
  ['Rocket.Chat', 'rocketchat', '9458', 'bound', ''],
  ['Wekan', 'wekan', '', 'bound', ''],
  ['Synapse', 'matrix-synapse synapse', '9000', 'free', ''],
  ['Zulip', 'zulip', '', 'free', ''],
  ['Chatwoot', 'chatwoot', '', 'free', ''],
  ['Discourse', 'discourse', '', 'free', ''],
  ['Outline', 'outline', '', 'free', ''],
  ['HedgeDoc', 'hedgedoc', '', 'bound', 'CMD_HEARTBEAT_INTERVAL CMD_HEARTBEAT_TIMEOUT'],
  ['Etherpad', 'etherpad', '', 'bound', ''],
  ['Excalidraw room', 'excalidraw-room', '', 'bound', ''],
  ['Open WebUI', 'open-webui', '', 'bound', 'WEBSOCKET_SERVER_PING_INTERVAL WEBSOCKET_SERVER_PING_TIMEOUT'],
  ['Eclipse Theia', 'theia', '', 'bound', ''],
  ['code-server', 'code-server', '', 'bound', ''],
  ['openvscode-server', 'openvscode-server', '', 'bound', ''],
  ['Coder', 'coder', '', 'free', ''],
  ['JupyterHub’s proxy', '', '', 'bound', ''],
  ['Jupyter', '', '', 'bound', 'file --ServerApp.websocket_ping_interval'],
  ['Streamlit', 'streamlit', '', 'bound', 'STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL --server.websocketPingInterval'],
  ['Grafana', 'grafana', '', 'free', ''],
  ['Argo CD', 'argocd-server', '', 'free', ''],
  ['n8n', 'n8n', '', 'bound', ''],
  ['Node-RED', 'node-red', '', 'bound', 'file'],
  ['Home Assistant', 'home-assistant', '', 'bound', ''],
  ['Uptime Kuma', 'uptime-kuma', '', 'bound', ''],
  ['ThingsBoard', 'thingsboard', '', 'free', 'TB_SERVER_WS_PING_TIMEOUT'],
  ['Apache Guacamole', 'guacamole', '', 'bound', ''],
  ['Teleport', 'teleport-cluster', '3000', 'free', 'file'],
  ['Rancher', 'rancher', '', 'free', ''],
];

test('each server is what it was known to be', () => {
  const now = SERVERS.map(({ name, charts = [], plainPorts = [], sessions, settings = [] }) => [
    name,
    charts.join(' '),
    plainPorts.join(' '),
    sessions ? 'bound' : 'free',
    settings.map(({ env, argument }) => env ?? argument ?? 'file').join(' '),
  ]);
  expect(now).toEqual(KNOWN);
});

/** Ways in which people write a heartbeat into a file, and the seconds that they mean; `undefined` where it is something else. */
const WRITTEN: readonly (readonly [image: string, file: string, seconds: number | undefined])[] = [
  ['centrifugo/centrifugo', '{"client":{"ping_interval":"77s"}}', 77],
  ['centrifugo/centrifugo', '{"client": {"ping_interval" :  "1m17s"}}', 77],
  ['centrifugo/centrifugo', '{"client": {"ping_interval": 77}}', undefined],
  ['nats', 'ping_interval: 77', 77],
  ['nats', 'port: 4222\n ping_interval 77s', 77],
  ['nats', 'ping_interval=77', 77],
  ['nats', 'ping_interval  =  "2m"', 120],
  ['nats', '{"port":4222,"ping_interval":77}', 77],
  ['nats', '{ping_interval: 77}', 77],
  ['nats', 'other_ping_interval: 77', undefined],
  ['nats', 'ping_interval: none', undefined],
  ['emqx/emqx', 'mqtt.server_keepalive=77', 77],
  ['emqx/emqx', 'server_keepalive  =  "77s"', 77],
  ['emqx/emqx', 'server_keepalive: 1m', 60],
  ['emqx/emqx', 'server_keepalive = disabled', undefined],
  ['eclipse-mosquitto', 'listener 9001\nmax_keepalive 77\n', 77],
  ['eclipse-mosquitto', '  max_keepalive   77', 77],
  ['eclipse-mosquitto', '# see max_keepalive 77', undefined],
  ['dunglas/mercure', 'mercure {\n  heartbeat 77s\n}', 77],
  ['dunglas/mercure', 'heartbeat   1m17s', 77],
  ['dunglas/mercure', '# no heartbeat 77s', undefined],
  ['binwiederhier/ntfy', 'keepalive-interval: "77s"', 77],
  ['binwiederhier/ntfy', 'keepalive-interval:   7s', 7],
  ['binwiederhier/ntfy', 'keepalive-interval: off', undefined],
  ['jupyter/base-notebook', 'c.ServerApp.websocket_ping_interval=77000', 77],
  ['jupyter/base-notebook', 'c.ServerApp.websocket_ping_interval  =  77000', 77],
  ['jupyter/base-notebook', 'c.ServerApp.websocket_ping_interval = None', undefined],
  ['nodered/node-red', 'webSocketKeepAliveTime:77000,', 77],
  ['nodered/node-red', 'webSocketKeepAliveTime :  77000,', 77],
  ['nodered/node-red', 'webSocketKeepAliveTime: undefined', undefined],
  ['public.ecr.aws/gravitational/teleport-distroless', 'auth_service:\n  keep_alive_interval: "77s"', 77],
  ['public.ecr.aws/gravitational/teleport-distroless', 'keep_alive_interval:   1m17s', 77],
  ['public.ecr.aws/gravitational/teleport-distroless', 'keep_alive_interval: never', undefined],
];

test.each(WRITTEN)('of %s, %j says %p s', (image, file, seconds) => {
  const bundle = bundleOf(web({ image: `${image}:1`, ...configured(file) }));
  const beat = heartbeatOf(bundle, deploymentOf(bundle));
  const bySelf = serverOfImage(image)?.heartbeat?.seconds;
  expect(bySelf).toBeGreaterThan(0);
  expect([beat.pingIntervalSeconds, /ConfigMap conf/.test(beat.words)]).toEqual([
    seconds ?? bySelf,
    seconds !== undefined,
  ]);
});
