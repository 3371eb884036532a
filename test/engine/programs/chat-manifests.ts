import { Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HoldfastApp, RestrictedNamespace, WebSocketServer } from '../../../lib';

/** Writes `manifests/chat`: with an autoscaler, or with the number of pods that `REPLICAS` says. */
const app = new HoldfastApp();
const chart = new Chart(app, 'chat', { namespace: 'chat' });
new RestrictedNamespace(chart, 'Namespace', { name: 'chat' });
const replicas = process.env.REPLICAS;
new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming(),
  adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
  ...(replicas === undefined
    ? { autoscaling: { minReplicas: 3, maxReplicas: 9, connectionsPerPod: 1000 } }
    : { replicas: Number(replicas) }),
});
app.synth();
