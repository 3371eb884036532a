import { Chart, Duration } from 'cdk8s';
import { deriveTiming, ExistingServer, GkeWebSocketEdge, HoldfastApp, WebSocketServer } from '../lib';

/** A Deployment that runs already: first the way in for it as it is, later the whole system under the names and labels that it has. */
const app = new HoldfastApp();
const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });
// What selects its pods can never be changed; its container is called server.
const selector = { app: 'chat', tier: 'web' };
// Names that nothing has yet, so that what is there goes on.
const edge = {
  name: 'chat-websocket',
  serviceName: 'chat-websocket',
  host: 'chat.example.com',
  tls: { managed: true },
} as const;

const entrance = new Chart(app, 'entrance', { namespace: 'chat' });
const existing = new ExistingServer({ name: 'chat', container: 'server', selector, port: 3001, timing });
new GkeWebSocketEdge(entrance, 'Edge', { ...edge, server: existing });

const whole = new Chart(app, 'whole', { namespace: 'chat' });
const server = new WebSocketServer(whole, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing,
  selector,
  // Rooms are found by their address, and none spans two pods.
  adapter: { kind: 'none', podsAreIndependent: true },
});
new GkeWebSocketEdge(whole, 'Edge', { ...edge, server });
app.synth();

// What the pods of the Deployment lack, as a patch: npx tsx adopting.ts > needs.json
console.log(JSON.stringify(existing.podPatch, null, 2));
