import type { Cause } from './cause';

export const ws506: Cause = {
  code: 'WS506',
  title: 'HTTP/2 where a WebSocket needs HTTP/1.1',
  story: 'Pages load, WebSockets do not open; or they open in one browser and not in another.',
  why: 'A WebSocket opens over HTTP/1.1, or over HTTP/2 where server and every proxy speak RFC 8441. One that is offered and not kept is chosen by the browser all the same.',
  source: 'https://www.rfc-editor.org/rfc/rfc8441',
  shows: {
    'http2-without-websocket': 'must',
    'websocket-refused': 'may',
    'upgrade-fails': 'may',
    'no-answer': 'may',
    'bad-gateway': 'may',
    unavailable: 'may',
    'websocket-fails-sometimes': 'may',
  },
  separates: [{ from: 'WS505', by: 'http2-without-websocket' }],
  fix: [
    'Offer http/1.1 beside h2 in ALPN.',
    'Do not announce SETTINGS_ENABLE_CONNECT_PROTOCOL where the way to the server cannot carry it; speak HTTP/1.1 to the backend.',
  ],
  runbook: ['openssl s_client -alpn http/1.1 -connect HOST:443 </dev/null | grep ALPN'],
};
