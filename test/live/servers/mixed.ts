/** Socket.IO, and plain WebSockets at `/ws`, on one HTTP server: what is said on either is heard on both, on every replica. SIGUSR2 blocks it. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Message, MessageLog } from '../../../examples/chat-backend/message-log';
import { GracefulShutdown, heartbeat, recoverSessions, timingFromEnvironment } from '../../../lib/server';

const { PORT, CHAT_NAME: pod = '', CHAT_FOLDER: folder = '', DRAIN_FLAG: drainFlag = '' } = process.env;
const BLOCKED_MS = 5000;

const timing = timingFromEnvironment();
const http = createServer((request, response) => {
  const status = request.url === '/live' || shutdown.isReady() ? 200 : 503;
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end();
});
const io = new Server(http, {
  pingInterval: timing.heartbeatIntervalMs,
  pingTimeout: timing.heartbeatGraceMs,
  connectionStateRecovery: { maxDisconnectionDuration: timing.replayTtlMs, skipMiddlewares: false },
  // Upgrades of the other path are not its own.
  destroyUpgrade: false,
});
recoverSessions(io);
const webSockets = new WebSocketServer({ noServer: true });
http.on('upgrade', (request, socket, head) => {
  if (!request.url?.startsWith('/ws')) return;
  webSockets.handleUpgrade(request, socket, head, (client) => webSockets.emit('connection', client, request));
});
heartbeat(webSockets, timing);

const log = new MessageLog(folder, ({ message, cursor }) => {
  const entry = { ...message, cursor };
  io.local.emit('message', entry);
  for (const client of webSockets.clients) tell(client, { message: entry });
});
const shutdown = new GracefulShutdown({
  http,
  io,
  webSockets,
  timing,
  drainFlag,
  flush: () => log.close(),
  onEvent: (event) => console.log(JSON.stringify({ at: Date.now(), pod, ...event })),
}).onSignals();

io.on('connection', (socket) => {
  const { cursor } = socket.handshake.auth as { cursor?: number };
  const from = socket.recovered ? undefined : cursor;
  socket.emit('welcome', { pod, cursor: resume(from, (entry) => socket.emit('message', entry)) });
  socket.on('message', (message: Message, acknowledge: (answer: object) => void) => {
    store(message, socket.id, () => acknowledge({ stored: true }));
  });
});

webSockets.on('connection', (client: WebSocket, request: { url?: string }) => {
  client.on('error', () => client.terminate());
  const known = /cursor=(\d+)/.exec(request.url ?? '')?.[1];
  const cursor = resume(known === undefined ? undefined : Number(known), (message) => tell(client, { message }));
  tell(client, { welcome: { pod, cursor } });
  client.on('message', (data) => {
    const message = JSON.parse(data.toString()) as Message;
    store(message, 'plain', () => tell(client, { stored: message.id }));
  });
});

/** Hands out what was missed, and says from where it goes on. */
function resume(from: number | undefined, hand: (entry: object) => void): number {
  for (const { message, cursor } of from === undefined ? [] : log.since(from).entries) hand({ ...message, cursor });
  log.catchUp();
  return log.cursor;
}

function store({ id, text }: Message, from: string, stored: () => void): void {
  // Without an answer it is sent again.
  log.append({ id, text, from, at: Date.now() }).then(stored, console.error);
}

function tell(client: WebSocket, what: object): void {
  client.send(JSON.stringify(what), () => {});
}

process.on('SIGUSR2', () => {
  for (const end = Date.now() + BLOCKED_MS; Date.now() < end; );
});
http.listen({ port: Number(PORT), backlog: 4096 });
