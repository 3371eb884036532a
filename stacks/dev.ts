import { Duration } from 'cdk8s';
import type { Environment } from './environment';

/** One pod to develop against, with every header that decides over an upgrade in its log. */
export const dev: Environment = {
  name: 'dev',
  namespace: 'coditect-dev',
  timing: {
    pingInterval: Duration.seconds(30),
    pingTimeout: Duration.seconds(60),
    maxConnectionLifetime: Duration.hours(24),
    affinityTtl: Duration.hours(3),
    endpointDetach: Duration.seconds(30),
    drain: Duration.seconds(50),
    shutdown: Duration.seconds(10),
    margin: Duration.seconds(30),
  },
  server: {
    name: 'coditect-combined',
    image: 'coditect-combined:1.0.0',
    port: 3000,
    metricsPort: 9090,
    replicas: 1,
    storage: { per: 'pod', mountPath: '/home/theia', size: '5Gi', storageClass: 'standard-rwo' },
    proxy: {
      socketIo: { path: '/theia/socket.io/' },
      routes: [{ path: '/theia/', upstreamPath: '/' }],
      addressesAppended: 2,
      debugHeaders: true,
    },
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    traffic: {
      egressTo: [
        {
          cidr: '0.0.0.0/0',
          except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
          ports: [443],
        },
      ],
    },
  },
  // Looked at, and nobody is woken for it.
  monitors: { collector: 'google', alerts: false },
  edge: {
    host: 'dev.coditect.ai',
    affinity: 'clientAddress',
    healthCheck: {
      path: '/health',
      checkIntervalSeconds: 15,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 5,
    },
    logSampleRate: 1,
    names: {
      ingress: 'coditect-dev-ingress',
      service: 'coditect-combined-service',
      backendConfig: 'coditect-backend-config',
      frontendConfig: 'coditect-frontend-config',
      certificate: 'coditect-dev-certificate',
    },
  },
  // Nobody is woken for it.
  cloud: { monitoring: false },
};
