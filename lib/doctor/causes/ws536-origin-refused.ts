import type { Cause } from './cause';

export const ws536: Cause = {
  code: 'WS536',
  title: 'the page’s origin is refused',
  story: 'The browser’s console speaks of CORS, or the handshake is answered 403; other clients work.',
  why: 'The server compares the Origin header with a list, or the answer lacks Access-Control-Allow-Origin.',
  source: 'https://socket.io/docs/v4/handling-cors/',
  weight: 1.5,
  shows: { 'origin-refused': 'must' },
  separates: [{ from: 'WS537', by: 'guard-answers' }],
  fix: [
    'Add the origin of the page, scheme and port included, to cors.origin of the server (and to what allowRequest permits).',
  ],
  runbook: ["curl -si -H 'Origin: https://PAGE' 'https://HOST/PATH/?EIO=4&transport=polling' | head -20"],
};
