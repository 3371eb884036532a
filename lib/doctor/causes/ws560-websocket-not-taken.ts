import type { Cause } from './cause';

export const ws560: Cause = {
  code: 'WS560',
  title: 'the server refuses the handshake of the WebSocket',
  story: 'Pages are answered, and whoever opens a WebSocket is refused or hung up on.',
  why: 'It sees the Upgrade, and wants what the client does not send: a subprotocol, a token, a cookie. Frameworks answer 403 or 400, or close the connection.',
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2',
  shows: { 'not-served': 'must', 'upgrade-refused': 'must' },
  separates: [
    {
      from: 'WS508',
      by: 'answered-like-a-page',
      hand: 'what the server writes in its log for this request, and the path that its code names',
    },
    { from: 'WS505', by: 'upgrade-refused' },
    { from: 'WS537', by: 'guard-answers' },
  ],
  fix: [
    "Send what it asks for: let the doctor look with --header 'Sec-WebSocket-Protocol: …' or --header 'Authorization: Bearer …', and see whether it opens.",
    'Where it opens then, the client does not send it, or something on the way takes it off.',
  ],
  runbook: [
    "curl --http1.1 --max-time 5 -si -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ==' 'https://HOST/PATH/?EIO=4&transport=websocket'",
  ],
};
