import { Chart, Duration } from 'cdk8s';
import {
  BackendConfig,
  deriveTiming,
  GkeWebSocketIngress,
  HoldfastApp,
  ManagedCertificate,
  NegService,
  WebSocketServer,
} from '../lib';

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });

const app = new HoldfastApp();
const chart = new Chart(app, 'chat', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', { name: 'chat', image: 'chat-backend:1.4.2', port: 3001, timing });
const backendConfig = new BackendConfig(chart, 'BackendConfig', { name: 'chat', timing, affinity: 'cookie' });
const service = new NegService(chart, 'Service', { name: 'chat', server, backendConfig });
const certificate = new ManagedCertificate(chart, 'Certificate', { name: 'chat', domains: ['chat.example.com'] });
new GkeWebSocketIngress(chart, 'Ingress', { name: 'chat', host: 'chat.example.com', service, certificate });
app.synth(); // manifests/chat/*.yaml, ready for kubectl apply -f
