import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import {
  ALB_READINESS_GATE,
  AlbWebSocketIngress,
  deriveTiming,
  HoldfastApp,
  RestrictedNamespace,
  WebSocketServer,
} from '../lib';

/** Behind an Application Load Balancer of AWS, which finds the certificate of the host in ACM. */
const app = new HoldfastApp();
const chart = new Chart(app, 'alb', { namespace: 'chat' });
// A new pod counts as ready when the balancer says so.
new RestrictedNamespace(chart, 'Namespace', { name: 'chat', labels: ALB_READINESS_GATE });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) }),
  adapter: {
    kind: 'redis-streams',
    url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' },
    // ElastiCache, outside the cluster.
    at: { cidr: '10.0.64.0/20', ports: [6379] },
  },
  // Connections come from the subnets of the balancer.
  traffic: { ingressFrom: ['10.0.0.0/20', '10.0.16.0/20', '10.0.32.0/20'] },
});
new AlbWebSocketIngress(chart, 'Ingress', {
  name: 'chat',
  host: 'chat.example.com',
  server,
  tls: { managed: true },
  tags: { Environment: 'production', Service: 'chat' },
});
app.synth();
