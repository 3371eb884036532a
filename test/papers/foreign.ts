import type { Manifest } from '../../lib/manifest';

/** A chart of somebody else's: other labels, a port of its own for metrics, ingress-nginx in front. */
export const FOREIGN: readonly Manifest[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'chat' } },
        spec: {
          containers: [
            {
              name: 'server',
              image: 'chat:1',
              env: [{ name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '10000' }],
              ports: [
                { name: 'web', containerPort: 4000 },
                { name: 'metrics', containerPort: 9464 },
              ],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: { selector: { 'app.kubernetes.io/name': 'chat' }, ports: [{ name: 'web', port: 80, targetPort: 'web' }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'chat.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'chat', port: { name: 'web' } } } }],
          },
        },
      ],
    },
  },
];
