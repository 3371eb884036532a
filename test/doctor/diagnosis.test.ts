import * as fs from 'node:fs';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import {
  CAUSES,
  type Cause,
  causeOf,
  diagnose,
  diff,
  exitCode,
  hideAddresses,
  parseRecording,
  type Recording,
  recordingText,
  render,
  verdict,
} from '../../lib/doctor';
import { placeOf } from '../../lib/doctor/report/html';
import { lookLines } from '../../lib/doctor/report/look';
import { percent } from '../../lib/doctor/report/phases';

const folder = path.join(__dirname, 'evidence');
const evidence = fs.readdirSync(folder).map((file) => [path.basename(file, '.jsonl'), read(file)] as const);

function read(file: string): Recording {
  return parseRecording(fs.readFileSync(path.join(folder, file), 'utf8'));
}

const named = (recording: Recording): string[] => diagnose(recording).named.map(({ cause }) => cause.code);

/** In every format at once. */
function reports(recording: Recording): string {
  const diagnosis = diagnose(recording);
  return (['text', 'json', 'junit', 'markdown', 'html'] as const).map((format) => render(diagnosis, format)).join('\n');
}

const NAMED: Readonly<Record<string, readonly string[]>> = {
  'healthy-cookie': [],
  'idle-timeout-nginx': ['WS520'],
  lifetime: ['WS519'],
  'no-affinity-nginx': ['WS501'],
  'no-endpoints': ['WS516'],
  'websocket-forbidden': ['WS557'],
  // That none of eight was lost on kept connections was chance: few are lost on fresh ones.
  'one-of-three-refuses': ['WS511', 'WS501'],
  'ws-upgrade-dropped': ['WS505'],
};

test.each(evidence)('%s, as it was recorded in the lab, is still named', (name, recording) => {
  expect(named(recording)).toEqual(NAMED[name]);
});

test('of a healthy system nothing is left to be looked at that was, and nothing that only others speak', () => {
  const [, recording] = evidence.find(([name]) => name === 'healthy-cookie') ?? [];
  const { observations, notLooked } = diagnose(recording as Recording);
  const looked = new Set(recording?.evidence.map(({ probe }) => probe));
  expect(notLooked.filter(({ what }) => looked.has(what))).toEqual([]);
  expect(observations.map(({ id }) => id)).not.toContain('answered-like-a-page');
});

test('of plain WebSockets nothing is left to be looked at that only Socket.IO has', () => {
  const { notLooked } = diagnose(read('ws-upgrade-dropped.jsonl'));
  const left = notLooked.map(({ what }) => what);
  for (const what of ['session-kept', 'session-all-cookies', 'upgrade', 'body']) expect(left).not.toContain(what);
});

test.each(evidence)('%s: the order of the evidence does not matter', (_name, recording) => {
  const before = reports(recording);
  fc.assert(
    fc.property(fc.shuffledSubarray([...recording.evidence], { minLength: recording.evidence.length }), (shuffled) => {
      expect(reports({ ...recording, evidence: shuffled })).toBe(before);
    }),
    { numRuns: 10 },
  );
});

test.each(evidence)('%s: evidence that stands there twice changes nothing', (_name, recording) => {
  const before = reports(recording);
  fc.assert(
    fc.property(fc.subarray([...recording.evidence]), (twice) => {
      expect(reports({ ...recording, evidence: [...twice, ...recording.evidence] })).toBe(before);
    }),
    { numRuns: 10 },
  );
});

test.each(evidence)('%s: less evidence never names a cause that has nothing to speak for it', (_name, recording) => {
  fc.assert(
    fc.property(fc.subarray([...recording.evidence]), (some) => {
      for (const { because, p } of diagnose({ ...recording, evidence: some }).named) {
        expect(because.length).toBeGreaterThan(0);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 20 },
  );
});

test.each(evidence)('%s: the file gives the same bytes, and so does a file of its file', (_name, recording) => {
  const again = parseRecording(recordingText(recording));
  expect(recordingText(again)).toBe(recordingText(recording));
  expect(render(diagnose(again), 'html')).toBe(render(diagnose(recording), 'html'));
});

test('what causes show alike is one hypothesis, and the report says what would tell them apart', () => {
  const [one] = diagnose(read('no-endpoints.jsonl')).named;
  expect(one?.alike.map(({ cause }) => cause.code)).toEqual(expect.arrayContaining(['WS512', 'WS513']));
  expect(render(diagnose(read('no-endpoints.jsonl')), 'text')).toContain('I cannot tell it from WS516; ');
});

test('a server of plain WebSockets that answers 404 where its Upgrade was lost may be another part of the application', () => {
  const [one] = diagnose(read('ws-upgrade-dropped.jsonl')).named;
  expect(one?.rivals.map(({ cause }) => cause.code)).toEqual(['WS508']);
  expect(one?.p).toBeGreaterThan(0.5);
  expect(one?.p).toBeLessThan(0.75);
});

test('what looks alike shares its probability by how often each is met, in every format', () => {
  const diagnosis = diagnose(read('no-endpoints.jsonl'));
  const [one] = diagnosis.named;
  expect(one?.p).toBeGreaterThan(0.9);
  const all = [one?.share ?? 0, ...(one?.alike ?? []).map(({ share }) => share)];
  expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(one?.p ?? 0);
  expect(Math.max(...all)).toBeLessThan(0.5);
  for (const format of ['text', 'markdown', 'junit', 'html'] as const) {
    const written = render(diagnosis, format);
    expect(written).not.toMatch(/9\d(\.\d)? %/);
    expect(written).toContain('WS512 the health check asks a path that is not there (17 %)');
  }
  expect(JSON.parse(render(diagnosis, 'json')).causes[0].probability).toBeLessThan(0.5);
});

test('what to run for oneself is at the address that was looked at, and in what is spoken there', () => {
  const [plain] = diagnose(read('ws-upgrade-dropped.jsonl')).named;
  const url = read('ws-upgrade-dropped.jsonl').asked.url.replace('ws:', 'http:');
  expect(plain?.look).toEqual([expect.stringMatching(/^curl --http1\.1 .*-H 'Upgrade: websocket'/)]);
  expect(plain?.look[0]).toContain(` '${url}' |`);
  expect(plain?.look[0]).not.toContain('EIO');
  const dropped = read('websocket-forbidden.jsonl');
  const [filtered] = diagnose(dropped).named;
  expect(filtered?.look[0]).toContain(` '${dropped.asked.url}?EIO=4&transport=websocket'`);
  const quoted = { ...dropped.asked, url: "https://chat.example/it's/?tenant=…" };
  expect(lookLines(causeOf('WS557') as Cause, quoted)[0]).toContain(
    " 'https://chat.example/it%27s/?tenant=…&EIO=4&transport=websocket'",
  );
});

test('of plain WebSockets no command asks as Socket.IO does', () => {
  const asked = { ...read('ws-upgrade-dropped.jsonl').asked, url: 'wss://chat.example/ws' };
  for (const cause of CAUSES)
    expect([cause.code, ...lookLines(cause, asked)].join()).not.toMatch(/EIO=4&|HOST|socket\.io\/\?/);
  expect(lookLines(causeOf('WS549') as Cause, asked).join()).toContain("-H 'Upgrade: websocket'");
});

test('a follow-up that comes after the session is over by its own heartbeat says nothing of affinity', () => {
  const lost = read('no-affinity-nginx.jsonl');
  const evidence = lost.evidence.map((one) => (one.probe === 'session' ? { ...one, took: 60_000 } : one));
  const { observations } = diagnose({ ...lost, evidence });
  expect(observations.find(({ id }) => id === 'follow-ups-lost')?.outcome).not.toBe('yes');
});

test('a quick look that found nothing does not say that nothing is wrong', () => {
  const healthy = read('healthy-cookie.jsonl');
  const last = (recording: Recording) => render(diagnose(recording), 'text').trimEnd().split('\n').at(-1);
  expect(last(healthy)).toBe('√ nothing wrong here');
  expect(last({ ...healthy, asked: { ...healthy.asked, quick: true } })).toBe(
    '√ nothing wrong in what a quick look sees',
  );
});

test('where something could not be looked at, that nothing is wrong is said of the rest alone', () => {
  const healthy = read('healthy-cookie.jsonl');
  const skipped = [...healthy.ended.skipped, { probe: 'idle', why: 'no time was left (--budget)' }];
  const partly = {
    ...healthy,
    evidence: healthy.evidence.filter(({ probe }) => !['idle', 'poll', 'trickle', 'self'].includes(probe)),
    ended: { ...healthy.ended, skipped },
  };
  const diagnosis = diagnose(partly);
  expect(diagnosis.named).toEqual([]);
  expect(verdict(diagnosis)).toBe('nothing wrong in what was looked at');
  for (const format of ['text', 'json', 'junit', 'markdown', 'html'] as const)
    expect(render(diagnosis, format)).toContain('nothing wrong in what was looked at');
  expect(exitCode(diagnosis)).toBe(0);
});

test('a report gives its reasons, why not the nearest others, the fix, and what was not looked at', () => {
  const text = render(diagnose(read('no-affinity-nginx.jsonl')), 'text');
  expect(text).toMatch(/Cause {2}WS501 {2}no affinity.* \d+ %/);
  expect(text).toMatch(/because +\d+ of 30 follow-ups lost/);
  expect(text).toMatch(/not +WS502 /);
  expect(text).toContain('GENERATED_COOKIE');
  expect(text).toContain('Unexplained: nothing.');
  expect(text).toMatch(/Not looked at:\n(.*\n)* {2}inside \(needs the cluster: -n <namespace>\)/);
});

test.each([60, 80, 120])(
  'in a terminal of %d columns prose is folded between words, and tables and commands are not',
  (width) => {
    for (const [, recording] of evidence) {
      const diagnosis = diagnose(recording);
      const [long, folded] = [render(diagnosis, 'text'), render(diagnosis, 'text', { width })];
      const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
      expect(words(folded)).toEqual(words(long));
      const commands = diagnosis.named.flatMap(({ look }) => look);
      for (const line of folded.split('\n').filter((one) => one.length > width)) {
        // A single word that is longer, such as an address, stays whole.
        const allowed = commands.some((one) => line.endsWith(one)) || /\d+\/\d+ /.test(line) || /^ {2}hop /.test(line);
        expect(allowed || line.trim().split(/\s+/).length <= 3 ? '' : line).toBe('');
      }
      expect(stripVTControlCharacters(render(diagnosis, 'text', { width, colour: true }))).toBe(folded);
    }
  },
);

test('Markdown shows what is wrong, and folds away what is as it should be', () => {
  const text = render(diagnose(read('no-affinity-nginx.jsonl')), 'markdown');
  const [open = '', folded = ''] = text.split('<details>');
  expect(open).toContain('| × | 6 session affinity testing: requests of one session reach the same pod |');
  expect(open).not.toContain('| √ |');
  expect(folded).toContain('| √ |');
  expect(folded).not.toContain('| × |');
});

test('names and addresses are hidden on request, and the diagnosis stays', () => {
  for (const [name, recording] of evidence) {
    const hidden = hideAddresses(recording);
    expect(recordingText(hidden)).not.toMatch(/localhost|127\.0\.0\.1/);
    expect(named(hidden)).toEqual(NAMED[name]);
  }
});

test('nothing is said to be certain', () => {
  expect([0.994, 0.995, 0.9985, 0.9999, 1].map(percent)).toEqual(['99.4 %', '99.5 %', '99.9 %', '99.9 %', '99.9 %']);
  expect([0.985, 0.101, 0.0451].map(percent)).toEqual(['99 %', '10 %', '4.5 %']);
});

test('every cause has its place on the way', () => {
  expect(['WS557', 'WS558', 'WS559'].map(placeOf)).toEqual(['guard, cache, limits', 'balancer', 'application']);
});

test('the difference of two looks says what is gone and what is new', () => {
  const [was, is] = [read('no-affinity-nginx.jsonl'), read('healthy-cookie.jsonl')].map(diagnose);
  const text = diff(was as never, is as never);
  expect(text).toContain('- WS501');
  expect(text).toContain('requests of one session reach the same pod: not so');
  expect(diff(is as never, was as never)).toContain('+ WS501');
  expect(diff(is as never, is as never)).toContain('everything else was seen as before');
});

test('half a look that found nothing is no clean bill', () => {
  const recording = read('healthy-cookie.jsonl');
  expect(exitCode(diagnose(recording))).toBe(0);
  expect(exitCode(diagnose({ ...recording, ended: { ...recording.ended, ended: 'interrupted' } }))).toBe(2);
});
