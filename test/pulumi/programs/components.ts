/**
 * A program with everything that the three environments do not use: the other certificates, Cloud Armor, a cluster, and Outputs within a chart. Run by the tests with Pulumi's own runner;
 * `ORDER=reversed` adds everything to the chart in the opposite order.
 */
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, Chart } from 'cdk8s';
import {
  ChartResources,
  ClusterProvider,
  GkeCluster,
  GlobalEdge,
  OutputResolver,
  WebSocketMonitoring,
} from '../../../lib/pulumi';
import { HoldfastApp } from '../../../lib/synth';

const cluster = new GkeCluster('cluster', { name: 'chat', project: 'my-project', region: 'europe-west1' });
const provider = new ClusterProvider('kubernetes', { clusterId: 'components', kubeconfig: cluster.kubeconfig });

new GlobalEdge('ingress-edge', {
  host: 'chat.example.com',
  aliases: ['www.example.com'],
  address: 'chat-address',
  dns: { zone: 'example-com', ttlSeconds: 60, onlyGoogleIssues: true },
  certificate: { kind: 'compute', name: 'chat' },
  sslPolicy: { name: 'chat-tls', minTlsVersion: 'TLS_1_3', profile: 'RESTRICTED' },
  securityPolicy: {
    name: 'chat-armor',
    mode: 'enforce',
    deny: Array.from({ length: 11 }, (_, i) => `192.0.2.${i}/32`),
    preconfigured: ['sqli-v33-stable', 'scannerdetection-v33-stable'],
    sensitivity: 2,
    rateLimit: { requests: 600, perSeconds: 60 },
  },
});
new GlobalEdge('gateway-edge', {
  host: 'gateway.example.com',
  address: 'gateway-address',
  dns: { zone: 'example-com' },
  certificate: { kind: 'certificateManager', name: 'gateway' },
});
new WebSocketMonitoring('watch', {
  name: 'chat',
  project: 'my-project',
  host: 'chat.example.com',
  namespace: 'chat',
  logs: { from: 'balancer', host: 'chat.example.com', path: '/socket.io/' },
  uptime: { path: '/status', periodSeconds: 60, timeoutSeconds: 60 },
  notifications: {
    webhook: pulumi.secret('https://alerts.example.com/webhook?auth_token=t0ken'),
    channels: ['projects/my-project/notificationChannels/1'],
  },
  indicators: [],
  objective: { goal: 0.99, days: 7 },
});

const redis = new GlobalAddress('redis', { name: 'redis' });
const outputs = new OutputResolver();
const chart = new Chart(new HoldfastApp({ resolvers: [outputs] }), 'chat', { namespace: 'chat' });
const selector = { app: 'chat' };
const parts: (() => ApiObject)[] = [
  () =>
    new ApiObject(chart, 'Config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'chat' },
      data: {
        host: redis.address,
        url: `redis://${outputs.text(redis.address)}:6379/?again=${outputs.text(redis.address)}`,
      },
    }),
  () =>
    new ApiObject(chart, 'Secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'chat' },
      stringData: { password: 'hunter2' },
    }),
  () =>
    new ApiObject(chart, 'Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'chat' },
      spec: { selector, ports: [{ port: 80 }] },
    }),
  () =>
    new ApiObject(chart, 'Workload', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'chat' },
      spec: {
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            terminationGracePeriodSeconds: 300,
            containers: [{ name: 'chat', image: 'chat:1.0.0', envFrom: [{ secretRef: { name: 'chat' } }] }],
          },
        },
      },
    }),
  () =>
    new ApiObject(chart, 'Autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'chat' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' }, maxReplicas: 8 },
    }),
  () =>
    new ApiObject(chart, 'Claim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'uploads' },
      // Comes later by its kind, and first by what refers to it.
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast' },
    }),
  () =>
    new ApiObject(chart, 'Certificate', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'chat' },
      spec: { secretName: 'chat-tls', dnsNames: ['chat.example.com'] },
    }),
];
const made = (process.env.ORDER === 'reversed' ? [...parts].reverse() : parts).map((part) => part());
const byKind = (kind: string) => made.find((object) => object.kind === kind) as ApiObject;
byKind('ConfigMap').addDependency(byKind('Certificate'));

const resources = new ChartResources(
  'chat',
  { chart, existingNamespaces: ['chat'], deletedWith: cluster.cluster },
  { providers: { kubernetes: provider } },
);

export const order = resources.manifests.map((manifest) => manifest.kind);
export const status = resources.object('apps/Deployment chat/chat')?.status;
