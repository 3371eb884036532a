import type { Cause } from './cause';

export const ws530: Cause = {
  code: 'WS530',
  title: 'the server tells its clients not to come back',
  story: 'After a rollout fewer people are connected, until they reload the page.',
  why: 'disconnect(true) and disconnectSockets() send packet 41, which a client takes for its dismissal: it does not reconnect by itself.',
  source: 'https://socket.io/docs/v4/client-socket-instance/#disconnect',
  shows: { 'told-to-stay-away': 'must', 'closed-together': 'may', 'some-end-together': 'may' },
  separates: [{ from: 'WS531', by: 'told-to-stay-away' }],
  fix: ['On shutdown close the connections, not the sockets: socket.conn.close(), paced (holdfast/server does).'],
  runbook: ['grep -rn "disconnectSockets\\|disconnect(true)" src/'],
};
