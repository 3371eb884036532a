import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, GkeWebSocketEdge, HoldfastApp, WebSocketServer } from '../lib';

/** Under the labels that a workload has already, on nodes of its own, with a migration before the application and a registry that asks for a password. */
const app = new HoldfastApp();
const chart = new Chart(app, 'nodes', { namespace: 'chat' });
const labels = { 'app.kubernetes.io/name': 'chat', 'app.kubernetes.io/instance': 'chat-production' };
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'registry.example.com/chat-backend:1.4.2',
  imagePullSecrets: [Secret.fromSecretName(chart, 'Registry', 'registry-password')],
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
  // What selects the pods can never be changed: these are the labels of the Deployment that is there.
  selector: labels,
  labels: { team: 'messaging' },
  annotations: { 'example.com/runbook': 'https://example.com/runbooks/chat' },
  podAnnotations: { 'example.com/logs': 'json' },
  nodeSelector: { pool: 'connections' },
  tolerations: [{ key: 'connections', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'batch' } } },
        },
      ],
    },
  },
  priorityClassName: 'interactive',
  initContainers: [
    {
      name: 'migrate',
      image: 'registry.example.com/chat-backend:1.4.2',
      command: ['node', 'migrate.js'],
      // Confined like the application; it writes to no disk.
      securityContext: { runAsUser: 1000, runAsGroup: 1000 },
    },
  ],
});
new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
app.synth();
