import type { Cause } from './cause';

export const ws505: Cause = {
  code: 'WS505',
  title: 'a proxy drops Upgrade and Connection',
  story: 'Clients stay on polling for ever, and those that use WebSockets only never connect.',
  why: 'Both headers are hop-by-hop: a proxy that does not forward them on purpose removes them, and the server sees an ordinary GET (code 3).',
  source: 'https://nginx.org/en/docs/http/websocket.html',
  weight: 2,
  shows: {
    'upgrade-lost': 'must',
    'not-served': 'must',
    'answered-like-a-page': 'must',
    'websocket-refused': 'likely',
    'upgrade-fails': 'must',
  },
  separates: [
    {
      from: 'WS508',
      by: 'upgrade-lost',
      hand: 'the same request sent straight to the server, past every proxy (kubectl port-forward): 101 there means that a proxy drops the headers, the same answer that the path is wrong',
    },
    { from: 'WS506', by: 'http2-without-websocket' },
    { from: 'WS550', by: 'websocket-silent' },
  ],
  fix: [
    'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;',
    'Other proxies: switch WebSockets on for this route.',
  ],
  runbook: [
    "curl --http1.1 --max-time 5 -si -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ==' 'https://HOST/PATH/?EIO=4&transport=websocket' | head -1",
  ],
};
