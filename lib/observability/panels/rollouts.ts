import { METRICS } from '../../server/metrics';
import type { Row } from '../panel';

const DELETION = 'kube_pod_deletion_timestamp';
const STARTED = 'process_start_time_seconds';
const EXIT = 'kube_pod_container_status_last_terminated_exitcode';
const PROBES = 'prober_probe_total';

export const ROLLOUTS: Row = {
  question: 'Rollouts',
  panels: [
    {
      id: 'ages',
      title: 'Age of the processes',
      description: 'A line that starts at zero is a pod that is new, or a process that was started again.',
      kind: 'timeseries',
      unit: 's',
      targets: [{ query: `time() - max by (pod) (${STARTED}{%s})`, legend: '{{pod}}' }],
      metrics: [],
      others: [STARTED],
    },
    {
      id: 'drain',
      title: 'What is left of the grace period',
      description:
        'Of each pod that is being deleted. A shutdown as planned ends above the line; at zero it is killed.',
      kind: 'timeseries',
      unit: 's',
      targets: [{ query: `max by (pod) (${DELETION}{%s} - time())`, legend: '{{pod}}' }],
      lines: ({ timing }) => [{ value: timing.marginSeconds, label: 'should be over' }],
      metrics: [],
      others: [DELETION],
    },
    {
      id: 'draining-connections',
      title: 'Connections on pods that are being deleted',
      description: 'Goes down evenly over the drain. What is left at its end is dropped.',
      kind: 'timeseries',
      unit: 'short',
      targets: [
        {
          query: `sum by (pod) (${METRICS.connections.name}{%s} and on (namespace, pod) ${DELETION}{%s})`,
          legend: '{{pod}}',
        },
      ],
      metrics: ['connections'],
      others: [DELETION],
    },
    {
      id: 'exits',
      title: 'How containers ended last',
      description: '0 is in order, 137 was killed: by the kubelet after the grace period, or for want of memory.',
      kind: 'timeseries',
      unit: 'short',
      targets: [{ query: `max by (pod, container) (${EXIT}{%s})`, legend: '{{pod}} {{container}}' }],
      metrics: [],
      others: [EXIT],
    },
    {
      id: 'readiness',
      title: 'Readiness probes that fail',
      description: 'In a rollout those of pods that start. At other times pods that cannot keep up.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `(sum(rate(${PROBES}{probe_type="Readiness",result="failed",%s}[%w])) or vector(0)) / sum(rate(${PROBES}{probe_type="Readiness",%s}[%w]))`,
          legend: 'readiness',
        },
      ],
      metrics: [],
      others: [PROBES],
    },
  ],
};
