// Socket.IO or plain ws servers for the lab, on the ports that are given; told over IPC what to do wrong.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const options = JSON.parse(process.argv[2]);
const { Server } = await import('socket.io');

const apps = options.ports.map((port, index) => start(port, index));

function start(port, index) {
  const http = createServer((request, response) => {
    if (request.url.startsWith('/health')) return response.end('ok');
    const page = options.page ?? '<!doctype html><title>app</title><p>the application</p>';
    response.writeHead(options.pageStatus ?? 404, { 'content-type': 'text/html' }).end(page);
  });
  if (options.keepAliveTimeout !== undefined) http.keepAliveTimeout = options.keepAliveTimeout;
  const broken = options.broken?.index === index ? options.broken.how : options.allBroken;
  if (broken === 'hang') http.on('request', () => {});
  if (options.kind === 'ws') plain(http);
  else if (broken === undefined) socketIo(http);
  else if (broken === '500') {
    http.removeAllListeners('request');
    http.on('request', (_request, response) => response.writeHead(500).end('Internal Server Error'));
  } else http.removeAllListeners('request');
  http.listen(port, options.host ?? '127.0.0.1');
  return http;
}

function socketIo(http) {
  const { allowedOrigin, throws } = options;
  const io = new Server(http, {
    path: options.path ?? '/socket.io/',
    pingInterval: options.pingInterval,
    pingTimeout: options.pingTimeout,
    maxHttpBufferSize: options.maxHttpBufferSize ?? 1e6,
    ...(options.cors === undefined ? {} : { cors: options.cors }),
    ...(options.transports === undefined ? {} : { transports: options.transports }),
    ...(options.slowMs === undefined
      ? {}
      : { allowRequest: (_request, done) => setTimeout(() => done(null, true), options.slowMs) }),
    ...(allowedOrigin === undefined
      ? {}
      : {
          allowRequest: (request, done) => {
            const { origin } = request.headers;
            done(null, origin === undefined || origin === allowedOrigin);
          },
        }),
  });
  if (throws === true)
    io.engine.use((_request, response) =>
      response.writeHead(500, { 'content-type': 'text/plain' }).end('TypeError: undefined'),
    );
  if (options.token !== undefined)
    io.use((socket, next) =>
      next(socket.handshake.auth.token === options.token ? undefined : new Error('not authorised')),
    );
  http.io = io;
}

function plain(http) {
  const { allowedOrigin, closeAfterMs, subprotocol } = options;
  const server = new WebSocketServer({
    server: http,
    ...(options.path === undefined ? {} : { path: options.path }),
    verifyClient: ({ origin, req }, done) => {
      const spoken = subprotocol === undefined || req.headers['sec-websocket-protocol'] === subprotocol;
      if (!spoken) return done(false, 400, 'Bad Request');
      done(allowedOrigin === undefined || origin === undefined || origin === allowedOrigin);
    },
  });
  server.on('connection', (socket) => {
    if (closeAfterMs !== undefined) setTimeout(() => socket.close(4408, 'nobody said who he is'), closeAfterMs);
    if (options.pingInterval === undefined) return;
    const timer = setInterval(() => socket.ping(), options.pingInterval);
    socket.on('close', () => clearInterval(timer));
  });
}

function block(ms) {
  const until = Date.now() + ms;
  while (Date.now() < until);
}

const ORDERS = {
  block: ({ ms, every }) => {
    block(ms);
    if (every !== undefined) setInterval(() => block(ms), every);
  },
  disconnect: () => {
    for (const { io } of apps) io.disconnectSockets(true);
  },
  closeAll: () => {
    for (const { io } of apps) for (const socket of io.of('/').sockets.values()) socket.conn.close();
  },
  paced: ({ ms }) => {
    for (const { io } of apps)
      for (const socket of io.of('/').sockets.values()) setTimeout(() => socket.conn.close(), Math.random() * ms);
  },
};

process.on('message', (order) => {
  const sockets = apps.reduce((sum, { io }) => sum + (io?.of('/').sockets.size ?? 0), 0);
  process.send({ sockets });
  setTimeout(() => ORDERS[order.do](order), 5);
});
process.on('disconnect', () => process.exit());
await Promise.all(
  apps.map((http) => (http.listening ? undefined : new Promise((done) => http.once('listening', done)))),
);
process.send?.('ready');
