import * as http from 'node:http';
import * as net from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { type Diagnosis, diagnose, examine, exitCode, readTarget, render, type TargetOptions } from '../../lib/doctor';

/** Small systems that are broken in one way each, and what the doctor says of them. */

// What never answers is waited for.
jest.setTimeout(60_000);

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** Listens on 127.0.0.1, and is gone with the tests; its port. */
function listening(server: net.Server): Promise<number> {
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

async function look(
  url: string,
  { budgetSeconds, ...options }: TargetOptions & { readonly budgetSeconds?: number } = {},
): Promise<Diagnosis> {
  return diagnose(
    await examine(readTarget(url, options), {
      quick: budgetSeconds === undefined,
      ...(budgetSeconds === undefined ? {} : { budgetSeconds }),
      signal: new AbortController().signal,
      progress: () => {},
      version: 'test',
      environment: {},
    }),
  );
}

const page: http.RequestListener = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
};

const NOT_FOUND =
  'HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 18\r\nConnection: close\r\n\r\n<h1>Not found</h1>';

/** Takes WebSockets where this says so, and refuses the others in these words. */
function webSockets(takes: (request: http.IncomingMessage) => boolean, refusal = NOT_FOUND): http.Server {
  const server = http.createServer(page);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (takes(request)) sockets.handleUpgrade(request, socket, head, () => {});
    else socket.end(refusal);
  });
  return server;
}

const codes = ({ named }: Diagnosis) => named.map(({ cause }) => cause.code);
const shares = ({ named, others }: Diagnosis) =>
  Object.fromEntries([
    ...named.flatMap(({ cause, share, alike }) => [
      [cause.code, share] as const,
      ...alike.map((one) => [one.cause.code, one.share] as const),
    ]),
    ...others.map(({ cause, p }) => [cause.code, p] as const),
  ]);
const seen = ({ observations }: Diagnosis, id: string) => observations.find((one) => one.id === id);

describe('a plain WebSocket that is answered 404', () => {
  test('is said to be a lost Upgrade or a wrong path, and what would tell, where a page is answered so too', async () => {
    const port = await listening(http.createServer(page));
    const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
    expect(codes(diagnosis)).toEqual(['WS505']);
    const [one] = diagnosis.named;
    expect(one?.share).toBeLessThan(0.75);
    expect(one?.rivals.map(({ cause }) => cause.code)).toEqual(['WS508']);
    const text = render(diagnosis, 'text');
    expect(text).toMatch(
      /or +WS508 the path leads .* \(\d\d %\); what would tell: the same request sent straight to the server/,
    );
    expect(text).toMatch(/× the cause: WS505 .* \(\d\d %\) or WS508 .* \(\d\d %\)\n$/);
    const [cause] = JSON.parse(render(diagnosis, 'json')).causes;
    expect(cause.probability).toBeLessThan(0.75);
    expect(cause.rivals[0]).toMatchObject({ code: 'WS508', wouldTell: [expect.stringContaining('past every proxy')] });
  });

  test('is a wrong path where a neighbouring one opens', async () => {
    const port = await listening(webSockets(({ url }) => url === '/ws/'));
    const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
    expect(codes(diagnosis)).toEqual(['WS508']);
    expect(shares(diagnosis).WS508).toBeGreaterThan(0.9);
    expect(seen(diagnosis, 'opens-elsewhere')).toMatchObject({ outcome: 'yes', value: '/ws/' });
  });

  test('is no wrong path where every other one opens', async () => {
    const port = await listening(webSockets(({ url }) => url !== '/ws'));
    const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
    expect(seen(diagnosis, 'opens-elsewhere')).toMatchObject({
      outcome: 'unclear',
      said: expect.stringContaining('at any path but this'),
    });
    expect(shares(diagnosis).WS508 ?? 0).toBeLessThan(0.5);
  });
});

describe('a plain WebSocket that is answered otherwise than a page', () => {
  const refused = (status: string, body: string) =>
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

  test.each([
    ['400, as ws answers at a path that is not its own', refused('400 Bad Request', 'Bad Request')],
    ['403, as frameworks do at a path they do not know', refused('403 Forbidden', '')],
    ['a connection that is closed', ''],
  ])('%s: its Upgrade was not lost', async (_title, refusal) => {
    const port = await listening(webSockets(() => false, refusal));
    const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
    expect(codes(diagnosis)).toEqual(['WS560']);
    const [one] = diagnosis.named;
    expect(one?.share).toBeLessThan(0.9);
    expect(one?.rivals.map(({ cause }) => cause.code)).toEqual(['WS508']);
    expect(shares(diagnosis).WS505 ?? 0).toBeLessThan(0.01);
    expect(exitCode(diagnosis)).toBe(1);
  });

  test('the words of the server are in the report', async () => {
    const port = await listening(webSockets(() => false, refused('400 Bad Request', 'subprotocol required')));
    expect(render(await look(`ws://127.0.0.1:${port}/graphql`), 'text')).toContain('400 “subprotocol required”');
  });

  test('401 is a guard', async () => {
    const port = await listening(webSockets(() => false, refused('401 Unauthorized', '')));
    expect(codes(await look(`ws://127.0.0.1:${port}/ws`))).toEqual(['WS537']);
  });

  test('426 with other versions is another protocol, and no lost Upgrade', async () => {
    const answer =
      'HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    const port = await listening(webSockets(() => false, answer));
    expect(codes(await look(`ws://127.0.0.1:${port}/ws`))).toEqual(['WS538']);
  });

  test('200 with a body that never ends is no silence', async () => {
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n');
    });
    const diagnosis = await look(`ws://127.0.0.1:${await listening(server)}/ws`);
    expect(seen(diagnosis, 'no-answer')?.outcome).toBe('no');
    expect(codes(diagnosis)).not.toContain('WS514');
  });
});

test('one of two servers of plain WebSockets that takes none is one that is broken', async () => {
  let turn = 0;
  const port = await listening(webSockets(() => turn++ % 2 === 0));
  const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
  expect(codes(diagnosis)).toEqual(['WS511']);
});

describe('nobody answers', () => {
  test('whoever takes connections and reads nothing is no balancer that waits for its pods', async () => {
    const port = await listening(net.createServer(() => {}));
    for (const url of [`ws://127.0.0.1:${port}/ws`, `http://127.0.0.1:${port}/socket.io/`]) {
      const diagnosis = await look(url);
      expect(codes(diagnosis)).toEqual(['WS559']);
      expect(shares(diagnosis).WS559).toBeGreaterThan(0.9);
      expect(seen(diagnosis, 'says-nothing')?.said).toMatch(
        /^the connection is taken within [\d.]+ ms, and then not a byte/,
      );
    }
  });

  test('where what is no request is refused at once, a balancer that waits and a server that hangs look the same', async () => {
    const port = await listening(http.createServer(() => {}));
    const diagnosis = await look(`http://127.0.0.1:${port}/socket.io/`);
    const { WS514, WS559 } = shares(diagnosis);
    expect(WS514).toBeGreaterThan(0.3);
    expect(WS559).toBeGreaterThan(0.3);
    expect(render(diagnosis, 'text')).toContain('the same request from inside the pod');
  });

  test('an answer that comes late is one', async () => {
    const server = http.createServer((request, response) => {
      setTimeout(() => page(request, response), 3200);
    });
    const diagnosis = await look(`http://127.0.0.1:${await listening(server)}/socket.io/`);
    expect(seen(diagnosis, 'answers-late')).toMatchObject({ outcome: 'yes' });
    expect(codes(diagnosis)).toEqual(['WS559']);
  });

  test('a port that says nothing in TLS is said to take connections', async () => {
    const port = await listening(net.createServer(() => {}));
    const diagnosis = await look(`https://127.0.0.1:${port}/socket.io/`);
    expect(diagnosis.couldNotLook).toContain('takes connections and says nothing in TLS');
    expect(exitCode(diagnosis)).toBe(2);
  });
});

describe('101', () => {
  const always = () =>
    net.createServer((socket) => {
      socket.on('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n',
        ),
      );
    });

  test('by somebody who has not read the key opens no WebSocket', async () => {
    const diagnosis = await look(`ws://127.0.0.1:${await listening(always())}/ws`);
    expect(codes(diagnosis)).toEqual(['WS550']);
    expect(seen(diagnosis, 'websocket-silent')?.said).toContain('Sec-WebSocket-Accept is no answer to its key');
  });

  test('to whoever did not ask for it does not keep a request waiting for ever', async () => {
    const diagnosis = await look(`http://127.0.0.1:${await listening(always())}/socket.io/`);
    expect(exitCode(diagnosis)).not.toBe(0);
  });
});

describe('sockets that the server itself closes', () => {
  const closing = (close: (count: number) => (() => [number, string]) | undefined, afterMs: number) => {
    const server = http.createServer(page);
    let open = 0;
    new WebSocketServer({ server }).on('connection', (socket) => {
      open += 1;
      socket.on('close', () => {
        open -= 1;
      });
      const said = close(open);
      if (said !== undefined) setTimeout(() => socket.close(...said()), afterMs);
    });
    return server;
  };

  test.each([
    ['at once', 0, 1008],
    ['after a while', 700, 4408],
  ])('%s, all of them, are no system that is well', async (_title, afterMs, code) => {
    const port = await listening(closing(() => () => [code, 'say who you are'], afterMs));
    const diagnosis = await look(`ws://127.0.0.1:${port}/ws`, { budgetSeconds: 8 });
    expect(codes(diagnosis)).toEqual(['WS561']);
    expect(seen(diagnosis, 'closed-at-one-age')?.said).toContain(`(${code} “say who you are”)`);
    expect(exitCode(diagnosis)).toBe(1);
  });

  test('because it is full are closed at one age, and not at one moment', async () => {
    const port = await listening(closing((open) => (open > 10 ? () => [1013, 'later'] : undefined), 0));
    expect(codes(await look(`ws://127.0.0.1:${port}/ws`, { budgetSeconds: 8 }))).toEqual(['WS561']);
  });
});

describe('Socket.IO', () => {
  const socketIo = (options: object, before?: (request: http.IncomingMessage, socket: net.Socket) => boolean) => {
    const server = http.createServer(page);
    const io = new Server(server, { pingInterval: 25_000, pingTimeout: 20_000, ...options });
    ends.push(() => void io.close());
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

  test('that wants a certificate of the client is guarded', async () => {
    const server = http.createServer((_request, response) =>
      response
        .writeHead(400, { server: 'nginx' })
        .end('<center>No required SSL certificate was sent</center><hr><center>nginx</center>'),
    );
    expect(codes(await look(`http://127.0.0.1:${await listening(server)}/socket.io/`))).toEqual(['WS537']);
  });
});
