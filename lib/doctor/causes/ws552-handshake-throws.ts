import type { Cause } from './cause';

export const ws552: Cause = {
  code: 'WS552',
  title: 'the application fails at the handshake',
  story: 'Every handshake is answered 500.',
  why: 'A middleware or allowRequest throws, or something that it needs is down.',
  source: 'https://socket.io/docs/v4/server-options/#allowrequest',
  shows: { 'server-error': 'must' },
  separates: [{ from: 'WS515', by: 'bad-gateway' }],
  fix: ['Read the stack trace of the server, and let the handshake not depend on what may be down.'],
  runbook: ['kubectl logs deploy/NAME | tail -50'],
};
