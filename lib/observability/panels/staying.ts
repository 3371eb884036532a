import { METRICS } from '../../server/metrics';
import { shareAtOneAge } from '../cut-ages';
import type { Watched } from '../indicator';
import type { Line, Row } from '../panel';
import { rateOf, seriesOf } from '../queries';
import { linesOf } from '../threshold-lines';

const window = '%w';

const lived = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${seriesOf('connectionDuration', '', 'bucket')}[%w])))`;

/** What could end a connection at one age, in this system. */
const endings = ({ timing }: Watched): readonly Line[] => [
  { value: timing.effectivePingTimeoutSeconds, label: 'heartbeat gives up' },
  { value: timing.idleTimeoutSeconds, label: 'idle timeout' },
  { value: timing.maxConnectionLifetimeSeconds, label: 'longest life' },
];

export const STAYING: Row = {
  question: 'Do they stay?',
  panels: [
    {
      id: 'lifetimes',
      title: 'How long connections lived',
      description:
        'A band at one height is a timeout on the way: everybody is cut at that age. Spread is people who leave.',
      kind: 'heatmap',
      unit: 's',
      targets: [
        { query: `sum by (le) (increase(${seriesOf('connectionDuration', '', 'bucket')}[%w]))`, legend: '{{le}}' },
      ],
      metrics: ['connectionDuration'],
    },
    {
      id: 'lifetime-quantiles',
      title: 'Lifetimes against the timeouts of this system',
      description:
        'Half of the connections that ended were older than the lower line, one in twenty older than the upper one.',
      kind: 'timeseries',
      unit: 's',
      targets: [
        { query: lived(0.5), legend: 'half' },
        { query: lived(0.95), legend: '95 of 100' },
      ],
      lines: endings,
      metrics: ['connectionDuration'],
    },
    {
      id: 'sessions',
      title: 'How long sessions lived',
      description: 'Over every connection that they were recovered on. How long people stay depends on people.',
      kind: 'timeseries',
      unit: 's',
      targets: [
        {
          query: `histogram_quantile(0.5, sum by (le) (rate(${METRICS.sessionDuration.name}_bucket{%s}[%w])))`,
          legend: 'half',
        },
      ],
      metrics: ['sessionDuration'],
    },
    {
      id: 'disconnect-reasons',
      title: 'Disconnects by reason',
      description:
        '"transport close" is what a closed tab looks like. "ping timeout" is a client that fell silent, or a server that was busy.',
      kind: 'timeseries',
      unit: 'cpm',
      stacked: true,
      targets: [{ query: `${rateOf('disconnects', '', { window, by: 'reason' })} * 60`, legend: '{{reason}}' }],
      metrics: ['disconnects'],
    },
    {
      id: 'cut-at-one-age',
      title: 'Of the connections that broke, how many did at one age',
      description: 'The age is the timeout of something on the way. Nothing is shown while no connection breaks.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [{ query: shareAtOneAge(), legend: 'at {{age}} s' }],
      lines: linesOf('cut-at-one-age', 'most'),
      metrics: ['connectionDuration'],
    },
    {
      id: 'churn',
      title: 'Churn',
      description: 'Which part of the connections is replaced in a minute.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `${rateOf('connectionsTotal', '', { window })} * 60 / sum(${METRICS.connections.name}{%s})`,
          legend: 'a minute',
        },
      ],
      lines: linesOf('churn-warning', 'too many'),
      metrics: ['connectionsTotal', 'connections'],
    },
    {
      id: 'lifetime-budget',
      title: 'How fast the error budget of lifetimes is spent',
      description: 'The share of the connections that something on the way broke, over one hour and over six.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        { query: 'holdfast:lifetimes_errors:ratio_rate1h{%a}', legend: '1 h' },
        { query: 'holdfast:lifetimes_errors:ratio_rate6h{%a}', legend: '6 h' },
      ],
      metrics: [],
      others: ['holdfast:lifetimes_errors:ratio_rate1h', 'holdfast:lifetimes_errors:ratio_rate6h'],
    },
  ],
};
