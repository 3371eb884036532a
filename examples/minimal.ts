import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, GkeWebSocketEdge, HoldfastApp, WebSocketServer } from '../lib';

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });

const app = new HoldfastApp();
const chart = new Chart(app, 'chat', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing,
  // Three pods that reach each other's clients through a Redis in the same namespace.
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
});
new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
app.synth(); // manifests/chat/*.yaml, ready for kubectl apply -f
