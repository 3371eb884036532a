import { web } from '../system/support';
import { ALB, GKE, gke, livenessProbe, NGINX, onGke, scaler, type Trap } from './trap-parts';

/** What looks wrong where nothing shows that connections stay open. */
export const OF_REQUESTS: readonly Trap[] = [
  ['a plain service without preStop', 'requests end in milliseconds', web()],
  [
    'a plain service without a grace period',
    'thirty seconds are enough for requests',
    web({ container: 'lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }' }),
  ],
  ['a plain service on latest', 'that is for other linters', web({ image: 'registry.example.com/team/web:latest' })],
  ['a plain service with several pods and no affinity', 'requests have no memory', web({ replicas: 5 })],
  ['a plain service with several pods and no budget', 'requests are repeated', web({ replicas: 5 })],
  [
    'a plain service that scales on CPU',
    'CPU is what requests need',
    web({
      more: scaler('minReplicas: 2').replace(
        /metrics: .*/,
        'metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]',
      ),
    }),
  ],
  [
    'a plain service that scales down at once',
    'nothing is connected',
    web({ more: scaler('minReplicas: 2').replace(/ {2}behavior: .*\n/, '') }),
  ],
  ['a plain service with a quarter of its pods away in a rollout', 'requests go to the others', web({ replicas: 8 })],
  [
    'a plain service with maxUnavailable 50%',
    'requests go to the others',
    web({ replicas: 4 }).replace('replicas: 4', 'replicas: 4\n  strategy: { rollingUpdate: { maxUnavailable: 50% } }'),
  ],
  [
    'a plain service with a timeout of two minutes',
    'reports take that long',
    web({ ingress: `${NGINX}/proxy-read-timeout: "120"` }),
  ],
  [
    'a registry with a timeout of an hour',
    'layers are uploaded',
    web({ ingress: `${NGINX}/proxy-read-timeout: "3600", ${NGINX}/proxy-body-size: "0"` }),
  ],
  [
    'a file service that does not buffer uploads, with a timeout of an hour',
    'uploads take their time',
    web({ ingress: `${NGINX}/proxy-read-timeout: "3600", ${NGINX}/proxy-request-buffering: "off"` }),
  ],
  [
    'a plain service with a timeout of ten seconds',
    'slow requests shall fail',
    web({ ingress: `${NGINX}/proxy-read-timeout: "10"` }),
  ],
  [
    'a plain service whose liveness is faster than its readiness',
    'no connection is lost with it',
    web({ container: livenessProbe('periodSeconds: 1') }),
  ],
  [
    'a plain service that asks a database for its liveness',
    'no connection is lost with it',
    web({ container: livenessProbe('failureThreshold: 1').replace('/live', '/health/database') }),
  ],
  [
    'a plain service without a readiness probe',
    'that is for other linters',
    web().replace(/\n {10}readinessProbe: .*/, ''),
  ],
  ['a plain service without replicas', 'one is enough for it', web().replace('  replicas: 2\n', '')],
  [
    'a plain service with replicas next to an autoscaler',
    'that is for other linters',
    web({ more: scaler('minReplicas: 2') }),
  ],
  [
    'a plain service that is reached while it is not ready',
    'it is asked for that',
    web().replace('  selector: { app: web }\n', '  publishNotReadyAddresses: true\n  selector: { app: web }\n'),
  ],
  [
    'a plain service with ClientIP',
    'a cache of its own',
    web().replace('  selector: { app: web }\n', '  sessionAffinity: ClientIP\n  selector: { app: web }\n'),
  ],
  [
    'a gRPC service behind ingress-nginx',
    'GRPC is what it speaks',
    web({ ingress: `${NGINX}/backend-protocol: GRPC`, port: 'name: grpc, targetPort: 9000' }),
  ],
  [
    'a gRPC service with HTTP2 behind GKE',
    'gRPC needs HTTP/2',
    onGke({
      service: `${GKE.service}, cloud.google.com/app-protocols: '{"grpc":"HTTP2"}'`,
      port: 'name: grpc, targetPort: 9000',
      more: gke().replace('86400', '30'),
    }),
  ],
  [
    'a plain service behind GKE without a BackendConfig',
    'thirty seconds are enough for requests',
    onGke({ service: `cloud.google.com/neg: '{"ingress": true}'` }),
  ],
  [
    'a plain service behind GKE without the annotation of endpoint groups',
    'a VPC-native cluster adds it',
    onGke({ service: '' }),
  ],
  [
    'a plain service behind GKE without a drain',
    'requests end in milliseconds',
    onGke({ more: gke('', 'timeoutSec: 30') }),
  ],
  [
    'a plain service behind GKE with the CDN',
    'pages may be cached',
    onGke({ more: gke('', 'timeoutSec: 30, cdn: { enabled: true }') }),
  ],
  [
    'a plain service behind GKE without a health check',
    'it is copied from the probe',
    onGke({ more: gke('', 'timeoutSec: 30') }),
  ],
  [
    'a plain Ingress with annotations of two controllers',
    'the chart is for both',
    web({ ingress: `${ALB}/scheme: internal, ${NGINX}/ssl-redirect: "true"` }),
  ],
  [
    'a plain service behind an ALB with its default of a minute',
    'requests end sooner',
    web({ className: 'alb', ingress: `${ALB}/target-type: ip` }),
  ],
  ['a plain service behind an ALB that chooses nodes', 'any pod will do', web({ className: 'alb' })],
  [
    'a dashboard of a broker with one pod away',
    'the dashboard speaks plain HTTP',
    web({ image: 'emqx/emqx:5.7', port: 'name: dashboard, targetPort: 18083' }),
  ],
  ['metrics of NATS', 'they are plain HTTP', web({ image: 'nats:2.10', port: 'name: monitor, targetPort: 8222' })],
  [
    'the management of RabbitMQ',
    'it is plain HTTP',
    web({ image: 'rabbitmq:3.13-management', port: 'name: management, targetPort: 15672' }),
  ],
  ['a path /wsdl', 'it is a document', web({ paths: ['/wsdl'] })],
  ['a port named news', 'it does not begin with ws', web({ port: 'name: news, targetPort: http' })],
  [
    'a workload that says it speaks plain HTTP, under /ws',
    'it knows best',
    web({ paths: ['/ws'], workload: 'holdfast/websocket: "false"' }),
  ],
  [
    'a client of a WebSocket server',
    'it connects to it, and is none',
    web({ container: 'env: [{ name: WEBSOCKET_URL, value: "wss://chat.example.com/ws" }]' }),
  ],
];
