import { METRICS } from '../../server/metrics';
import type { Row } from '../panel';
import { seriesOf } from '../queries';

const MEMORY = 'process_resident_memory_bytes';
const THROTTLED = 'container_cpu_cfs_throttled_periods_total';
const PERIODS = 'container_cpu_cfs_periods_total';
const NGINX = {
  active: 'nginx_connections_active',
  accepted: 'nginx_connections_accepted',
  handled: 'nginx_connections_handled',
};

const quantile = (share: number, bucket: string, by: string) =>
  `histogram_quantile(${share}, sum by (${by}le) (rate(${bucket}[%w])))`;

export const MACHINE: Row = {
  question: 'Machine',
  panels: [
    {
      id: 'event-loop',
      title: 'Lag of the event loop, 99 of 100',
      description: 'While it stands still no ping is answered. Above the line it is felt.',
      kind: 'timeseries',
      unit: 's',
      targets: [{ query: quantile(0.99, seriesOf('eventLoopLag', '', 'bucket'), 'pod, '), legend: '{{pod}}' }],
      lines: () => [{ value: 1, label: 'felt' }],
      metrics: ['eventLoopLag'],
    },
    {
      id: 'heartbeat',
      title: 'How long after a ping its answer came',
      description:
        'In all pods: the network, or clients that sleep. In one: its event loop. At the line the connection is given up.',
      kind: 'timeseries',
      unit: 's',
      targets: [
        { query: quantile(0.5, seriesOf('heartbeat', '', 'bucket'), ''), legend: 'half' },
        { query: quantile(0.99, seriesOf('heartbeat', '', 'bucket'), ''), legend: '99 of 100' },
      ],
      lines: ({ timing }) => [{ value: timing.pingTimeoutSeconds, label: 'given up' }],
      metrics: ['heartbeat'],
    },
    {
      id: 'memory',
      title: 'Memory for each connection',
      description: 'Of the whole process. What rises while connections do not is a leak.',
      kind: 'timeseries',
      unit: 'bytes',
      targets: [
        {
          query: `sum by (pod) (${MEMORY}{%s}) / (sum by (pod) (${METRICS.connections.name}{%s}) > 0)`,
          legend: '{{pod}}',
        },
      ],
      metrics: ['connections'],
      others: [MEMORY],
    },
    {
      id: 'throttling',
      title: 'Periods in which a container was throttled',
      description: 'A limit of CPU stops all connections of a process at once, for a part of each tenth of a second.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `sum by (pod, container) (rate(${THROTTLED}{%s}[%w])) / sum by (pod, container) (rate(${PERIODS}{%s}[%w]))`,
          legend: '{{pod}} {{container}}',
        },
      ],
      metrics: [],
      others: [THROTTLED, PERIODS],
    },
    {
      id: 'nginx',
      title: 'Connections of nginx',
      description: 'Both sides of each count. Those dropped met a worker without room. Only with the exporter.',
      kind: 'timeseries',
      unit: 'short',
      targets: [
        { query: `sum by (pod) (${NGINX.active}{%s})`, legend: '{{pod}}' },
        {
          query: `sum by (pod) (increase(${NGINX.accepted}{%s}[%w])) - sum by (pod) (increase(${NGINX.handled}{%s}[%w]))`,
          legend: 'dropped by {{pod}}',
        },
      ],
      metrics: [],
      others: Object.values(NGINX),
    },
  ],
};
