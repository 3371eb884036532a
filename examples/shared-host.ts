import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, ExistingServer, GatewayWebSocketIngress, GkeWebSocketEdge, HoldfastApp } from '../lib';

/** Several applications behind one host: each with a timing of its own, in one Ingress, or attached to a Gateway that somebody else owns. */
const app = new HoldfastApp();
const chat = new ExistingServer({
  name: 'chat',
  selector: { app: 'chat' },
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
});
const whiteboard = new ExistingServer({
  name: 'whiteboard',
  selector: { app: 'whiteboard' },
  port: 4000,
  timing: deriveTiming({ pingInterval: Duration.seconds(10), pingTimeout: Duration.seconds(10) }),
});

const ingress = new Chart(app, 'shared-ingress', { namespace: 'web' });
new GkeWebSocketEdge(ingress, 'Edge', {
  name: 'web',
  host: 'example.com',
  otherHosts: ['*.example.com'],
  // A managed certificate knows no wildcards; this one is kept by cert-manager.
  tls: { secret: Secret.fromSecretName(ingress, 'Tls', 'example-tls') },
  server: chat,
  paths: ['/chat/'],
  applications: [
    { paths: ['/whiteboard/'], server: whiteboard, affinity: 'clientAddress' },
    // An API and a website that are there already: nothing is made for them.
    { paths: ['/api/'], service: { name: 'api', port: 80 } },
    { paths: ['/'], service: { name: 'website', port: 80 } },
  ],
});

const attached = new Chart(app, 'attached-to-a-gateway', { namespace: 'web' });
new GatewayWebSocketIngress(attached, 'Route', {
  name: 'web',
  host: 'example.com',
  gateway: { name: 'shared', namespace: 'gateways', sectionName: 'https' },
  gatewayClass: 'gke-l7-global-external-managed',
  server: chat,
  paths: ['/chat/'],
  applications: [{ paths: ['/whiteboard/'], server: whiteboard }],
});
app.synth();
