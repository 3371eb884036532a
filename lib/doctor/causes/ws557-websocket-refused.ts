import type { Cause } from './cause';

export const ws557: Cause = {
  code: 'WS557',
  title: 'a filter on the way refuses WebSockets',
  story: 'Clients stay on polling, or those that use WebSockets only never connect; pages and polling work.',
  why: 'The request to upgrade is answered before the server sees it: by a rule of a firewall, a security policy or a gateway that knows no WebSockets.',
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2',
  shows: { 'websocket-refused': 'must', 'upgrade-fails': 'must' },
  separates: [
    { from: 'WS505', by: 'upgrade-lost' },
    { from: 'WS537', by: 'guard-answers' },
  ],
  fix: [
    'Let requests with Upgrade: websocket through on this path, in whatever wrote the answer: its server header and its body say who that is.',
  ],
  runbook: [
    "curl --http1.1 --max-time 5 -si -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ==' 'https://HOST/PATH/?EIO=4&transport=websocket'",
  ],
};
