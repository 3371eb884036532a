import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { GracefulShutdown, timingFromEnvironment } from '../../lib/server';

// What the pod was told; on a developer's machine the defaults.
const timing = timingFromEnvironment();

const http = createServer((request, response) => {
  const ok = request.url === '/health' || (request.url === '/ready' && shutdown.isReady());
  response.writeHead(ok ? 200 : request.url === '/ready' ? 503 : 404).end();
});
const io = new Server(http, {
  pingInterval: timing.heartbeatIntervalMs,
  pingTimeout: timing.heartbeatGraceMs,
});
io.on('connection', (socket) => socket.on('say', (words) => io.emit('said', words)));

// Waits for SIGTERM, then closes the connections a few at a time and ends the process.
const shutdown = new GracefulShutdown({ http, io, timing }).onSignals();
http.listen(Number(process.env.PORT ?? 3000));
