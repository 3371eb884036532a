import { createServer } from 'node:http';
import * as prometheus from 'prom-client';
import { Server } from 'socket.io';
import { ServerMetrics } from '../../lib/server';

const http = createServer((_request, response) => response.end('ok\n'));
const io = new Server(http);
// Before the first client comes: only what is opened from here on is counted.
prometheus.collectDefaultMetrics();
// How long a client may ask to have its session back, as connectionStateRecovery is told it; 0 where it may not.
const timing = { replayTtlMs: 0 };
new ServerMetrics({ prometheus, registry: prometheus.register, http, io, timing });

// A port of its own, which no Service and no Ingress leads to.
export const scraped = createServer(async (_request, response) => {
  response.setHeader('Content-Type', prometheus.register.contentType);
  response.end(await prometheus.register.metrics());
});
scraped.listen(Number(process.env.METRICS_PORT ?? 9090));
http.listen(Number(process.env.PORT ?? 3000));

export { http, io };
