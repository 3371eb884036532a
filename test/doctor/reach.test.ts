import fc from 'fast-check';
import { readTarget } from '../../lib/doctor';
import { cookiesFor, readCookie, withheld } from '../../lib/doctor/reach/cookies';
import { engineCode, engineQuery, readHandshake } from '../../lib/doctor/reach/engine-io';
import { FrameReader, frame, OPCODE } from '../../lib/doctor/reach/frames';
import { Pace } from '../../lib/doctor/reach/pace';
import { Redactor } from '../../lib/doctor/redact';

test('frames survive the wire, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.string({ minLength: 126, maxLength: 400 }), fc.constant('x'.repeat(70_000))), {
        maxLength: 5,
      }),
      fc.integer({ min: 300, max: 5000 }),
      (texts, step) => {
        const wire = Buffer.concat(texts.map((text) => frame(OPCODE.text, text)));
        const reader = new FrameReader();
        const got: string[] = [];
        for (let at = 0; at < wire.length; at += step)
          got.push(...reader.push(wire.subarray(at, at + step)).map(({ payload }) => payload.toString('utf8')));
        expect(got).toEqual(texts.map((text) => Buffer.from(text).toString('utf8')));
      },
    ),
    { numRuns: 50 },
  );
});

test('a handshake is read, and nothing else is taken for one', () => {
  const open = '0{"sid":"a","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
  expect(readHandshake(open)).toEqual({
    sid: 'a',
    upgrades: ['websocket'],
    pingInterval: 25_000,
    pingTimeout: 20_000,
    maxPayload: 1_000_000,
  });
  for (const other of [undefined, '', 'ok', '0{', '0{}', '<html>', '96:0{"sid":"a"}', '{"code":1}'])
    expect(readHandshake(other)).toBeUndefined();
  expect(engineCode('{"code":1,"message":"Session ID unknown"}')).toBe(1);
  expect(engineCode('<html>{"code":1}')).toBeUndefined();
  expect(engineQuery('/a/?tenant=1', 'polling', 'x y')).toBe('/a/?tenant=1&EIO=4&transport=polling&sid=x%20y');
});

test.each([
  ['a=1', undefined],
  ['a=1; Path=/socket.io', undefined],
  ['a=1; Path=/app', 'its Path is /app, and the requests go to /socket.io/'],
  ['a=1; Secure', 'it is marked Secure, and the address is http'],
  ['a=1; Domain=other.example', 'its Domain is other.example'],
  ['a=1; Domain=.example.com', undefined],
])('a browser keeps %s back: %s', (line, why) => {
  const target = readTarget('http://chat.example.com/socket.io/');
  expect(withheld(readCookie(line) as never, target)).toBe(why);
  expect(cookiesFor([line], 'browser', target)).toBe(why === undefined ? 'a=1' : undefined);
  expect(cookiesFor([line], 'all', target)).toBe('a=1');
});

test('a page of another site gets back SameSite=None; Secure, and nothing else', () => {
  const target = readTarget('https://chat.example.com/', { origin: 'https://page.example' });
  expect(cookiesFor(['a=1; SameSite=None; Secure', 'b=2', 'c=3; SameSite=Lax; Secure'], 'browser', target)).toBe('a=1');
});

test.each([
  ['chat.example.com', 'is no address to look at'],
  ['ftp://chat.example.com', 'is no address to look at'],
  ['https://user:pass@chat.example.com', 'carries a password'],
])('fails for the address %s: it %s', (text, message) => {
  expect(() => readTarget(text)).toThrow(message);
});

test('fails with everything that is wrong at once, and never shows a secret', () => {
  const bad = () => readTarget('nonsense', { origin: 'page', auth: 'secret-token', headers: ['no-colon'] });
  expect(bad).toThrow(/4 problems/);
  expect(bad).not.toThrow(/secret-token/);
});

test('an address without a path means Socket.IO’s own, and ws means plain WebSockets', () => {
  expect(readTarget('https://chat.example.com').path).toBe('/socket.io/');
  expect(readTarget('wss://chat.example.com/ws')).toMatchObject({ protocol: 'websocket', path: '/ws', secure: true });
  expect(readTarget('wss://chat.example.com/socket.io/?EIO=4&transport=websocket')).toMatchObject({
    protocol: 'socket.io',
    path: '/socket.io/',
  });
});

test('no second holds more than thirty requests, and no moment more than forty sockets', async () => {
  const pace = new Pace();
  const times: number[] = [];
  await Promise.all(Array.from({ length: 45 }, () => pace.turn().then(() => times.push(performance.now()))));
  for (const from of times) expect(times.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(30);
  const held = await Promise.all(Array.from({ length: 40 }, () => pace.socket()));
  let late = false;
  const waiting = pace.socket().then((giveBack) => {
    late = true;
    giveBack();
  });
  await new Promise((done) => setTimeout(done, 20));
  expect(late).toBe(false);
  held[0]?.();
  held[0]?.();
  await waiting;
  expect(late).toBe(true);
}, 10_000);

test('a process that stood still does not ask for what it missed all at once', async () => {
  const pace = new Pace();
  const times: number[] = [];
  const turns = Array.from({ length: 40 }, () => pace.turn().then(() => times.push(performance.now())));
  setTimeout(() => {
    const until = performance.now() + 600;
    while (performance.now() < until);
  }, 200);
  await Promise.all(turns);
  for (const from of times) expect(times.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(30);
}, 10_000);

test('what was given in secret, and what looks like it, is not written down', () => {
  const redactor = new Redactor(['hunter22']);
  expect(redactor.text('{"sid":"aBcD1234","token":"t0k3n"} hunter22 Bearer abcdefgh')).toBe(
    '{"sid":"sid-1","token":"token-1"} [secret] Bearer [secret]',
  );
  expect(redactor.text('unknown session aBcD1234')).toBe('unknown session sid-1');
  expect(redactor.text(`eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln and ${'a1'.repeat(20)}`)).toBe('token-2 and token-3');
  expect(
    redactor.headers({
      'set-cookie': ['GCLB=abc"def; Path=/; HttpOnly'],
      authorization: 'x',
      server: 'nginx',
      location: 'https://a/b?code=1234&x=y',
    }),
  ).toEqual({
    'set-cookie': ['GCLB=cookie-1; Path=/; HttpOnly'],
    server: 'nginx',
    location: 'https://a/b?code=token-4&x=…',
  });
});
