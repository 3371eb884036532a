import { ApiObject, Chart, Duration } from 'cdk8s';
import { Capability, type ContainerProps, Deployment, SeccompProfileType } from 'cdk8s-plus-28';
import { AlbWebSocketIngress, deriveTiming, ExistingServer, GkeWebSocketEdge, HoldfastApp } from '../lib';

/** In front of workloads that are there already: one of cdk8s-plus in the same chart, and one that somebody else applies. */
const app = new HoldfastApp();
const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });

const own = new Chart(app, 'existing', { namespace: 'chat' });
const container: ContainerProps = {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  portNumber: 3001,
  securityContext: {
    capabilities: { drop: [Capability.ALL] },
    seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
  },
};
const deployment = new Deployment(own, 'Deployment', {
  metadata: { name: 'chat' },
  replicas: 3,
  containers: [container],
});
const chat = new ExistingServer({ name: 'chat', workload: deployment, timing });
// Nothing happens to a workload unless it is asked for: grace period, preStop hook and probes of its pods.
chat.mergeInto(deployment);
// Which pods may go at once is for whoever makes them to say.
new ApiObject(own, 'Budget', {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'chat' },
  spec: { maxUnavailable: 1, selector: { matchLabels: deployment.matchLabels } },
});
new GkeWebSocketEdge(own, 'Edge', { name: 'chat', host: 'chat.example.com', server: chat, tls: { managed: true } });

const others = new Chart(app, 'of-a-helm-chart', { namespace: 'support' });
const support = new ExistingServer({
  name: 'support',
  selector: { 'app.kubernetes.io/name': 'support', 'app.kubernetes.io/instance': 'production' },
  port: 8080,
  timing,
});
new AlbWebSocketIngress(others, 'Ingress', {
  name: 'support-websocket',
  // The chart has a Service of its own, whose name is taken.
  serviceName: 'support-websocket',
  host: 'support.example.com',
  server: support,
  tls: { managed: true },
});
app.synth();

// What its pods have to have, for people and as a patch: npx tsx existing.ts | kubectl patch -n support deployment support --patch-file /dev/stdin
console.error(support.needs.join('\n'));
console.log(JSON.stringify(support.podPatch, null, 2));
