import type { Cause } from './cause';

export const ws550: Cause = {
  code: 'WS550',
  title: 'a proxy opens WebSockets and carries nothing',
  story: 'The connection opens and is closed again after some seconds without a message.',
  why: 'Something on the way answers 101 by itself, or holds back what it should pass on: it inspects or buffers.',
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-1.3',
  shows: { 'websocket-silent': 'must', 'upgrade-fails': 'must', 'refused-above': 'may', 'went-silent': 'may' },
  separates: [
    { from: 'WS505', by: 'upgrade-lost' },
    { from: 'WS521', by: 'pings-late' },
  ],
  fix: ['Switch inspection and buffering off for this path, or take the WebSocket past that device.'],
  runbook: ['tcpdump -i any port 3000   # do frames arrive at the pod?'],
};
