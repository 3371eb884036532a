import { web } from '../system/support';
import {
  ALB,
  BUDGET,
  CLAIM,
  DISK,
  gke,
  NGINX,
  onGke,
  SOCKETS,
  scaler,
  type Trap,
  UNHURRIED,
  WITH_BUDGET,
} from './trap-parts';
import { OF_REQUESTS } from './traps-of-requests';
import { OF_STREAMS } from './traps-of-streams';

/** What looks wrong, and why it is right. Written by people who know what they do, it gets neither an error nor a warning. */
export const TRAPS: readonly Trap[] = [
  ...OF_REQUESTS,
  ...OF_STREAMS,
  // Connections stay open, and all is well.
  ['Socket.IO behind ingress-nginx', 'everything is written', web(WITH_BUDGET)],
  [
    'a probe whose timeout is its period',
    'the kubelet never runs two at once',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 10, periodSeconds: 10 }`,
    }),
  ],
  [
    'a probe whose timeout is longer than its period',
    'the next one waits',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 20, periodSeconds: 10 }`,
    }),
  ],
  [
    'liveness that gives up when readiness does',
    'at the same time nobody is first',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http } }`,
    }),
  ],
  [
    'one pod without preStop',
    'it is away for longer than any hook waits',
    web({ ...SOCKETS, replicas: 1, container: '' }),
  ],
  [
    'one pod without a grace period',
    'all its clients go in any case',
    web({ ...UNHURRIED, replicas: 1, container: '' }),
  ],
  [
    'a preStop script of the image',
    'nobody can tell how long it takes',
    web({ ...WITH_BUDGET, container: 'lifecycle: { preStop: { exec: { command: [/opt/app/bin/drain.sh] } } }' }),
  ],
  [
    'a preStop that waits until nobody is left',
    'a loop takes as long as it takes',
    web({
      ...WITH_BUDGET,
      container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "while pgrep -f ws; do sleep 1; done"] } } }',
    }),
  ],
  [
    'a preStop that sleeps for a variable',
    'its value is elsewhere',
    web({
      ...WITH_BUDGET,
      container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "sleep $DRAIN_SECONDS"] } } }',
    }),
  ],
  [
    'a preStop that asks the application',
    'it answers when it has drained',
    web({ ...WITH_BUDGET, container: 'lifecycle: { preStop: { httpGet: { path: /drain, port: http } } }' }),
  ],
  [
    'a sidecar without preStop and without ports',
    'nobody connects to it',
    web({ ...WITH_BUDGET, container: `${SOCKETS.container}\n        - { name: logs, image: "fluent-bit:3.0.0" }` }),
  ],
  [
    'several pods without affinity, WebSockets only',
    'a WebSocket is one request',
    web({ ...WITH_BUDGET, paths: ['/ws'], ingress: `${NGINX}/proxy-read-timeout: "120"` }),
  ],
  [
    'Grafana with three pods and no affinity',
    'Live needs none',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'grafana/grafana:11.1.0' }),
  ],
  [
    'a minute behind ingress-nginx with pings of half a minute',
    'whatever is sent begins the timer anew',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'thingsboard/tb-node:3.7' }),
  ],
  [
    'a cookie for a path above that of the connections',
    'browsers send it along',
    web({ ...WITH_BUDGET, ingress: `${SOCKETS.ingress}, ${NGINX}/session-cookie-path: "/socket.io"` }),
  ],
  [
    'Mattermost behind a minute of ingress-nginx',
    'its clients ask every half minute, before the server does',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'mattermost/mattermost-team-edition:11.6', replicas: 1 }),
  ],
  [
    '55 s pings behind a minute of ingress-nginx',
    'Home Assistant pings before it ends',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'homeassistant/home-assistant:2024.6', replicas: 1 }),
  ],
  [
    'NATS with an interval of its own',
    'its file says 20 s',
    web({
      ...WITH_BUDGET,
      paths: ['/'],
      ingress: '',
      image: 'nats:2.10',
      pod: `${SOCKETS.pod}\n      volumes: [{ name: conf, configMap: { name: conf } }]`,
      container: `${SOCKETS.container}\n          volumeMounts: [{ name: conf, mountPath: /etc/nats }]`,
      more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata: { nats.conf: "ping_interval: 20s" }\n---${BUDGET}`,
    }),
  ],
  [
    'another door for the rest, with a timeout of five seconds',
    'connections have a door of their own',
    `${web({ ...WITH_BUDGET, paths: ['/ws'] })}---\n${web({ ingress: `${NGINX}/proxy-read-timeout: "5"` })
      .split('---')[0]
      ?.replace('name: web, annotations', 'name: rest, annotations')}`,
  ],
  [
    'replicas left to an autoscaler that says minReplicas 3, maxUnavailable 25%',
    'a quarter of three is none',
    web({ ...SOCKETS, more: `${scaler('minReplicas: 3')}---${BUDGET}` }).replace('  replicas: 2\n', ''),
  ],
  [
    'an autoscaler without minReplicas',
    'one is what it keeps, and one has nothing to spare',
    web({ ...SOCKETS, more: `${scaler('')}---${BUDGET}` }).replace('  replicas: 2\n', ''),
  ],
  [
    'one pod that is stopped before its successor starts',
    'its disk goes from hand to hand',
    web({ ...SOCKETS, replicas: 1, pod: `${SOCKETS.pod}\n      ${DISK}`, more: CLAIM }).replace(
      'replicas: 1',
      'replicas: 1\n  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }',
    ),
  ],
  [
    'a disk of one node in a Deployment that nobody reaches',
    'a worker that waits is no outage',
    `${CLAIM}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: worker }\nspec:\n  template:\n    metadata: { labels: { app: worker } }\n    spec:\n      ${DISK}\n      containers: [{ name: worker, image: "worker:1.0.0" }]\n`,
  ],
  [
    'a disk of one node with Recreate',
    'the old pod is gone first',
    web({ ...SOCKETS, replicas: 1, pod: `${SOCKETS.pod}\n      ${DISK}`, more: CLAIM }).replace(
      'replicas: 1',
      'replicas: 1\n  strategy: { type: Recreate }',
    ),
  ],
  [
    'a StatefulSet whose Service has an address',
    'nobody asks for its pods by name',
    web({ ...WITH_BUDGET, kind: 'StatefulSet' }).replace('  replicas: 2\n', '  serviceName: web\n  replicas: 2\n'),
  ],
  [
    'a StatefulSet whose Service is elsewhere',
    'another chart has it',
    web({ ...WITH_BUDGET, kind: 'StatefulSet' }).replace('  replicas: 2\n', '  serviceName: peers\n  replicas: 2\n'),
  ],
  [
    'a selector with a label that is given at run time',
    'the operator marks the leader',
    web(WITH_BUDGET).replace('  selector: { app: web }\n', '  selector: { app: web, role: leader }\n'),
  ],
  [
    'a Service for pods that an operator makes',
    'they are not among the manifests',
    `${web(WITH_BUDGET).replace('  selector: { app: web }\n', '  selector: { app: broker }\n')}---\napiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: { name: broker }\nspec: {}\n`,
  ],
  [
    'a Service without a selector',
    'its endpoints are written by hand',
    web(WITH_BUDGET).replace('  selector: { app: web }\n', ''),
  ],
  [
    'GKE without the annotation of endpoint groups, with connections',
    'a VPC-native cluster adds it',
    onGke({
      ...SOCKETS,
      paths: ['/ws'],
      ingress: '',
      service: `cloud.google.com/backend-config: '{"default": "web"}'`,
      container: 'lifecycle: { preStop: { exec: { command: [sleep, "120"] } } }',
      pod: 'terminationGracePeriodSeconds: 210',
      more: `${gke('', 'timeoutSec: 86400, connectionDraining: { drainingTimeoutSec: 200 }, healthCheck: { requestPath: /ready }, logging: { enable: true, sampleRate: 0.1 }')}---${BUDGET}`,
    }),
  ],
  [
    'an ALB with its default of a minute and Socket.IO',
    '45 s of silence and ten to spare',
    web({
      ...WITH_BUDGET,
      className: 'alb',
      ingress: `${ALB}/target-type: ip, ${ALB}/target-group-attributes: "stickiness.enabled=true,stickiness.type=lb_cookie"`,
    }),
  ],
];
