import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HaproxyWebSocketIngress, HoldfastApp, WebSocketServer } from '../lib';

/** Behind the HAProxy Kubernetes Ingress Controller, which reads most of what it is told on the Service. */
const app = new HoldfastApp();
const chart = new Chart(app, 'haproxy', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
  // Connections come from the pods of the controller.
  traffic: { ingressFromNamespaces: ['haproxy-controller'] },
});
new HaproxyWebSocketIngress(chart, 'Ingress', {
  name: 'chat',
  host: 'chat.example.com',
  server,
  tls: { secret: Secret.fromSecretName(chart, 'Tls', 'chat-tls') },
});
app.synth();
