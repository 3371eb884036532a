import * as http from 'node:http';
import * as net from 'node:net';
import { Server } from 'socket.io';
import { render } from '../../lib/doctor';
import { codes, endAll, later, listening, look, page, seen, shares, webSockets } from './systems';

// What never answers is waited for.
jest.setTimeout(120_000);

afterAll(endAll);

describe('Socket.IO', () => {
  const socketIo = (options: object, before?: (request: http.IncomingMessage, socket: net.Socket) => boolean) => {
    const server = http.createServer(page);
    const io = new Server(server, { pingInterval: 25_000, pingTimeout: 20_000, ...options });
    later(() => void io.close());
    if (before === undefined) return server;
    server.once('listening', () => {
      const own = server.listeners('upgrade');
      server.removeAllListeners('upgrade');
      server.on('upgrade', (request, socket, head) => {
        if (before(request, socket as net.Socket)) return;
        for (const one of own) one(request, socket, head);
      });
    });
    return server;
  };

  test.each([['websocket'], ['polling']])(
    'of the transport %s only has not lost its query, and is filtered by nobody',
    async (one) => {
      const port = await listening(socketIo({ transports: [one] }));
      const diagnosis = await look(`http://127.0.0.1:${port}/socket.io/`);
      expect(codes(diagnosis)).toEqual(['WS562']);
      expect(shares(diagnosis).WS510 ?? 0).toBeLessThan(0.1);
      expect(shares(diagnosis).WS557 ?? 0).toBeLessThan(0.1);
    },
  );

  test('whose WebSockets are redirected is at another address', async () => {
    const sent =
      'HTTP/1.1 301 Moved Permanently\r\nLocation: https://live.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    const server = socketIo({}, (_request, socket) => socket.end(sent) !== undefined);
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(codes(diagnosis)).toEqual(['WS549']);
    expect(seen(diagnosis, 'redirected')?.said).toContain('to https://live.example/');
  });

  test('whose WebSockets go where nobody listens is filtered by nobody', async () => {
    const gone = '<html><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></html>';
    const sent = `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: ${gone.length}\r\nConnection: close\r\n\r\n${gone}`;
    const server = socketIo({}, (_request, socket) => socket.end(sent) !== undefined);
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(codes(diagnosis)).toEqual(['WS515']);
  });

  test('whose path is wrong, before a gateway that is hung up on for its WebSockets there, has one cause', async () => {
    const server = http.createServer(page);
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    );
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/theia/socket.io/`);
    expect(codes(diagnosis)).toEqual(['WS508']);
  });

  test('that refuses an origin in words of its own is no other part of the application', async () => {
    const server = http.createServer(({ headers }, response) => {
      const open = '0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
      if (headers.origin === undefined) response.end(open);
      else response.writeHead(400, { 'content-type': 'text/plain' }).end('"http://a is not an accepted origin."');
    });
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(codes(diagnosis)).toEqual(['WS536']);
  });

  test('that is taken for plain WebSockets is told', async () => {
    const port = await listening(socketIo({}));
    const elsewhere = await look(`ws://127.0.0.1:${port}/ws`);
    expect(elsewhere.notes).toContain(
      `Socket.IO is spoken at /socket.io/: look with http://127.0.0.1:${port}/socket.io/`,
    );
    const there = await look(`ws://127.0.0.1:${port}/socket.io/`, { protocol: 'websocket' });
    expect(there.couldNotLook).toContain(`look with http://127.0.0.1:${port}/socket.io/`);
  });

  test('for which plain WebSockets are taken is told, and no proxy is blamed', async () => {
    const port = await listening(webSockets(() => true));
    const diagnosis = await look(`http://127.0.0.1:${port}/socket.io/`);
    expect(codes(diagnosis)).not.toContain('WS550');
    expect(diagnosis.notes.join()).toContain(`ws://127.0.0.1:${port}/socket.io/ --protocol websocket`);
  });

  test('of version 2 is not said to be elsewhere', async () => {
    const server = http.createServer((_request, response) =>
      response.end('97:0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":5000}2:40'),
    );
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(codes(diagnosis)).toEqual(['WS538']);
    expect(diagnosis.unexplained).toEqual([]);
  });
});

describe('the wrong port', () => {
  test('that wants TLS is said to', async () => {
    const server = http.createServer((_request, response) =>
      response
        .writeHead(400, { server: 'nginx' })
        .end('<center>The plain HTTP request was sent to HTTPS port</center><center>nginx</center>'),
    );
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(diagnosis.couldNotLook).toContain('TLS is spoken at this port: give the address with https://');
  });

  test('that speaks no HTTP is told without the words of a parser', async () => {
    const server = net.createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'));
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(diagnosis.couldNotLook).toContain('what answers is no HTTP');
    expect(render(diagnosis, 'text')).not.toContain('HPE_');
  });

  test.each([
    ['cannot read what comes', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'could not read it'],
    ['hangs up', '', 'a balancer that speaks before the client (PROXY)'],
    [
      'says why',
      'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<center>Request Header Or Cookie Too Large</center><hr><center>nginx</center>',
      '“Request Header Or Cookie Too Large nginx”',
    ],
  ])('that %s is told of, and no cause is made up', async (_title, answer, words) => {
    const server = net.createServer((socket) => socket.once('data', () => socket.end(answer)));
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(codes(diagnosis)).toEqual([]);
    expect(diagnosis.couldNotLook).toContain(words);
  });

  test('that wants a certificate of the client is guarded', async () => {
    const server = http.createServer((_request, response) =>
      response
        .writeHead(400, { server: 'nginx' })
        .end('<center>No required SSL certificate was sent</center><hr><center>nginx</center>'),
    );
    expect(codes(await look(`http://127.0.0.1:${await listening(server)}/socket.io/`))).toEqual(['WS537']);
  });
});
