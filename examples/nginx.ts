import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HoldfastApp, NginxWebSocketIngress, WebSocketServer } from '../lib';

/** Behind ingress-nginx, for clusters that run it. The controller is retired: a new cluster takes the Gateway API. */
const app = new HoldfastApp();
const chart = new Chart(app, 'nginx', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
  // Connections come from the pods of the controller.
  traffic: { ingressFromNamespaces: ['ingress-nginx'] },
});
new NginxWebSocketIngress(chart, 'Ingress', {
  name: 'chat',
  host: 'chat.example.com',
  server,
  tls: { secret: Secret.fromSecretName(chart, 'Tls', 'chat-tls') },
  // Pages of another host may connect, and bring the affinity cookie along.
  cors: { origins: ['https://app.example.com'] },
});
app.synth();
