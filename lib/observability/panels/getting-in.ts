import type { Row } from '../panel';
import { rateOf } from '../queries';
import { linesOf } from '../threshold-lines';

const window = '%w';

export const GETTING_IN: Row = {
  question: 'Can they get in?',
  panels: [
    {
      id: 'handshake-success',
      title: 'Handshakes that succeed',
      description: 'The part of the requests that would open a session which do. The promise is 99.9 %.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `${rateOf('handshakeSuccesses', '', { window })} / ${rateOf('handshakeAttempts', '', { window })}`,
          legend: 'succeed',
        },
      ],
      metrics: ['handshakeSuccesses', 'handshakeAttempts'],
    },
    {
      id: 'refused',
      title: 'Socket.IO requests answered 400, by code',
      description:
        'Code 1 is a session that the pod does not know: affinity. 3 is a request that the server does not take, 5 a version of the protocol.',
      kind: 'timeseries',
      unit: 'cpm',
      stacked: true,
      targets: [{ query: `${rateOf('badRequests', '', { window, by: 'code' })} * 60`, legend: 'code {{code}}' }],
      metrics: ['badRequests'],
    },
    {
      id: 'upgrades',
      title: 'Sessions that come to run over WebSocket',
      description: 'More than 95 % where WebSockets pass. Near zero a proxy on the way drops the upgrade.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `${rateOf('webSocketUpgrades', '', { window })} / ${rateOf('handshakeSuccesses', '', { window })}`,
          legend: 'over WebSocket',
        },
      ],
      metrics: ['webSocketUpgrades', 'handshakeSuccesses'],
    },
    {
      id: 'health-checks',
      title: 'Health checks that fail',
      description: 'Of the balancer and of the kubelet, on the application itself.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        {
          query: `(${rateOf('httpRequests', 'endpoint="/health",status!="200"', { window })} or vector(0)) / ${rateOf('httpRequests', 'endpoint="/health"', { window })}`,
          legend: '/health',
        },
      ],
      lines: linesOf('health-checks', 'too many'),
      metrics: ['httpRequests'],
    },
    {
      id: 'answers',
      title: 'Answers by status',
      description: 'Every request that the application answered, polls included.',
      kind: 'timeseries',
      unit: 'cpm',
      stacked: true,
      targets: [
        {
          query: `${rateOf('httpRequests', '', { window, by: 'endpoint, status' })} * 60`,
          legend: '{{endpoint}} {{status}}',
        },
      ],
      metrics: ['httpRequests'],
    },
    {
      id: 'handshake-budget',
      title: 'How fast the error budget of handshakes is spent',
      description: 'The share of handshakes that fail, over one hour and over six.',
      kind: 'timeseries',
      unit: 'percentunit',
      targets: [
        { query: 'holdfast:handshakes_errors:ratio_rate1h{%a}', legend: '1 h' },
        { query: 'holdfast:handshakes_errors:ratio_rate6h{%a}', legend: '6 h' },
      ],
      metrics: [],
      others: ['holdfast:handshakes_errors:ratio_rate1h', 'holdfast:handshakes_errors:ratio_rate6h'],
    },
  ],
};
