import type { Server as HttpServer } from 'node:http';
import * as prometheus from 'prom-client';
import type { Server } from 'socket.io';
import { ServerMetrics, type ServerTiming } from '../../lib/server';

/** The metrics of a chat server beside those that every Node process has, and the registry that prints them. */
export function chatMetrics(io: Server, http: HttpServer, timing: ServerTiming) {
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const endpoints = ['/health', '/health/database', '/live', '/ready', '/metrics', '/socket.io/'];
  return { registry, metrics: new ServerMetrics({ prometheus, registry, http, io, timing, endpoints }) };
}
