import type { Cause } from './cause';

export const ws538: Cause = {
  code: 'WS538',
  title: 'client and server speak different versions of the protocol',
  story: 'Every handshake is answered 400 “Unsupported protocol version”, or in a framing that the client cannot read.',
  why: 'Socket.IO 2 speaks Engine.IO 3, Socket.IO 3 and 4 speak Engine.IO 4; or a proxy changes the parameter.',
  source: 'https://socket.io/docs/v4/client-installation/#version-compatibility',
  shows: { 'other-protocol': 'must' },
  separates: [{ from: 'WS510', by: 'query-missing' }],
  fix: ['Bring client and server to one major version, or set allowEIO3: true while old clients are about.'],
  runbook: ['npm ls socket.io socket.io-client'],
};
