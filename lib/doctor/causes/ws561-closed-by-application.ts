import type { Cause } from './cause';

export const ws561: Cause = {
  code: 'WS561',
  title: 'the application closes connections itself',
  story: 'Connections open, and the server closes every one of them at the same age, with a code.',
  why: 'It ends them in order, with a close frame: a first message, a token or a subprotocol that it waits for does not come (1008, 44xx), its handler fails (1011), it is full (1013), or it gives each a time.',
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1',
  shows: { 'closed-at-one-age': 'must' },
  separates: [
    { from: 'WS519', by: 'cut-at-one-age' },
    { from: 'WS531', by: 'closed-together' },
  ],
  fix: [
    'Read the code and the reason above, and the log of the server at that moment.',
    'Where it waits for something that only its own clients send, let the doctor send what it can: --header, --auth.',
  ],
  runbook: ['kubectl logs deploy/NAME --since=5m | grep -i -E "close|error|unauthori[sz]ed|timeout"'],
};
