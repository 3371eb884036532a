import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, GatewayWebSocketIngress, HoldfastApp, WebSocketGateway, WebSocketServer } from '../lib';

/** WebSockets on a host and in pods of their own: nginx that does nothing else, in front of a backend that nobody outside reaches. */
const app = new HoldfastApp();
const chart = new Chart(app, 'gateway-tier', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
  // The gateway keeps each client on one pod, and has to know the pods apart for that.
  stableNames: true,
  // From the namespace only, where the gateway is.
  traffic: { ingressFrom: [] },
});
const gateway = new WebSocketGateway(chart, 'Gateway', {
  name: 'websocket-gateway',
  server,
  // Google's balancer appends the client's address and its own.
  addressesAppended: 2,
});
new GatewayWebSocketIngress(chart, 'Ingress', {
  name: 'websocket',
  host: 'websocket.example.com',
  server: gateway,
  // Every gateway chooses the same pod for a client, so the balancer may choose any gateway.
  affinity: 'none',
  tls: { certificates: ['websocket-certificate'] },
});
app.synth();
