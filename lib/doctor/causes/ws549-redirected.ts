import type { Cause } from './cause';

export const ws549: Cause = {
  code: 'WS549',
  title: 'the address sends elsewhere',
  story: 'Polling may work, WebSockets do not: the browser shows a failed handshake.',
  why: 'A WebSocket follows no redirect. http to https, a host with www, a slash that is added: each is one.',
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
  shows: { redirected: 'must', 'websocket-refused': 'likely', 'upgrade-fails': 'likely' },
  separates: [{ from: 'WS537', by: 'guard-answers' }],
  fix: ['Let clients use the address that answers itself: https, the canonical host, the slash at the end.'],
  runbook: ["curl -si 'http://HOST/PATH/?EIO=4&transport=polling' | grep -i location"],
};
