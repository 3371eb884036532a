import { Instance } from '@pulumi/gcp/redis/instance';
import { Provider } from '@pulumi/kubernetes/provider';
import { Chart } from 'cdk8s';
import { deriveTiming, HoldfastApp, WebSocketServer } from '../lib';
import { ChartResources, OutputResolver } from '../lib/pulumi';

const redis = new Instance('redis', { memorySizeGb: 1 });

const outputs = new OutputResolver();
const app = new HoldfastApp({ resolvers: [outputs] });
const chart = new Chart(app, 'chat', { namespace: 'chat' });
new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming(),
  // `${redis.host}` would be an error: what it holds is known only after Redis was made.
  env: { REDIS_URL: `redis://${outputs.text(redis.host)}:6379` },
});

const provider = new Provider('kubernetes', { enableConfigMapMutable: true });
new ChartResources('chat', { chart }, { providers: { kubernetes: provider } });
