import { Chart, Duration } from 'cdk8s';
import { deriveTiming, GkeWebSocketEdge, HoldfastApp, WebSocketServer } from '../lib';

/** A server of plain WebSockets, such as one of `ws`, behind nginx. */
const app = new HoldfastApp();
const chart = new Chart(app, 'prices', { namespace: 'prices' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'prices',
  image: 'prices:1.0.0',
  port: 3000,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  // Every pod tells its own clients the same prices.
  adapter: { kind: 'none', podsAreIndependent: true },
  probes: { liveness: '/live', readiness: '/ready', startup: '/live' },
  proxy: {
    // Google's balancer appends the client's address and its own.
    addressesAppended: 2,
    // Whatever is not named here answers 404: pages of the application take `routes`.
    webSockets: [{ path: '/ws' }],
  },
});
new GkeWebSocketEdge(chart, 'Edge', { name: 'prices', host: 'prices.example.com', server, tls: { managed: true } });
app.synth();
