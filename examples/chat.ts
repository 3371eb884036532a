import { Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import {
  AlbWebSocketIngress,
  deriveTiming,
  GatewayWebSocketIngress,
  GkeWebSocketEdge,
  HaproxyWebSocketIngress,
  HoldfastApp,
  NginxWebSocketIngress,
  type TrafficProps,
  WebSocketGateway,
  WebSocketServer,
} from '../lib';

/** The same chat backend, with the same words, on every platform: a folder of manifests for each. */
const app = new HoldfastApp();
const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });
const intent = { name: 'chat-backend-ingress', host: 'chat.example.com', affinity: 'cookie' } as const;

function backend(folder: string, traffic?: TrafficProps, stableNames?: true) {
  const chart = new Chart(app, folder, { namespace: 'production' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'redis'), key: 'url' } },
    ...(traffic === undefined ? {} : { traffic }),
    ...(stableNames === undefined ? {} : { stableNames }),
  });
  return { chart, server, tls: { secret: Secret.fromSecretName(chart, 'Tls', 'chat-tls-secret') } };
}

const gke = backend('chat-on-gke');
new GkeWebSocketEdge(gke.chart, 'Edge', {
  ...intent,
  server: gke.server,
  tls: { managed: true },
  healthCheck: { checkIntervalSeconds: 10, unhealthyThreshold: 3 },
});

const gateway = backend('chat-on-gateway-api');
new GatewayWebSocketIngress(gateway.chart, 'Gateway', { ...intent, server: gateway.server, tls: gateway.tls });

const nginx = backend('chat-on-ingress-nginx', { ingressFromNamespaces: ['ingress-nginx'] });
new NginxWebSocketIngress(nginx.chart, 'Ingress', {
  ...intent,
  server: nginx.server,
  tls: nginx.tls,
  cookie: { name: 'chat_session' },
  cors: { origins: ['https://app.example.com'] },
});

const alb = backend('chat-on-aws-alb', { ingressFrom: ['10.0.0.0/16'] });
new AlbWebSocketIngress(alb.chart, 'Ingress', {
  ...intent,
  name: 'chat-backend-alb',
  server: alb.server,
  tls: { managed: true },
  tags: { Environment: 'production', Service: 'chat-backend', ManagedBy: 'kubernetes' },
});

const haproxy = backend('chat-on-haproxy', { ingressFromNamespaces: ['haproxy-controller'] });
new HaproxyWebSocketIngress(haproxy.chart, 'Ingress', { ...intent, server: haproxy.server, tls: haproxy.tls });

const tier = backend('chat-behind-a-gateway-tier', { ingressFrom: [] }, true);
const tierGateway = new WebSocketGateway(tier.chart, 'Gateway', {
  name: 'websocket-gateway',
  server: tier.server,
  addressesAppended: 2,
});
new GkeWebSocketEdge(tier.chart, 'Edge', { ...intent, affinity: 'none', server: tierGateway, tls: { managed: true } });

app.synth();
