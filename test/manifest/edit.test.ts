import fc from 'fast-check';
import { load } from 'js-yaml';
import { editText, toYaml, valueAt } from '../../lib/manifest';

const TEXT = `# kept
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata:
  name: chat # the name
  annotations: { a: "1", 'b': 2 }
spec:
  timeoutSec: 80 # *** why ***
  sessionAffinity:
    affinityType: "CLIENT_IP"

    # a comment below
  list:
    - name: x
      image: y
    - { name: z }
  text: |
    timeoutSec: 80

  last: 1
`;

function edited(path: (string | number)[], value?: unknown): string[] {
  const after = editText(TEXT, 0, value === undefined ? { path } : { path, value }).split('\n');
  const before = TEXT.split('\n');
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

test.each<[string, (string | number)[], unknown, string[]]>([
  [
    'a value keeps its comment',
    ['spec', 'timeoutSec'],
    86_400,
    ['-  timeoutSec: 80 # *** why ***', '+  timeoutSec: 86400 # *** why ***'],
  ],
  [
    'a text',
    ['spec', 'sessionAffinity', 'affinityType'],
    'GENERATED_COOKIE',
    ['-    affinityType: "CLIENT_IP"', '+    affinityType: GENERATED_COOKIE'],
  ],
  ['a text that looks like something else is quoted', ['spec', 'last'], 'true', ['-  last: 1', '+  last: "true"']],
  [
    'a value in brackets',
    ['metadata', 'annotations', 'b'],
    '3',
    [`-  annotations: { a: "1", 'b': 2 }`, `+  annotations: { a: "1", 'b': "3" }`],
  ],
  [
    'a new key in brackets',
    ['metadata', 'annotations', 'c.d/e'],
    'f',
    [`-  annotations: { a: "1", 'b': 2 }`, `+  annotations: { a: "1", 'b': 2, "c.d/e": "f" }`],
  ],
  ['a new key', ['spec', 'sessionAffinity', 'affinityCookieTtlSec'], 0, ['+    affinityCookieTtlSec: 0']],
  [
    'a new key with everything above it',
    ['spec', 'connectionDraining', 'drainingTimeoutSec'],
    60,
    ['+  connectionDraining:', '+    drainingTimeoutSec: 60'],
  ],
  ['a new key in an item of a list', ['spec', 'list', 0, 'port'], 80, ['+      port: 80']],
  ['a key that goes', ['spec', 'last'], undefined, ['-  last: 1']],
  [
    'a key in brackets that goes',
    ['metadata', 'annotations', 'a'],
    undefined,
    [`-  annotations: { a: "1", 'b': 2 }`, `+  annotations: { 'b': 2 }`],
  ],
])('changes nothing but %s', (_what, path, value, difference) => {
  expect(edited(path, value)).toEqual(difference);
});

test('keeps Windows line ends of lines that it does not touch', () => {
  const after = editText(TEXT.replaceAll('\n', '\r\n'), 0, { path: ['spec', 'timeoutSec'], value: 86_400 });
  expect(after).toBe(TEXT.replaceAll('\n', '\r\n').replace('timeoutSec: 80 #', 'timeoutSec: 86400 #'));
});

test.each<[string, string, (string | number)[]]>([
  ['in the middle', TEXT, ['spec', 'sessionAffinity', 'affinityCookieTtlSec']],
  ['at the end', TEXT, ['spec', 'logging', 'sampleRate']],
  ['behind a last line without an end', TEXT.trimEnd(), ['spec', 'logging', 'sampleRate']],
])('ends new lines as the others of the file end, %s', (_where, text, path) => {
  const unix = editText(text, 0, { path, value: 1 });
  expect(unix).not.toContain('\r');
  expect(editText(text.replaceAll('\n', '\r\n'), 0, { path, value: 1 })).toBe(unix.replaceAll('\n', '\r\n'));
});

test('changes the document that is meant', () => {
  const after = editText(`${TEXT}---\n${TEXT}`, 1, { path: ['spec', 'timeoutSec'], value: 1 });
  expect(after.startsWith(TEXT)).toBe(true);
  expect(after.slice(TEXT.length)).toContain('timeoutSec: 1 #');
});

test.each<[string, string, (string | number)[], unknown]>([
  ['an alias', 'a: &x 1\nb: *x\n', ['b'], 2],
  ['a block', 'a:\n  b: 1\n', ['a'], 2],
  ['a part of a list', 'a:\n  - b\n', ['a', 0], undefined],
  ['the only key of a block', 'a:\n  b: 1\n', ['a', 'b'], undefined],
  ['a key that begins an item', 'a:\n  - b: 1\n    c: 2\n', ['a', 0, 'b'], undefined],
])('refuses to change %s', (_what, text, path, value) => {
  expect(() => editText(text, 0, value === undefined ? { path } : { path, value })).toThrow(
    /by hand|is not a single value/,
  );
});

test('what an edit returns says exactly what it was to say', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const object = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z./-]{0,8}$/),
    fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), leaf, { minKeys: 1 }),
    ),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(object, fc.stringMatching(/^[a-z]{1,5}$/), leaf, (spec, key, value) => {
      const text = toYaml({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec });
      const path = ['spec', key];
      let after: string;
      try {
        after = editText(text, 0, { path, value });
      } catch {
        return;
      }
      expect(valueAt(load(after), path)).toEqual(value);
    }),
    { numRuns: 300 },
  );
});
