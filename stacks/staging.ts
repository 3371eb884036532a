import { Duration } from 'cdk8s';
import type { Environment } from './environment';

/** What production will be next week: the same shape, smaller, on a host of its own. */
export const staging: Environment = {
  name: 'staging',
  namespace: 'coditect-staging',
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
    replicas: 2,
    // One user for each workspace: nothing is said from one pod to another.
    adapter: { kind: 'none', podsAreIndependent: true },
    storage: { per: 'pod', mountPath: '/home/theia', size: '10Gi', storageClass: 'standard-rwo' },
    proxy: {
      socketIo: { path: '/theia/socket.io/' },
      routes: [{ path: '/theia/', upstreamPath: '/' }],
      addressesAppended: 2,
    },
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
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
  monitors: { collector: 'google' },
  edge: {
    host: 'staging.coditect.ai',
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
      ingress: 'coditect-staging-ingress',
      service: 'coditect-combined-service',
      backendConfig: 'coditect-backend-config',
      frontendConfig: 'coditect-frontend-config',
      certificate: 'coditect-staging-certificate',
    },
    address: 'coditect-staging-address',
    sslPolicy: 'coditect-ssl-policy',
  },
};
