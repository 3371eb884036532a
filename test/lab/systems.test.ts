import * as http from 'node:http';
import * as net from 'node:net';
import { WebSocketServer } from 'ws';
import { exitCode, render } from '../../lib/doctor';
import { codes, endAll, listening, look, page, seen, shares, webSockets } from './systems';

// What never answers is waited for.
jest.setTimeout(120_000);

afterAll(endAll);

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

test('plain WebSockets that are answered 429 are no system that is well', async () => {
  let count = 0;
  const limited = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
  const port = await listening(webSockets(() => count++ < 4, limited));
  const diagnosis = await look(`ws://127.0.0.1:${port}/ws`);
  expect(codes(diagnosis)).toEqual(['WS548']);
  expect(exitCode(diagnosis)).toBe(1);
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
