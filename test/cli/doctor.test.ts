import { spawnSync } from 'node:child_process';
import { promises as dns } from 'node:dns';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { holdfastIn } from './terminal';

const evidence = (name: string) => path.join(__dirname, '..', 'doctor', 'evidence', `${name}.jsonl`);

const holdfast = (...args: readonly string[]) => holdfastIn(process.cwd(), ...args);

const servers: http.Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

test('--help loads nothing that looks or judges', () => {
  const program = path.join(__dirname, '..', '..', 'lib', 'cli', 'program.ts');
  const script = `
    const { run } = require(${JSON.stringify(program)});
    run(['doctor', '--help']).then((code) => {
      const loaded = Object.keys(require.cache).filter((file) => /lib.doctor/.test(file));
      process.stderr.write(JSON.stringify({ code, loaded }));
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], { encoding: 'utf8' });
  expect(stdout).toContain('Usage: holdfast doctor');
  expect(JSON.parse(stderr)).toEqual({ code: 0, loaded: [] });
});

const FORMATS = ['text', 'json', 'junit', 'markdown', 'html'];

test.each(FORMATS)('the exit code says the same in the format %s', async (format) => {
  expect((await holdfast('doctor', '--from', evidence('healthy-cookie'), '--format', format)).code).toBe(0);
  const sick = await holdfast('doctor', '--from', evidence('no-affinity-nginx'), '--format', format);
  expect(sick.code).toBe(1);
  expect(sick.out).toContain('WS501');
});

test.each(FORMATS)('a file of a file gives the same bytes in the format %s', async (format) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-doctor-'));
  const copy = path.join(folder, 'copy.jsonl.gz');
  for (const name of ['idle-timeout-nginx', 'no-affinity-nginx']) {
    const first = await holdfast('doctor', '--from', evidence(name), '-f', format, '--save', copy);
    const again = await holdfast('doctor', '--from', copy, '-f', format);
    expect(first.out.length).toBeGreaterThan(500);
    expect(again.out).toBe(first.out);
  }
  fs.rmSync(folder, { recursive: true });
});

test('fails with one sentence where there is nothing to look at', async () => {
  expect(await holdfast('doctor')).toMatchObject({ code: 2, err: expect.stringContaining('give an address') });
  expect(await holdfast('doctor', 'https://a.example', '--from', 'x')).toMatchObject({ code: 2 });
  expect((await holdfast('doctor', '--from', 'nowhere.jsonl')).err).toMatch(
    /nowhere\.jsonl" cannot be read: there is no such file or folder\n$/,
  );
});

test.each(FORMATS)('fails for a host that does not exist, in the format %s', async (format) => {
  const { code, out } = await holdfast(
    'doctor',
    'https://holdfast.invalid/socket.io/',
    '--quick',
    '-f',
    format,
    '--no-progress',
  );
  expect(code).toBe(2);
  expect(out).toContain('there is no host holdfast.invalid');
});

test('waits for a name no longer than for anything else', async () => {
  const asked = jest.spyOn(dns, 'lookup').mockReturnValue(new Promise(() => {}) as never);
  const { code, out } = await holdfast('doctor', 'https://holdfast.invalid/', '--quick', '--no-progress');
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
  expect(code).toBe(2);
  expect(out).toMatch(/nobody said within 3\.\d s where holdfast\.invalid is: does this machine's DNS answer\?/);
});

test('a name server that fails for the time being says nothing of the name', async () => {
  const asked = jest.spyOn(dns, 'lookup').mockRejectedValue(Object.assign(new Error('later'), { code: 'EAI_AGAIN' }));
  const { code, out } = await holdfast('doctor', 'https://holdfast.invalid/', '--quick', '--no-progress');
  asked.mockRestore();
  expect(code).toBe(2);
  expect(out).toContain('DNS could not say for the time being where holdfast.invalid is (EAI_AGAIN)');
  expect(out).not.toContain('there is no host');
});

test.each([
  [['--plan'], '--plan'],
  [['https://chat.example/', '--plan', '--context', 'c'], '--plan'],
  [['--fix', '--ingress', 'chat'], '--fix'],
  [['--plan', '--fix', 'WS553'], '--fix'],
])('%j asks for the namespace instead of planning nothing', async (args, wanted) => {
  expect(await holdfast('doctor', ...args)).toEqual({
    code: 2,
    out: '',
    err: `${wanted} needs to know in which namespace the objects are that would be changed; give it with -n <namespace>\n`,
  });
});

test.each([
  [['doctor', '--from', 'a\0b']],
  [['doctor', 'https://chat.example/', '--context', 'a\0b']],
  [['check', 'a\0b']],
  [['runbook', '-o', 'a\0b']],
])('%j is refused in one sentence, for its NUL', async (args) => {
  expect(await holdfast(...args)).toEqual({
    code: 2,
    out: '',
    err: '"a\\u0000b" holds a NUL, which no name of a file and no value may; leave it out\n',
  });
});

test('a plan is null where nothing could be looked at, and empty where there is nothing to change', async () => {
  const planOf = async (...args: readonly string[]) =>
    (JSON.parse((await holdfast('doctor', '-f', 'json', '--plan', ...args)).out) as { plan: unknown }).plan;
  expect(await planOf('--from', evidence('healthy-cookie'))).toEqual({ changes: [], byHand: [] });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-doctor-'));
  const file = path.join(folder, 'nothing.jsonl');
  await holdfast('doctor', 'http://127.0.0.1:9/', '--quick', '--no-progress', '--save', file);
  expect(await planOf('--from', file)).toBeNull();
  fs.rmSync(folder, { recursive: true });
});

test('fails for a port at which nothing listens', async () => {
  const { code, out } = await holdfast('doctor', 'http://127.0.0.1:9/socket.io/', '--quick', '--no-progress');
  expect(code).toBe(2);
  expect(out).toContain('127.0.0.1:9 refuses connections: is the port right, and is anything listening?');
});

test('a server that is none of Socket.IO is named as such', async () => {
  const url = await serve((_request, response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end('<p>Cannot GET'),
  );
  const { code, out } = await holdfast('doctor', `${url}/socket.io/`, '--quick', '--no-progress');
  expect(code).toBe(1);
  expect(out).toContain('Cause  WS508  the path leads to another part of the application');
});

test('a login page is named as such', async () => {
  const url = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<form action=/login><input type="password">'),
  );
  const { code, out } = await holdfast('doctor', `${url}/socket.io/`, '--quick', '--no-progress');
  expect(code).toBe(1);
  expect(out).toContain('Cause  WS537  a login or a firewall answers before the server');
});

test('secrets are sent and never written; the doctor says who it is', async () => {
  const seen: http.IncomingHttpHeaders[] = [];
  const url = await serve((request, response) => {
    seen.push(request.headers);
    response.writeHead(403).end(`forbidden for ${request.headers['x-key']}`);
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-doctor-'));
  const file = path.join(folder, 'evidence.jsonl.gz');
  const live = await holdfast(
    'doctor',
    `${url}/socket.io/?token=t0psecret`,
    '--quick',
    '--header',
    'X-Key: hunter22',
    '--save',
    file,
    '-f',
    'json',
  );
  expect(seen[0]?.['x-key']).toBe('hunter22');
  expect(seen[0]?.['user-agent']).toMatch(/^holdfast-doctor\//);
  expect(live.err).toContain('left out: session ids, cookies, tokens');
  const again = await holdfast('doctor', '--from', file, '-f', 'json');
  expect(again.out).toBe(live.out);
  expect(live.out).not.toMatch(/hunter22|t0psecret/);
  expect(fs.statSync(file).mode & 0o077).toBe(0);
  fs.rmSync(folder, { recursive: true });
});

test('fails for evidence that is none, and says what it is', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-doctor-'));
  const file = path.join(folder, 'x.jsonl');
  for (const [text, message] of [
    ['hello', 'line 1 is no JSON'],
    ['{"a":1}', 'it is no evidence file'],
    ['{"holdfast":"evidence","version":9,"url":"https://a"}', 'version 9'],
    [
      '{"holdfast":"evidence","version":1,"url":"https://a"}\n{"ref":1}',
      'is no evidence; the file was changed by hand',
    ],
  ] as const) {
    fs.writeFileSync(file, text);
    expect(await holdfast('doctor', '--from', file)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(message),
    });
  }
  expect(await holdfast('doctor', '--from', path.join(folder, 'none'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be read'),
  });
  fs.rmSync(folder, { recursive: true });
});

test.each([
  [['--budget', 'soon'], '--budget "soon" is no time'],
  [['--ca', '/nowhere.pem'], '--ca "/nowhere.pem" cannot be read'],
  [['--ca', __filename], 'holds no certificate in PEM'],
  [['--origin', 'page'], '--origin: "page" is no origin'],
  [['--auth', 'x'], '--auth: is no JSON object'],
  [['--explain', 'WS999'], '"WS999" is no cause'],
  [['--diff', 'a'], '--diff compares two evidence files'],
  [['--diff', 'a', 'b', '-f', 'json'], '--diff tells in text only; leave out --format json'],
  [['--address', 'chat.example'], '--address: "chat.example" is no IP address'],
  [
    ['--save', '/nowhere/evidence.jsonl'],
    '--save "/nowhere/evidence.jsonl" cannot be written: there is no such file or folder\n',
  ],
  [['--output', __dirname], 'cannot be written: it is a folder'],
])('fails for %j with one sentence', async (args, message) => {
  const { code, out, err } = await holdfast('doctor', 'http://127.0.0.1:9/', ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('the story of a cause can be read without looking', async () => {
  const { code, out } = await holdfast('doctor', '--explain', 'ws519');
  expect(code).toBe(0);
  expect(out).toContain('WS519: the balancer ends every connection at one age');
});

test('two evidence files are compared', async () => {
  const { code, out } = await holdfast('doctor', '--diff', evidence('no-affinity-nginx'), evidence('healthy-cookie'));
  expect(code).toBe(0);
  expect(out).toContain('- WS501 no affinity');
});
