import * as http from 'node:http';
import type * as net from 'node:net';
import { WebSocketServer } from 'ws';
import { type Diagnosis, diagnose, examine, readTarget, type TargetOptions } from '../../lib/doctor';
import { undisturbed } from '../standstill';

const ends: (() => void)[] = [];

/** Called when the tests are over. */
export const later = (end: () => void): void => void ends.push(end);

export function endAll(): void {
  for (const end of ends) end();
}

/** Listens on 127.0.0.1, and is gone with the tests; its port. */
export function listening(server: net.Server): Promise<number> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  ends.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}

/** A server that shares its process with the doctor answers nobody while that stands still: such a look is of another system, and is made again. */
const STILL_MS = 500;
const MOST_LOOKS = 3;

export async function look(
  url: string,
  { budgetSeconds, ...options }: TargetOptions & { readonly budgetSeconds?: number } = {},
): Promise<Diagnosis> {
  const examined = () =>
    examine(readTarget(url, options), {
      quick: budgetSeconds === undefined,
      ...(budgetSeconds === undefined ? {} : { budgetSeconds }),
      signal: new AbortController().signal,
      progress: () => {},
      version: 'test',
      environment: {},
    });
  return diagnose(await undisturbed(STILL_MS, MOST_LOOKS, examined));
}

export const page: http.RequestListener = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
};

const NOT_FOUND =
  'HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 18\r\nConnection: close\r\n\r\n<h1>Not found</h1>';

/** Takes WebSockets where this says so, and refuses the others in these words. */
export function webSockets(takes: (request: http.IncomingMessage) => boolean, refusal = NOT_FOUND): http.Server {
  const server = http.createServer(page);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (takes(request)) sockets.handleUpgrade(request, socket, head, () => {});
    else socket.end(refusal);
  });
  return server;
}

export const codes = ({ named }: Diagnosis) => named.map(({ cause }) => cause.code);
export const shares = ({ named, others }: Diagnosis) =>
  Object.fromEntries([
    ...named.flatMap(({ cause, share, alike }) => [
      [cause.code, share] as const,
      ...alike.map((one) => [one.cause.code, one.share] as const),
    ]),
    ...others.map(({ cause, p }) => [cause.code, p] as const),
  ]);
export const seen = ({ observations }: Diagnosis, id: string) => observations.find((one) => one.id === id);
