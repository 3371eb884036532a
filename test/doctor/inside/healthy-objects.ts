import type { Manifest } from '../../../lib/manifest';

/** When the suite looks, and how long before it everything began. */
export const NOW = Date.parse('2026-11-27T12:00:00Z');
export const before = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
export type Objects = Record<string, Manifest>;

export const NAMESPACE = 'chat';
const meta = (name: string, more: object = {}) => ({
  name,
  namespace: NAMESPACE,
  uid: `uid-${name}`,
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: before(7200),
  ...more,
});
const LABELS = { app: 'chat' };

export function pod(name: string, more: { ready?: boolean; status?: object; metadata?: object } = {}): Manifest {
  const { ready = true, status = {}, metadata = {} } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { labels: LABELS, creationTimestamp: before(3000), ...metadata }),
    spec: { containers: [{ name: 'chat', image: 'registry.invalid/chat:1' }] },
    status: {
      podIP: '10.0.0.1',
      startTime: before(3000),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'chat', ready, restartCount: 0, state: { running: {} } }],
      ...status,
    },
  };
}

export function event(
  reason: string,
  message: string,
  involved: { kind: string; name: string; uid?: string },
  seconds = 60,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta(`${involved.name}.${reason}.${seconds}`),
    reason,
    message,
    involvedObject: { uid: `uid-${involved.name}`, ...involved },
    firstTimestamp: before(seconds),
    lastTimestamp: before(seconds),
  };
}

/** A plain chat server of somebody else's: three pods of a StatefulSet behind a Service and an Ingress that has its address. */
export function healthy(): Objects {
  const names = ['chat-0', 'chat-1', 'chat-2'];
  return {
    ingress: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('chat', { annotations: { 'kubernetes.io/ingress.class': 'gce' } }),
      spec: {
        rules: [
          {
            host: 'chat.invalid',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'chat', port: { number: 80 } } } }],
            },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } },
    },
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('chat', { annotations: { 'cloud.google.com/backend-config': '{"default":"chat"}' } }),
      spec: { clusterIP: '10.1.0.1', selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    config: {
      apiVersion: 'cloud.google.com/v1',
      kind: 'BackendConfig',
      metadata: meta('chat'),
      spec: {
        timeoutSec: 86_400,
        sessionAffinity: { affinityType: 'GENERATED_COOKIE' },
        healthCheck: { requestPath: '/health', port: 3000 },
      },
    },
    workload: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: meta('chat'),
      spec: {
        replicas: 3,
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            terminationGracePeriodSeconds: 60,
            volumes: [{ name: 'conf', configMap: { name: 'chat-conf' } }],
            containers: [
              {
                name: 'chat',
                image: 'registry.invalid/chat:1',
                env: [{ name: 'DATABASE_PASSWORD', value: 'hunter22' }],
                ports: [{ name: 'http', containerPort: 3000 }],
                readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
                livenessProbe: { httpGet: { path: '/health', port: 'http' }, failureThreshold: 3 },
                resources: { limits: { memory: '256Mi' } },
              },
            ],
          },
        },
      },
      status: {
        observedGeneration: 1,
        replicas: 3,
        readyReplicas: 3,
        updatedReplicas: 3,
        currentRevision: 'a',
        updateRevision: 'a',
      },
    },
    slice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta('chat-x', { labels: { 'kubernetes.io/service-name': 'chat' } }),
      endpoints: names.map((name) => ({ addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { name } })),
    },
    conf: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('chat-conf', { managedFields: [{ manager: 'kubectl', time: before(7000) }] }),
      data: { 'nginx.conf': 'http { server { listen 8080; } }', token: 'abcdefgh' },
    },
    ...Object.fromEntries(names.map((name) => [name, pod(name)])),
  };
}

/** How a pod answers beside what its objects say. */
