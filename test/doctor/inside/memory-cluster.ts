import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { ApiAnswer, Cluster, ExamineOptions, Patch } from '../../../lib/doctor';
import { KINDS_TO_READ, listPath } from '../../../lib/doctor/inside/kinds';
import { Pace } from '../../../lib/doctor/reach/pace';
import type { Manifest } from '../../../lib/manifest';
import { NAMESPACE, NOW, type Objects, pod } from './healthy-objects';

/** How the suites look: at their own servers, as fast as these answer. */
export const OPTIONS: ExamineOptions = {
  quick: true,
  signal: new AbortController().signal,
  progress: () => {},
  version: '0',
  environment: {},
  pace: new Pace(10_000),
  startedAt: new Date(NOW).toISOString(),
};

export interface Behaviour {
  /** At the pod's own address, as the API server tells it. @default - as inside */
  readonly address?: 'refused' | 'timeout' | ApiAnswer;
  /** What it answers to a handshake. @default - Engine.IO */
  readonly answers?: 'drained' | 'error' | 'nobody';
  readonly health?: readonly [status: number, body: string];
}

/**
 * A cluster of objects in memory, with real servers in its pods. It knows lists, objects, JSON Patch with conflicts, the proxy to pods and logs; whatever else is
 * asked of it is a mistake of the doctor's.
 */
export class MemoryCluster implements Cluster {
  readonly context = 'memory';
  readonly namespace = NAMESPACE;
  readonly asked: string[] = [];
  readonly patched: Patch[] = [];
  /** Called before each patch is judged, as somebody else who is faster. */
  meddle: (patch: Patch) => ApiAnswer | undefined = () => undefined;
  /** Called after each patch that was stored. */
  react: (objects: Objects) => void = () => {};
  logs = '';
  /** How pods end that are evicted: over so many milliseconds their sockets are closed, or cut. @default - a budget says no */
  drains: { readonly how: 'closed' | 'cut'; readonly overMs: number } | undefined;
  /** How long a handshake with a pod takes. */
  handshakeMs = 0;
  private readonly own = new Map<string, { readonly io: Server; readonly port: number }>();
  refuse: Readonly<Record<string, number>> = {};
  private readonly servers: http.Server[] = [];
  private io: Server | undefined;
  private port = 0;

  constructor(
    readonly objects: Objects,
    private readonly behaviours: Readonly<Record<string, Behaviour>> = {},
  ) {}

  async start(): Promise<this> {
    const server = http.createServer((_request, response) => response.writeHead(404).end('Not Found'));
    this.io = new Server(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.servers.push(server);
    return this;
  }

  calls = (): number => this.asked.length;

  get = async (at: string): Promise<ApiAnswer> => {
    this.asked.push(at);
    if (at === '/apis') return json(200, { groups: [{ name: 'cloud.google.com' }, { name: 'apps' }] });
    const [path = ''] = at.split('?');
    const kind = KINDS_TO_READ.find((one) => path.startsWith(listPath(one, NAMESPACE)));
    const rest = kind === undefined ? [] : path.slice(listPath(kind, NAMESPACE).length + 1).split('/');
    if (kind === undefined)
      return path === `/api/v1/namespaces/${NAMESPACE}` ? json(200, {}) : json(404, { message: 'not found' });
    const refused = this.refuse[kind.kind];
    if (refused !== undefined)
      return json(refused, {
        message: `${kind.resource} is forbidden: User "oncall" cannot list resource "${kind.resource}"`,
      });
    const all = Object.values(this.objects).filter((one) => one.kind === kind.kind);
    const [name = '', what] = rest;
    if (name === '') return json(200, { items: all.map(({ kind: _kind, apiVersion: _version, ...item }) => item) });
    if (what === 'log') return { status: 200, body: this.logs, server: '' };
    if (what === 'proxy') return this.proxied(name, at.slice(at.indexOf('/proxy') + 6));
    const found = all.find(({ metadata }) => metadata.name === name);
    return found === undefined ? json(404, { message: `"${name}" not found` }) : json(200, found);
  };

  patch = async (patch: Patch): Promise<ApiAnswer> => {
    this.patched.push(patch);
    const meddled = this.meddle(patch);
    if (meddled !== undefined) return meddled;
    const key = Object.keys(this.objects).find((one) => {
      const { kind, metadata } = this.objects[one] as Manifest;
      const known = KINDS_TO_READ.find((candidate) => candidate.kind === kind);
      return known !== undefined && patch.path === `${listPath(known, NAMESPACE)}/${metadata.name}`;
    });
    if (key === undefined) return json(404, { message: 'not found' });
    const copy = structuredClone(this.objects[key]) as Manifest;
    for (const operation of patch.operations as { op: string; path: string; value?: unknown }[]) {
      const parts = operation.path
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
      const last = parts.pop() as string;
      const parent = parts.reduce<Record<string, unknown> | undefined>(
        (here, part) => here?.[part] as Record<string, unknown>,
        copy as never,
      );
      if (parent === undefined)
        return json(422, { message: `the server rejected our request: ${operation.path} does not exist` });
      if (operation.op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(operation.value))
        return json(422, { message: 'the server rejected our request due to an error in our request: test failed' });
      if (operation.op === 'add' || operation.op === 'replace') parent[last] = operation.value;
      if (operation.op === 'remove') delete parent[last];
    }
    if (!patch.dryRun) {
      const metadata = copy.metadata as unknown as { resourceVersion: string };
      metadata.resourceVersion = String(Number(metadata.resourceVersion) + 1);
      this.objects[key] = copy;
      this.react(this.objects);
    }
    return json(200, copy);
  };

  evict = async (name: string): Promise<ApiAnswer> => {
    this.asked.push(`evict ${name}`);
    const { drains } = this;
    if (drains === undefined)
      return json(429, { message: "Cannot evict pod as it would violate the pod's disruption budget." });
    const { clients } = (this.own.get(name) as { io: Server }).io.engine as unknown as { clients: object };
    const all = Object.values(clients);
    (all as { transport: { socket: { terminate: () => void } }; close: () => void }[]).forEach((client, i) => {
      const end = () => (drains.how === 'cut' ? client.transport.socket.terminate() : client.close());
      setTimeout(end, (i * drains.overMs) / all.length);
    });
    setTimeout(() => {
      this.objects[name] = pod(name, { metadata: { uid: `uid-${name}-next` } });
    }, drains.overMs + 100);
    return json(201, {});
  };

  forward: Cluster['forward'] = async (name, ports) => {
    this.asked.push(`forward ${name}`);
    if (this.drains !== undefined) {
      const { port } = this.own.get(name) ?? (await this.serve(name));
      return { ports: new Map(ports.map((one) => [one, port])), error: '', close: () => {} };
    }
    const behaviour = this.behaviours[name.split(':')[0] as string] ?? {};
    const local = behaviour.answers === undefined ? this.port : await this.other(behaviour.answers);
    const open = ports.filter((port) => port === 3000 || behaviour.answers !== undefined);
    return { ports: new Map(ports.map((port) => [port, open.includes(port) ? local : 1])), error: '', close: () => {} };
  };

  close = (): void => {
    void this.io?.close();
    for (const { io } of this.own.values()) void io.close();
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  };

  /** A server of one pod's own. */
  private async serve(name: string): Promise<{ readonly io: Server; readonly port: number }> {
    const server = http.createServer();
    const allowRequest = (_request: unknown, done: (error: null, success: boolean) => void) =>
      void setTimeout(() => done(null, true), this.handshakeMs);
    const made = new Server(server, { pingInterval: 300, pingTimeout: 3000, allowRequest });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.servers.push(server);
    const one = { io: made, port: (server.address() as AddressInfo).port };
    this.own.set(name, one);
    return one;
  }

  private async proxied(target: string, path: string): Promise<ApiAnswer> {
    const [name = '', port = ''] = target.split(':');
    const { address, health, answers } = this.behaviours[name] ?? {};
    if (typeof address === 'object') return address;
    const failed = (why: string) =>
      json(503, { message: `error trying to reach service: dial tcp 10.0.0.1:${port}: ${why}` });
    if (address === 'refused' || (port !== '3000' && answers === undefined))
      return failed('connect: connection refused');
    if (address === 'timeout') return failed('i/o timeout');
    if (path.startsWith('/socket.io/'))
      return { status: 400, body: '{"code":1,"message":"Session ID unknown"}', server: '' };
    const [status, body] = health ?? [200, 'ok'];
    return { status, body, server: '' };
  }

  private async other(answers: 'drained' | 'error' | 'nobody'): Promise<number> {
    if (answers === 'nobody') return 1;
    const server = http.createServer((request, response) => {
      if (answers === 'error') response.writeHead(500).end('oops');
      else if (request.url?.includes('sid='))
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"code":1,"message":"Session ID unknown"}');
      else response.writeHead(503, { server: 'nginx', 'retry-after': '5' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.servers.push(server);
    return (server.address() as AddressInfo).port;
  }
}

function json(status: number, value: object): ApiAnswer {
  return { status, body: JSON.stringify(value), server: '' };
}
