import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Server, Socket } from 'socket.io';
import { METRICS, type Metric, type MetricName } from '../../lib/server';

/** The endpoints that are counted by name; whatever a client makes up counts as `other`, or it could fill the memory with series. */
const ENDPOINTS = ['/health', '/health/database', '/live', '/ready', '/metrics', '/socket.io/'];

type Instrument = Counter | Gauge | Histogram;

/** Counts what happens on a server, under the names of `METRICS`. */
export class ChatMetrics {
  readonly registry = new Registry();
  private readonly instruments: Readonly<Record<MetricName, Instrument>>;
  /** Sessions that may still be recovered, by id: what to do when they are not. */
  private readonly pausedSessions = new Map<string, { readonly timer: NodeJS.Timeout; readonly end: () => void }>();

  constructor(
    private readonly io: Server,
    http: HttpServer,
    private readonly recoveryMs: number,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.instruments = Object.fromEntries(
      Object.entries(METRICS).map(([role, metric]) => [role, instrument(metric, this.registry)]),
    ) as Record<MetricName, Instrument>;
    this.countRequests(http);
    this.countConnections();
    io.on('connection', (socket) => this.countSession(socket));
  }

  /** One attempt of a client to resume. */
  replayed(source: 'cache' | 'log', successful: boolean): void {
    this.add('messageReplays', { source, status: successful ? 'success' : 'failed' });
  }

  /** Sessions that wait to be recovered will not be any more. */
  close(): void {
    for (const { timer, end } of this.pausedSessions.values()) {
      clearTimeout(timer);
      end();
    }
    this.pausedSessions.clear();
  }

  private countRequests(http: HttpServer): void {
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url?.split('?')[0] ?? '';
      const endpoint = ENDPOINTS.includes(path) ? path : 'other';
      if (opensSession(request)) this.add('handshakeAttempts');
      response.once('finish', () => this.add('httpRequests', { endpoint, status: String(response.statusCode) }));
    });
    http.on('upgrade', (request: IncomingMessage) => {
      if (opensSession(request)) this.add('handshakeAttempts');
    });
  }

  private countConnections(): void {
    const { engine } = this.io;
    // Read when it is asked for, so that it cannot drift away from what is there.
    const open = this.instruments.connections as Gauge;
    (open as Gauge & { collect: () => void }).collect = () => open.set(engine.clientsCount);
    engine.on('connection', (connection) => {
      const began = performance.now();
      this.add('connectionsTotal');
      this.add('handshakeSuccesses');
      if (connection.transport.name === 'websocket') this.add('webSocketUpgrades');
      else connection.once('upgrade', () => this.add('webSocketUpgrades'));
      connection.once('close', () => this.observe('connectionDuration', began));
    });
    // 4 is FORBIDDEN, which is answered 403.
    engine.on('connection_error', ({ code }: { code: number }) => {
      if (code !== 4) this.add('badRequests', { code: String(code) });
    });
  }

  private countSession(socket: Socket): void {
    // A recovered socket has its data back, and with it the beginning of its session.
    socket.data.began ??= performance.now();
    const paused = this.pausedSessions.get(socket.id);
    if (paused !== undefined) {
      clearTimeout(paused.timer);
      this.pausedSessions.delete(socket.id);
    }
    socket.once('disconnect', (reason) => {
      this.add('disconnects', { reason });
      const ended = performance.now();
      const end = () => {
        this.pausedSessions.delete(socket.id);
        this.observe('sessionDuration', socket.data.began, ended);
      };
      this.pausedSessions.set(socket.id, { timer: setTimeout(end, this.recoveryMs).unref(), end });
    });
  }

  private add(name: MetricName, labels: Record<string, string> = {}): void {
    (this.instruments[name] as Counter).inc(labels);
  }

  private observe(name: MetricName, began: number, ended = performance.now()): void {
    (this.instruments[name] as Histogram).observe((ended - began) / 1000);
  }
}

function instrument(metric: Metric, registry: Registry): Instrument {
  const { name, help, labels, buckets } = metric;
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (metric.type === 'histogram') return new Histogram({ ...common, buckets: [...(buckets ?? [])] });
  return metric.type === 'gauge' ? new Gauge(common) : new Counter(common);
}

function opensSession(request: IncomingMessage): boolean {
  const [path, query = ''] = request.url?.split('?') ?? [];
  return path === '/socket.io/' && !/(^|&)sid=/.test(query);
}
