import { METRICS } from '../../server/metrics';
import type { Row } from '../panel';
import { linesOf } from '../threshold-lines';

const { connections } = METRICS;
const WANTED = 'kube_horizontalpodautoscaler_status_desired_replicas';
const PRESENT = 'kube_horizontalpodautoscaler_status_current_replicas';
const CEILING = 'kube_horizontalpodautoscaler_spec_max_replicas';

export const CONNECTED: Row = {
  question: 'Are people connected?',
  panels: [
    {
      id: 'active-connections',
      title: 'Active connections',
      description:
        'How many connections each pod holds. A pod that drains goes down slowly, one that lost its connections at once falls like a stone.',
      kind: 'timeseries',
      unit: 'short',
      stacked: true,
      targets: [{ query: `sum by (pod) (${connections.name}{%s})`, legend: '{{pod}}' }],
      metrics: ['connections'],
    },
    {
      id: 'replicas',
      title: 'Pods: wanted, present, at most',
      description:
        'What the autoscaler wants, what there is, and its ceiling. Once it wants as many as it may have, nobody makes room any more. Nothing is shown without an autoscaler.',
      kind: 'timeseries',
      unit: 'short',
      targets: [
        { query: `max(${WANTED}{%h})`, legend: 'wanted' },
        { query: `max(${PRESENT}{%h})`, legend: 'present' },
        { query: `max(${CEILING}{%h})`, legend: 'at most' },
      ],
      metrics: [],
      others: [WANTED, PRESENT, CEILING],
    },
    {
      id: 'fullest-pod',
      title: 'The fullest pod and the emptiest',
      description: 'Above the line a pod has room for few more, and a full one refuses whoever comes next.',
      kind: 'timeseries',
      unit: 'short',
      targets: [
        { query: `max(${connections.name}{%s})`, legend: 'fullest' },
        { query: `min(${connections.name}{%s})`, legend: 'emptiest' },
      ],
      lines: linesOf('nearly-full', 'nearly full'),
      metrics: ['connections'],
    },
    {
      id: 'imbalance',
      title: 'Imbalance',
      description:
        'How many times as many connections the fullest pod has as the pods have on average. 1 is even; after a rollout it is higher until connections end.',
      kind: 'timeseries',
      unit: 'short',
      targets: [{ query: `max(${connections.name}{%s}) / avg(${connections.name}{%s})`, legend: 'fullest / average' }],
      lines: linesOf('imbalance', 'uneven'),
      metrics: ['connections'],
    },
    {
      id: 'pods',
      title: 'Pods that are ready',
      description: 'Ready pods of all pods. On GKE a pod is ready when the balancer reaches it.',
      kind: 'timeseries',
      unit: 'short',
      targets: [
        { query: 'sum(kube_pod_status_ready{condition="true",%s})', legend: 'ready' },
        { query: 'count(kube_pod_status_ready{condition="true",%s})', legend: 'all' },
      ],
      metrics: [],
      others: ['kube_pod_status_ready'],
    },
  ],
};
