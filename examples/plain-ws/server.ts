import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { GracefulShutdown, heartbeat, type ServerTiming, timingFromEnvironment } from '../../lib/server';

export interface PlainProps {
  readonly timing: ServerTiming;
  readonly port: number;
  readonly drainFlag?: string;
}

/** A server of plain WebSockets that says everything to everybody. Returns once it listens. */
export async function startPlain({ timing, port, drainFlag }: PlainProps): Promise<HttpServer> {
  const http = createServer((request, response) => {
    const live = request.url === '/live' || (request.url === '/ready' && shutdown.isReady());
    response.writeHead(live ? 200 : request.url === '/ready' ? 503 : 404, { 'Content-Type': 'text/plain' }).end();
  });
  const webSockets = new WebSocketServer({ server: http });
  heartbeat(webSockets, timing);
  webSockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, binary) => {
      for (const client of webSockets.clients) client.send(data, { binary });
    });
  });
  const shutdown = new GracefulShutdown({
    http,
    webSockets,
    timing,
    ...(drainFlag === undefined ? {} : { drainFlag }),
    onEvent: (event) => console.log(JSON.stringify({ at: Date.now(), ...event })),
  }).onSignals();
  await new Promise<void>((resolve) => http.listen({ port, backlog: 4096 }, resolve));
  return http;
}

if (require.main === module) {
  const { PORT = '3000', DRAIN_FLAG: drainFlag } = process.env;
  startPlain({
    timing: timingFromEnvironment(),
    port: Number(PORT),
    ...(drainFlag === undefined ? {} : { drainFlag }),
  }).then(
    (http) => console.log(JSON.stringify({ listens: (http.address() as AddressInfo).port })),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
