import type { WebSocketServerProps } from '../../lib/workload';
import { chat, objects, only, proxy } from './support/server';

describe('around the pods', () => {
  test('a disruption budget takes one pod at a time, and is left out where there is one pod', () => {
    expect(only('PodDisruptionBudget', chat).spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    expect(objects({ ...chat, replicas: 1 }).map((m) => m.kind)).not.toContain('PodDisruptionBudget');
  });

  test('an autoscaler owns the number of replicas, goes by connections, and takes one pod away per shutdown', () => {
    const props: WebSocketServerProps = {
      ...chat,
      autoscaling: { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500 },
    };
    expect(only('Deployment', props).spec).not.toHaveProperty('replicas');
    expect(only('HorizontalPodAutoscaler', props).spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
      metrics: [
        {
          type: 'Pods',
          pods: { metric: { name: 'ws_connections' }, target: { type: 'AverageValue', averageValue: 500 } },
        },
      ],
      behavior: {
        scaleDown: { stabilizationWindowSeconds: 1800, policies: [{ type: 'Pods', value: 1, periodSeconds: 270 }] },
      },
    });
  });

  test('an autoscaler can go by CPU', () => {
    const props: WebSocketServerProps = {
      ...chat,
      autoscaling: { minReplicas: 2, maxReplicas: 9, cpuUtilization: 70 },
    };
    expect(only('HorizontalPodAutoscaler', props).spec.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
    ]);
  });

  test('only Google, the namespace and DNS pass the network policy', () => {
    expect(only('NetworkPolicy', chat).spec).toEqual({
      podSelector: { matchLabels: { app: 'chat' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ ipBlock: { cidr: '130.211.0.0/22' } }, { ipBlock: { cidr: '35.191.0.0/16' } }, { podSelector: {} }],
          ports: [{ protocol: 'TCP', port: 3001 }],
        },
      ],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: {
                matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
              },
            },
            { ipBlock: { cidr: '169.254.20.10/32' } },
            { ipBlock: { cidr: '169.254.169.254/32' } },
          ],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        { to: [{ podSelector: {} }] },
      ],
    });
  });

  test('the network policy opens the proxy instead of the application, and what the caller names', () => {
    const { spec } = only('NetworkPolicy', {
      ...chat,
      proxy,
      traffic: { ingressFrom: ['10.0.0.0/23'], egressTo: [{ cidr: '10.9.0.0/24', ports: [6379] }] },
    });
    expect(spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
    expect(spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.0.0/23' } }, { podSelector: {} }]);
    expect(spec.egress[2]).toEqual({
      to: [{ ipBlock: { cidr: '10.9.0.0/24' } }],
      ports: [{ protocol: 'TCP', port: 6379 }],
    });
  });

  test('a controller in the cluster is let in by its namespace, and then nobody from outside', () => {
    const from = (traffic: NonNullable<WebSocketServerProps['traffic']>) =>
      only('NetworkPolicy', { ...chat, traffic }).spec.ingress[0].from;
    const controller = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } };
    expect(from({ ingressFromNamespaces: ['ingress-nginx'] })).toEqual([controller, { podSelector: {} }]);
    expect(from({ ingressFromNamespaces: ['ingress-nginx'], ingressFrom: ['10.0.0.0/8'] })).toEqual([
      { ipBlock: { cidr: '10.0.0.0/8' } },
      controller,
      { podSelector: {} },
    ]);
  });

  test('the pods run under an account of their own that has no token', () => {
    expect(only('ServiceAccount', chat)).toMatchObject({
      metadata: { name: 'chat' },
      automountServiceAccountToken: false,
    });
  });
});
