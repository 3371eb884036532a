import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, GatewayWebSocketIngress, HoldfastApp, WebSocketServer } from '../lib';

/** Behind GKE's Gateway API: the global balancer, whose timeout is an idle timeout, with a certificate of Certificate Manager. */
const app = new HoldfastApp();
const chart = new Chart(app, 'gateway-api', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
});
new GatewayWebSocketIngress(chart, 'Gateway', {
  name: 'chat',
  host: 'chat.example.com',
  server,
  gatewayClass: 'gke-l7-global-external-managed',
  tls: { certificateMap: 'chat-certificates' },
  address: 'chat-address',
  sslPolicy: 'modern',
  logSampleRate: 0.1,
});
app.synth();
