import type { Cause } from './cause';

export const ws537: Cause = {
  code: 'WS537',
  title: 'a login or a firewall answers before the server',
  story: 'The handshake is redirected to a login, or ends in 401 or 403 that the application never sent.',
  why: 'An identity-aware proxy, an authentication middleware or a web application firewall stands in front; a WebSocket client cannot log in there.',
  source: 'https://docs.cloud.google.com/iap/docs/concepts-overview',
  shows: { 'guard-answers': 'must', 'websocket-refused': 'may' },
  separates: [
    { from: 'WS536', by: 'origin-refused' },
    { from: 'WS549', by: 'redirected' },
  ],
  fix: [
    'Take the path of Socket.IO out of the guard and check the token in the handshake, or let clients bring what the guard asks for (--header to look as such a client).',
  ],
  runbook: ["curl -si 'https://HOST/PATH/?EIO=4&transport=polling' | grep -i -E '^HTTP|location|server'"],
};
