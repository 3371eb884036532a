import { Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HoldfastApp, SyntheticCheck, WebSocketServer } from '../lib';

const app = new HoldfastApp();
const chart = new Chart(app, 'checked', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  replicas: 1,
  timing: deriveTiming(),
});
// Every five minutes, from inside: do sessions hold, do WebSockets open? Where not, the webhook is told the cause.
new SyntheticCheck(chart, 'Check', {
  name: 'chat-check',
  server,
  url: 'http://chat-service/socket.io/',
  // An image of your own: FROM node:22-slim, RUN npm install --global holdfast.
  image: 'registry.example.com/holdfast:1.0.0',
  webhook: { secret: Secret.fromSecretName(chart, 'Webhook', 'on-call'), key: 'url' },
});
app.synth();
