import { Chart, Duration } from 'cdk8s';
import { deriveTiming, GkeWebSocketEdge, HoldfastApp, RestrictedNamespace, WebSocketServer } from '../lib';

/** A workspace for each user: pods that keep data, each behind an nginx of its own, on GKE. */
const app = new HoldfastApp();
const chart = new Chart(app, 'workspaces', { namespace: 'workspaces' });
new RestrictedNamespace(chart, 'Namespace', { name: 'workspaces' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'workspace',
  image: 'workspace:2.3.0',
  port: 3000,
  timing: deriveTiming({ pingInterval: Duration.seconds(30), pingTimeout: Duration.seconds(60) }),
  // A volume for each pod, which the next pod of its name finds again.
  storage: { per: 'pod', mountPath: '/home/workspace', size: '20Gi' },
  // Nobody's messages go to anybody else's workspace.
  adapter: { kind: 'none', podsAreIndependent: true },
  proxy: {
    socketIo: { path: '/ide/socket.io/' },
    routes: [{ path: '/ide/', upstreamPath: '/' }],
    // Google's balancer appends the client's address and its own.
    addressesAppended: 2,
  },
});
new GkeWebSocketEdge(chart, 'Edge', {
  name: 'workspace',
  host: 'ide.example.com',
  server,
  // A workspace is used from one place at a time, and some of its clients return no cookies.
  affinity: 'clientAddress',
  tls: { managed: true },
});
app.synth();
