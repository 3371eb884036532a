import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HoldfastApp, WebSocketMonitors, WebSocketServer } from '../lib';

/** Watched: a server that is made here, and the Deployment of somebody else, which goes on as it is. */
const app = new HoldfastApp();
const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });
// What kube-prometheus-stack reads has the name of its release on it, unless it was told to read everything.
const watching = { collector: 'prometheus-operator', labels: { release: 'kube-prometheus-stack' } } as const;

const own = new Chart(app, 'watched', { namespace: 'chat' });
const server = new WebSocketServer(own, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  metricsPort: 9090,
  timing,
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(own, 'Redis', 'chat-redis'), key: 'url' } },
});
new WebSocketMonitors(own, 'Monitors', { server, namespace: 'chat', ...watching });

const others = new Chart(app, 'watched-only', { namespace: 'support' });
new WebSocketMonitors(others, 'Monitors', {
  server: {
    name: 'support',
    selector: { 'app.kubernetes.io/name': 'support' },
    timing,
    // Its containers have a port of this number that is called "metrics".
    metricsPort: 9100,
    maxConnections: undefined,
    exporterPort: undefined,
    // Where a NetworkPolicy shuts its pods in already: true, and the scrapers get one.
  },
  namespace: 'support',
  ...watching,
});
app.synth();
