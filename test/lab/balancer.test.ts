import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { within } from '../standstill';
import { Lab, wait } from './lab';
import { balancer } from './parts/balancer';

const lab = new Lab();
afterAll(() => lab.end());

test('what is late or lost on the way still arrives in the order it was sent', async () => {
  const port = await lab.port();
  const server = createServer((socket) => socket.pipe(socket)).listen(port, '127.0.0.1');
  lab.later(() => void server.close());
  const lossy = await balancer(lab, [port], { delayMs: 20, loss: { share: 0.2, ms: 30 } });
  const sent = Array.from({ length: 20 }, (_, talker) =>
    Array.from({ length: 200 }, (_, line) => `${talker}.${line}\n`).join(''),
  );
  const heard = await Promise.all(
    sent.map(async (text) => {
      const socket = connect(lossy.port, '127.0.0.1').setNoDelay();
      let back = '';
      socket.on('data', (chunk) => {
        back += chunk;
      });
      await once(socket, 'connect');
      for (const line of text.trimEnd().split('\n')) {
        socket.write(`${line}\n`);
        await wait(Math.random() * 3);
      }
      await within(60_000, () => back.length >= text.length);
      socket.destroy();
      return back;
    }),
  );
  expect(heard).toEqual(sent);
});
