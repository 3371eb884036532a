import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import { type Manifest, toYaml } from '../../lib/manifest';

const head = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };

function expectAsJsYaml(spec: unknown): void {
  const manifest: Manifest = { ...head, spec };
  expect(toYaml(manifest)).toBe(dump(manifest, { noRefs: true, lineWidth: -1 }));
}

/** What YAML 1.1 or 1.2 takes for something else, what means something in a block, and the ends of what is printed here and not by js-yaml. */
const WORDS = [
  ...[
    'yes',
    'No',
    'ON',
    'off',
    'y',
    'n',
    'true',
    'null',
    '~',
    '',
    ' ',
    '0o7',
    '1_000',
    '012',
    '1:30',
    '1e3',
    'e0',
    '.inf',
    '0x1f',
  ],
  ...[
    '2001-01-01',
    '<<',
    '=',
    '-',
    '- a',
    '? a',
    ': a',
    'a: b',
    'a:',
    'a #b',
    '#a',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '|',
    '>',
  ],
  ...[
    '---',
    '...',
    '--- a',
    '{}',
    '[]',
    ',',
    "'",
    '"',
    '\\',
    'a ',
    ' a',
    '\ta',
    'a\tb',
    '\r',
    '\u0000',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '😀',
    '\uD800',
  ],
  ...['a\n', 'a\nb', '\n a\n', 'x'.repeat(100), 'x'.repeat(101), 'x y '.repeat(300), '__proto__', 'constructor'],
];

test.each(WORDS.map((word) => [word.slice(0, 20), word]))('%j is printed as js-yaml prints it', (_start, word) => {
  expectAsJsYaml({ a: word, list: [word, [word], { b: [] }] });
  // A key that is not simple has the whole object printed by js-yaml, values as well.
  expectAsJsYaml({ [word]: 1, list: [{ [word]: word }] });
});

test('any data is printed as js-yaml prints it', () => {
  const text = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary' }), fc.string());
  const leaf = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, 2 ** 53));
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof({ depthSize: 'medium' }, leaf, fc.array(tie('data')), fc.dictionary(text, tie('data'))),
  }));
  fc.assert(fc.property(data, expectAsJsYaml), { numRuns: 200 });
});
