import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { diagnose, openCluster, parseRecording, recordingText, render } from '../../lib/doctor';
import { run } from '../../lib/doctor/ask/program';
import { FrameReader } from '../../lib/doctor/reach/frames';
import { Redactor, withoutQueryValues } from '../../lib/doctor/redact';
import { holdfastIn } from '../cli/terminal';
import { tookMs } from '../standstill';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-hostile-'));
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const EVIDENCE = fs.readFileSync(path.join(__dirname, 'evidence', 'no-affinity-nginx.jsonl'), 'utf8');

/** What a terminal obeys. */
const OBEYED = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/u;

const holdfast = (...args: readonly string[]) => holdfastIn(folder, ...args);

test('evidence with sequences for terminals shows them to nobody, and adds no line to a report', () => {
  const lines = EVIDENCE.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const asked = lines[0] as Record<string, unknown>;
  asked.url = 'http://a/\u001b[2J\u009b31m\n√ nothing wrong here';
  asked.remarks = ['\u202eevil\r\n√ nothing wrong here'];
  const recording = parseRecording(lines.map((line) => JSON.stringify(line)).join('\n'));
  for (const format of ['text', 'json', 'junit', 'markdown', 'html'] as const) {
    const text = render(diagnose(recording), format);
    expect(text).not.toMatch(OBEYED);
    expect(text.split('\n').filter((line) => line.startsWith('√ nothing wrong'))).toEqual([]);
  }
  expect(recordingText(recording)).not.toMatch(OBEYED);
});

const withFirst = (change: object) => {
  const [first = '', ...rest] = EVIDENCE.trim().split('\n');
  return [JSON.stringify({ ...(JSON.parse(first) as object), ...change }), ...rest].join('\n');
};

test.each([
  ['without remarks', withFirst({ remarks: undefined }), 'remarks undefined cannot be read'],
  ['of an unknown protocol', withFirst({ protocol: 'constructor' }), 'protocol "constructor" cannot be read'],
  ['of an address that is none', withFirst({ url: 'javascript:alert(1)' }), 'javascript'],
  ['whose end was changed', `${EVIDENCE}`.replace(/"skipped":\[.*\]\}/, '"skipped":7}'), 'skipped 7 cannot be read'],
  ['with an answer that is none', `${EVIDENCE}`.replace(/"answer":\{.*\}\n/, '"answer":5}\n'), 'is no evidence'],
  [
    'with an answer of another shape',
    `${EVIDENCE.trim()}\n{"ref":"x","hop":"edge","source":"wire","probe":"session","at":1,"took":1,"request":{"jar":"browser"},"answer":{"__proto__":{"a":1}}}`,
    'holds evidence that cannot be judged',
  ],
  ['that was cut in the middle of a line', EVIDENCE.slice(0, -40), 'is no JSON'],
])('evidence %s is refused in one sentence', async (_title, text, message) => {
  const file = path.join(folder, 'edited.jsonl');
  fs.writeFileSync(file, text);
  const { code, out, err } = await holdfast('doctor', '--from', file);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).not.toMatch(/\n\s+at |holdfast failed/);
});

test('packed evidence that grows without end, or was cut, is refused in one sentence', async () => {
  const file = path.join(folder, 'packed.jsonl.gz');
  const bomb = gzipSync(Buffer.alloc((1 << 28) + 1));
  fs.writeFileSync(file, bomb);
  expect((await holdfast('doctor', '--from', file)).err).toContain('more than any evidence');
  fs.writeFileSync(file, bomb.subarray(0, 1000));
  expect((await holdfast('doctor', '--from', file)).err).toContain(
    'cannot be unpacked (unexpected end of file); was it cut?',
  );
});

test('a frame that announces more than anybody sends is not waited for', () => {
  const reader = new FrameReader();
  const head = Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]);
  expect(reader.push(head)).toEqual([]);
  expect(reader.tooLong).toBe(true);
  expect(reader.push(Buffer.alloc(100))).toEqual([]);
});

test.each([
  ['a cookie of a header that was given', 'you sent sess=abcd1234x', /abcd1234x/],
  ['a token without its scheme', 'token 9f8e7d6c5b rejected', /9f8e7d6c5b/],
  ['a key of JSON', '{"refreshToken":"zzz-1","api_key":"zzz-2","clientSecret":"zzz-3"}', /zzz-/],
  ['a header that is repeated', 'Authorization: Custom qqq\r\nCookie: a=qqq', /qqq/],
  ['the password of an address', 'see https://me:pa55@host/x', /pa55/],
  ['the address of a webhook', 'posted to https://hooks.slack.example/services/T0/B0/abcdefgh', /abcdefgh/],
])('%s is not written down', (_title, text, secret) => {
  const redactor = new Redactor(['sess=abcd1234x; other=1', 'Bearer 9f8e7d6c5b']);
  expect(redactor.text(text)).not.toMatch(secret);
});

test('a redirect keeps no password, fragment or query, and a cookie without a name is all value', () => {
  const { location, 'set-cookie': cookie } = new Redactor().headers({
    location: 'https://me:pa55@host/cb?code=s1#access_token=s2',
    'set-cookie': ['s3cret; Path=/'],
  });
  expect(location).not.toMatch(/pa55|s1|s2/);
  expect(cookie).toEqual(['=cookie-1; Path=/']);
});

test('an address whose path is encoded stays as it is', () => {
  expect(withoutQueryValues(new URL('http://a/%ff/%1b%5b31m?token=x'))).toBe('http://a/%ff/%1b%5b31m?token=…');
});

test('a program that does not listen and holds its pipes is waited for no longer than the look lasts', async () => {
  const over = new AbortController();
  setTimeout(() => over.abort(), 300);
  const begun = Date.now();
  const { status } = await run('sh', ['-c', "trap '' TERM; sleep 60 & sleep 60"], over.signal);
  expect(status).toBe(-1);
  expect(tookMs(begun)).toBeLessThan(6000);
});

test('a program that cannot even be started is an answer, and no exception', async () => {
  const { signal } = new AbortController();
  expect(await run('a\0b', [], signal)).toMatchObject({ status: -1, missing: false });
  expect(await run('sh', ['-c', 'true'], signal, { A: 'a\0b' })).toMatchObject({ status: -1, missing: false });
});

test.each([
  ['https://me:pa55word@hooks.example/x', 'carries a password'],
  ['ftp://hooks.example/pa55word', 'is no address'],
  ['pa55word', 'is no address'],
])('a webhook that cannot be told is refused before anybody looks, and not repeated: %s', async (url, message) => {
  const { code, err } = await holdfast('doctor', '--explain', 'WS501', '--webhook', url);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  expect(err).not.toContain('pa55word');
});

test('a kubectl that prints something else than its configuration is refused in one sentence', async () => {
  const program = path.join(folder, 'kubectl');
  fs.writeFileSync(program, '#!/bin/sh\necho "<html>log in</html>"\n', { mode: 0o755 });
  await expect(openCluster({ program, signal: new AbortController().signal })).rejects.toThrow(
    'kubectl config view printed no JSON, but "<html>log in</html>"',
  );
});
