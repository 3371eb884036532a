import type { Cause } from './cause';

export const ws562: Cause = {
  code: 'WS562',
  title: 'the server does not offer the transport that clients begin with',
  story: 'Clients fail with “Transport unknown” (code 0), or never get past polling.',
  why: 'Clients of Socket.IO begin with HTTP long-polling and move to a WebSocket. A server whose option transports leaves one out refuses it; clients have to leave it out as well.',
  source: 'https://socket.io/docs/v4/server-options/#transports',
  shows: { 'transport-refused': 'must', 'websocket-refused': 'likely', 'upgrade-fails': 'likely' },
  separates: [
    { from: 'WS510', by: 'query-missing' },
    { from: 'WS557', by: 'transport-refused' },
  ],
  fix: [
    'Give the server and its clients the same transports: transports: ["websocket"] in both, or the default in both.',
    'Where all clients are known to use this transport only, nothing has to be done.',
  ],
  runbook: ["curl -s 'https://HOST/PATH/?EIO=4&transport=polling'   # code 0?"],
};
