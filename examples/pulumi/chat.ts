import { Instance } from '@pulumi/gcp/redis/instance';
import { ApiObject, Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, HoldfastApp, RestrictedNamespace, WebSocketServer } from '../../lib';
import { ChartResources, ClusterProvider, OutputResolver } from '../../lib/pulumi';

const range = '10.100.0.0/29';
const redis = new Instance('redis', { memorySizeGb: 1, authEnabled: true, reservedIpRange: range });

const outputs = new OutputResolver();
const app = new HoldfastApp({ resolvers: [outputs] });
const chart = new Chart(app, 'chat', { namespace: 'chat' });
// Without it, the cluster refuses everything else.
new RestrictedNamespace(chart, 'Namespace', { name: 'chat' });
new ApiObject(chart, 'RedisUrl', {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'chat-redis' },
  // `${redis.host}` would be an error: what it holds is known only after Redis was made.
  stringData: { url: `redis://:${outputs.text(redis.authString)}@${outputs.text(redis.host)}:6379` },
});
new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming(),
  adapter: {
    kind: 'redis-streams',
    url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' },
    at: { cidr: range, ports: [6379] },
  },
});

const kubernetes = new ClusterProvider('kubernetes', { clusterId: 'chat-production', context: 'chat-production' });
new ChartResources('chat', { chart }, { providers: { kubernetes } });
