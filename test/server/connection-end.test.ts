import { engineEnd, webSocketEnd } from '../../lib/server/connection-end';

it.each([
  ['websocket', 'transport close', 1001, 'web_sockets', 'transport close', 'true', 'normal_closure'],
  ['websocket', 'transport close', 1006, 'web_sockets', 'transport close', 'false', 'error'],
  ['polling', 'transport close', undefined, 'long_polling', 'transport close', 'true', 'normal_closure'],
  ['polling', 'transport error', undefined, 'long_polling', 'transport error', 'false', 'error'],
  ['websocket', 'parse error', undefined, 'web_sockets', 'parse error', 'false', 'error'],
  ['websocket', 'ping timeout', 1006, 'web_sockets', 'ping timeout', 'false', 'timeout'],
  ['polling', 'forced close', undefined, 'long_polling', 'forced close', 'true', 'app_shutdown'],
  ['polling', 'server shutting down', undefined, 'long_polling', 'server shutting down', 'true', 'app_shutdown'],
  ['webtransport', 'made up', undefined, 'other', 'other', 'false', 'error'],
] as const)('%s that ends with "%s" and %s', (name, given, code, transport, reason, clean, status) => {
  expect(engineEnd(name, given, code)).toEqual({ transport, reason, clean, status });
});

it.each([
  [1000, false, '1000', 'true', 'normal_closure'],
  [1001, false, '1001', 'true', 'app_shutdown'],
  [1012, false, '1012', 'true', 'app_shutdown'],
  [1006, false, '1006', 'false', 'error'],
  [1006, true, 'ping timeout', 'false', 'timeout'],
  [1000, true, 'ping timeout', 'false', 'timeout'],
  [4999, false, 'other', 'true', 'normal_closure'],
] as const)('a WebSocket closed with %s (given up: %s)', (code, gaveUp, reason, clean, status) => {
  expect(webSocketEnd(code, gaveUp)).toEqual({ transport: 'web_sockets', reason, clean, status });
});
