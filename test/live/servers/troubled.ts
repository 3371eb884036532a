/** A server of WebSockets and of two Socket.IO servers on one port, with what goes wrong in the life of a process: `TROUBLE` says what. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { GracefulShutdown, timingFromEnvironment } from '../../../lib/server';

const { PORT, TROUBLE } = process.env;
const say = (what: object) => console.log(JSON.stringify({ at: Date.now(), ...what }));

const timing = timingFromEnvironment();
const http = createServer((_request, response) => response.writeHead(shutdown.isReady() ? 200 : 503).end());
const io = [
  new Server(http, { path: '/one/', destroyUpgrade: false }),
  new Server(http, { path: '/two/', destroyUpgrade: false }),
];
const webSockets = new WebSocketServer({ noServer: true });
http.on('upgrade', (request, socket, head) => {
  if (!request.url?.startsWith('/ws')) return;
  webSockets.handleUpgrade(request, socket, head, (client) => webSockets.emit('connection', client, request));
});
const shutdown = new GracefulShutdown({
  http,
  io,
  webSockets,
  timing,
  flush: async () => {
    say({ step: 'flush' });
    if (TROUBLE === 'a flush that throws') throw new Error('the disk is full');
    if (TROUBLE === 'a flush that hangs') await new Promise(() => {});
  },
  onEvent: (event) => {
    say(event);
    if (event.step !== 'notified') return;
    if (TROUBLE === 'errors that nobody catches') {
      setTimeout(() => {
        throw new Error('the store is gone');
      }, 100);
      setTimeout(() => void Promise.reject(new Error('so is the other')), 200);
    }
  },
}).onSignals();

// What a server does before it listens.
const startMs = TROUBLE === 'a stop while it starts' ? 60_000 : 0;
setTimeout(() => http.listen(Number(PORT), () => say({ step: 'listens' })), startMs);
say({ step: 'begins' });
