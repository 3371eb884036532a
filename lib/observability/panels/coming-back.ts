import { METRICS } from '../../server/metrics';
import type { Row } from '../panel';
import { rateOf } from '../queries';
import { linesOf } from '../threshold-lines';

const window = '%w';
const away = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${METRICS.reconnectDuration.name}_bucket{%s}[%w])))`;

export const COMING_BACK: Row = {
  question: 'Do they come back?',
  panels: [
    {
      id: 'reconnect-time',
      title: 'How long sessions were without a connection',
      description: 'Of those that were recovered. Above the line people notice.',
      kind: 'timeseries',
      unit: 's',
      targets: [
        { query: away(0.5), legend: 'half' },
        { query: away(0.95), legend: '95 of 100' },
      ],
      lines: linesOf('reconnect-time', 'people notice'),
      metrics: ['reconnectDuration'],
    },
    {
      id: 'recovered',
      title: 'Sessions that were asked back',
      description: 'Recovered, or lost. A rollout loses those that live in the memory of one pod.',
      kind: 'timeseries',
      unit: 'cpm',
      stacked: true,
      targets: [{ query: `${rateOf('recoveries', '', { window, by: 'status' })} * 60`, legend: '{{status}}' }],
      metrics: ['recoveries'],
    },
    {
      id: 'resumes',
      title: 'Messages resumed',
      description: 'Attempts to go on where a client was cut off, by where the messages came from and how it ended.',
      kind: 'timeseries',
      unit: 'cpm',
      stacked: true,
      targets: [
        {
          query: `${rateOf('messageReplays', '', { window, by: 'source, status' })} * 60`,
          legend: '{{source}} {{status}}',
        },
      ],
      metrics: ['messageReplays'],
    },
    {
      id: 'attempts',
      title: 'Handshakes a minute',
      description: 'A peak is a storm: most clients come back at the same time.',
      kind: 'timeseries',
      unit: 'cpm',
      targets: [{ query: `${rateOf('handshakeAttempts', '', { window })} * 60`, legend: 'attempts' }],
      metrics: ['handshakeAttempts'],
    },
  ],
};
