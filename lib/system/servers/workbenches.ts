import type { KnownServer } from './server';

const SOCKET_IO = 'https://socket.io/docs/v4/server-options/#pinginterval';
const JUPYTER = 'https://jupyter-server.readthedocs.io/en/latest/other/full-config.html';

/** Programs whose windows stay open: editors, notebooks, terminals, dashboards, homes. */
export const WORKBENCHES: readonly KnownServer[] = [
  {
    name: 'Eclipse Theia',
    images: [
      'theiaide/theia',
      'theiaide/theia-full',
      'theia-cloud/theia-cloud-demo',
      'eclipse-theia/theia-ide/theia-ide',
    ],
    charts: ['theia'],
    protocol: 'Socket.IO',
    heartbeat: { seconds: 30, graceSeconds: 60 },
    sessions: true,
    source:
      'https://github.com/eclipse-theia/theia/blob/3d5610c328f5e4dfb19b80236ddb513572b3fbe5/packages/core/src/node/messaging/websocket-endpoint.ts',
  },
  {
    name: 'code-server',
    images: ['codercom/code-server', 'coder/code-server', 'linuxserver/code-server'],
    charts: ['code-server'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 5 },
    sessions: true,
    source:
      'https://github.com/microsoft/vscode/blob/029fcb70dbd56e8e96a2fbb9dce08c4ebbd66c3b/src/vs/base/parts/ipc/common/ipc.net.ts',
  },
  {
    name: 'openvscode-server',
    images: ['gitpod/openvscode-server'],
    charts: ['openvscode-server'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 5 },
    sessions: true,
    source:
      'https://github.com/microsoft/vscode/blob/029fcb70dbd56e8e96a2fbb9dce08c4ebbd66c3b/src/vs/base/parts/ipc/common/ipc.net.ts',
  },
  {
    name: 'Coder',
    images: ['coder/coder'],
    charts: ['coder'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 15 },
    sessions: false,
    adapter: 'its own mesh of replicas',
    source:
      'https://github.com/coder/coder/blob/129b16df19cc8fad152cc32ef569825a8bc93a4c/coderd/httpapi/websocket.go#L14',
  },
  {
    name: 'JupyterHub’s proxy',
    images: ['jupyterhub/configurable-http-proxy'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 30 },
    sessions: true,
    source: JUPYTER,
  },
  {
    name: 'Jupyter',
    images: [
      'jupyter/base-notebook',
      'jupyter/minimal-notebook',
      'jupyter/scipy-notebook',
      'jupyter/datascience-notebook',
      'jupyter/tensorflow-notebook',
      'jupyterhub/k8s-singleuser-sample',
    ],
    protocol: 'WebSocket',
    heartbeat: { seconds: 30 },
    settings: [
      { config: /websocket_ping_interval\s*=\s*(\d+)/, unit: 'ms' },
      { argument: '--ServerApp.websocket_ping_interval', unit: 'ms' },
    ],
    sessions: true,
    source: JUPYTER,
  },
  {
    name: 'Streamlit',
    images: ['streamlit/streamlit', 'streamlit'],
    charts: ['streamlit'],
    protocol: 'WebSocket',
    // With Tornado 6.5 and newer; every second before.
    heartbeat: { seconds: 30 },
    settings: [
      { env: 'STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL', unit: 's' },
      { argument: '--server.websocketPingInterval', unit: 's' },
    ],
    sessions: true,
    source:
      'https://github.com/streamlit/streamlit/blob/00b253d4d1904c99b8341e7d32901507ad6aee88/lib/streamlit/web/server/server.py#L65-L95',
  },
  {
    name: 'Grafana',
    images: ['grafana/grafana', 'grafana/grafana-enterprise', 'grafana/grafana-oss', 'bitnami/grafana'],
    charts: ['grafana'],
    protocol: 'WebSocket',
    // Live is Centrifuge, which pings every 25 s.
    heartbeat: { seconds: 25 },
    sessions: false,
    adapter: 'ha_engine: Redis',
    source: 'https://grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-live/',
  },
  {
    name: 'Argo CD',
    images: ['argoproj/argocd'],
    charts: ['argocd-server'],
    protocol: 'server-sent events',
    heartbeat: { seconds: 15 },
    sessions: false,
    source: 'https://github.com/argoproj/pkg/blob/02f7711c17ad3d4a64f6707a1ef414c9186af694/grpc/http/forwarders.go',
  },
  {
    name: 'n8n',
    images: ['n8nio/n8n', 'n8n-io/n8n'],
    charts: ['n8n'],
    protocol: 'WebSocket',
    // The editor asks; the ping of the server, every 60 s, comes later.
    heartbeat: { seconds: 30, by: 'client' },
    sessions: true,
    source:
      'https://github.com/n8n-io/n8n/blob/17233f2f1f333e2eddcf2ee562f46d112b177382/packages/editor-ui/src/push-connection/useWebSocketClient.ts',
  },
  {
    name: 'Node-RED',
    images: ['nodered/node-red'],
    charts: ['node-red'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 15 },
    settings: [{ config: /webSocketKeepAliveTime\s*:\s*(\d+)/, unit: 'ms' }],
    sessions: true,
    source: 'https://nodered.org/docs/user-guide/runtime/configuration',
  },
  {
    name: 'Home Assistant',
    images: ['homeassistant/home-assistant', 'home-assistant/home-assistant'],
    charts: ['home-assistant'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 55 },
    sessions: true,
    source:
      'https://github.com/home-assistant/core/blob/019d9c64b5afd947e068654e7431b7a574239dd8/homeassistant/components/websocket_api/http.py#L70',
  },
  {
    name: 'Uptime Kuma',
    images: ['louislam/uptime-kuma'],
    charts: ['uptime-kuma'],
    protocol: 'Socket.IO',
    heartbeat: { seconds: 25, graceSeconds: 20 },
    sessions: true,
    source: SOCKET_IO,
  },
  {
    name: 'ThingsBoard',
    images: ['thingsboard/tb-node', 'thingsboard/tb-postgres', 'thingsboard/tb'],
    charts: ['thingsboard'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 30 },
    settings: [{ env: 'TB_SERVER_WS_PING_TIMEOUT', unit: 'ms' }],
    sessions: false,
    source: 'https://thingsboard.io/docs/user-guide/install/config/',
  },
  {
    name: 'Apache Guacamole',
    images: ['guacamole/guacamole'],
    charts: ['guacamole'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 5 },
    sessions: true,
    source: 'https://guacamole.apache.org/doc/gug/guacamole-protocol.html',
  },
  {
    name: 'Teleport',
    images: ['gravitational/teleport', 'gravitational/teleport-distroless', 'gravitational/teleport-ent'],
    charts: ['teleport-cluster'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 300 },
    settings: [{ config: /keep_alive_interval:\s*"?(\d+\w*)/, unit: 's' }],
    plainPorts: [3000],
    sessions: false,
    source: 'https://goteleport.com/docs/reference/deployment/config/',
  },
  {
    name: 'Rancher',
    images: ['rancher/rancher'],
    charts: ['rancher'],
    protocol: 'WebSocket',
    heartbeat: { seconds: 5 },
    sessions: false,
    source: 'https://github.com/rancher/remotedialer/blob/2d9bd6c512c855a152a70bb6e35b5f96721a6154/types.go#L5-L7',
  },
];
