import { Chart, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  ALB_READINESS_GATE,
  AlbWebSocketIngress,
  type AlbWebSocketIngressProps,
  deriveTiming,
  HoldfastApp,
  RestrictedNamespace,
  type TimingProps,
  WebSocketServer,
  type WebSocketServerProps,
} from '../lib';

/** Several systems on a platform that `Environment` does not speak of: what they differ in as literals, and one chart that makes a system of each. */
interface System {
  readonly name: string;
  readonly timing: TimingProps;
  readonly server: Omit<WebSocketServerProps, 'timing'>;
  readonly edge: Omit<AlbWebSocketIngressProps, 'name' | 'server'>;
}

class AlbChart extends Chart {
  constructor(scope: Construct, { name, timing, server, edge }: System) {
    super(scope, name, { namespace: name });
    new RestrictedNamespace(this, 'Namespace', { name, labels: ALB_READINESS_GATE });
    const backend = new WebSocketServer(this, 'Server', { ...server, timing: deriveTiming(timing) });
    new AlbWebSocketIngress(this, 'Edge', { ...edge, name: server.name, server: backend });
  }
}

const staging: System = {
  name: 'boards-staging',
  timing: { pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) },
  server: {
    name: 'boards',
    image: 'boards:2.3.0',
    port: 3001,
    replicas: 2,
    // A board is one room, and every room is on one pod.
    adapter: { kind: 'none', podsAreIndependent: true },
    traffic: { ingressFrom: ['10.0.0.0/20', '10.0.16.0/20'] },
  },
  edge: { host: 'boards.staging.example.com', tls: { managed: true } },
};
const production: System = {
  ...staging,
  name: 'boards-production',
  server: { ...staging.server, replicas: 6 },
  edge: { ...staging.edge, host: 'boards.example.com' },
};

const app = new HoldfastApp();
app.synthEach([staging, production], (system) => new AlbChart(app, system));
