import { serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { client, graceful, io } from './socket-io-server';

const timing = { ...serverTiming(deriveTiming()), drainMs: 300, shutdownMs: 600 };

let told: jest.SpyInstance;
beforeEach(() => {
  told = jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => told.mockRestore());

const revoked = Proxy.revocable({}, {});
revoked.revoke();

it.each<[string, () => unknown, () => void]>([
  ['is no text', () => Object.create(null), () => {}],
  ['cannot be asked what it is', () => revoked.proxy, () => {}],
  [
    'cannot be printed',
    () => new Error('x'),
    () => {
      throw new Error('no such stream');
    },
  ],
])('a shutdown ends although what is thrown %s', async (_what, thrower, print) => {
  // Jest looks at what is in a table.
  const thrown = thrower();
  told.mockImplementation(print);
  const { shutdown, exit } = graceful(300, { timing, flush: () => Promise.reject(thrown) });
  await client();
  const ending = shutdown.begin('SIGTERM');
  process.emit('uncaughtException', thrown as Error);
  const { failures } = await ending;
  expect(failures.map(({ step }) => step)).toEqual(['an error that nobody caught', 'the stores could not be flushed']);
  expect(exit).toHaveBeenCalledWith(1);
});

it('a shutdown flushes and ends although a server is not of Socket.IO 4', async () => {
  const flush = jest.fn(async () => {});
  const other = { path: () => '/other', close: async () => {} };
  const { shutdown, exit } = graceful(0, { io: [other as never, io], flush });
  await shutdown.begin('SIGTERM');
  expect(flush).toHaveBeenCalledTimes(1);
  expect(exit).toHaveBeenCalledWith(1);
});
