import fc from 'fast-check';
import { readDocuments } from '../../lib/manifest';
import { splitDocuments } from '../../lib/manifest/documents';

const object = (name: string, more = '') => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n${more}`;

/** Parts of a stream: objects, what holds nothing, what is null, what is foreign, what is wrong, and what ends in another way. */
const PARTS = [
  object('a'),
  object('b', 'spec: { ports: [{ port: 80 }] }\n'),
  object('c', 'data:\n  text: |\n    x\n     ---\n    ...\n'),
  '',
  '# only a comment\n',
  '~\n',
  'null # nothing\n',
  'foreign: true\n',
  '[1, 2]\n',
  'key: one\nkey: two\n',
  'a: [1\n',
  'a: {{ .Values.x }}\n',
  'a: &x 1\nb: *x\n',
  `${object('d')}...\n`,
  `${object('e')}...\n${object('f')}`,
  '"text"\n',
  object('g').replaceAll('\n', '\r\n'),
  object('h', 'data: { text: "a\u2028--- b\u2028... c" }\n'),
  object('i', 'data: { url: "http://x/?a=1&b=2" }\n'),
];

/** What may stand behind a marker, on its line. */
const BEHIND = ['', ' ', ' # a comment', '\r'];

/** What is read of each document as if it were alone, at its line. */
function oneByOne(text: string): ReturnType<typeof readDocuments> {
  const all = splitDocuments(text).map((part, index) => {
    const { objects, foreign, patched, notes, problems } = readDocuments(
      'f',
      `${'\n'.repeat(part.line - 1)}${part.text}`,
    );
    return {
      objects: objects.map(({ manifest, origin }) => ({
        manifest,
        origin: { ...origin, line: part.line, document: index },
      })),
      foreign,
      patched,
      notes,
      problems,
    };
  });
  return {
    objects: all.flatMap(({ objects }) => objects),
    foreign: all.reduce((sum, { foreign }) => sum + foreign, 0),
    patched: all.flatMap(({ patched }) => patched),
    notes: all.flatMap(({ notes }) => notes),
    problems: all.flatMap(({ problems }) => problems),
  };
}

test('a stream is read as its documents are, one by one', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...PARTS, '', '~\n', '# another\n'], { maxLength: 8 }),
      fc.constantFrom('', '---\n', '%YAML 1.2\n---\n', '\uFEFF', '\uFEFF---\n'),
      fc.constantFrom(...BEHIND),
      (parts, before, behind) => {
        const text = `${before}${parts.join(`---${behind}\n`)}`;
        expect(readDocuments('f', text)).toEqual(oneByOne(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('of an object that stands there twice the last one counts, and somebody is told', () => {
  const twice = `${object('a')}---\n${object('b')}---\n${object('a', 'spec: { type: NodePort }\n')}`;
  const { objects, notes } = readDocuments('f.yaml', twice);
  expect(objects.map(({ manifest, origin }) => [manifest.metadata.name, manifest.spec, origin.line])).toEqual([
    ['b', undefined, 4],
    ['a', { type: 'NodePort' }, 8],
  ]);
  expect(notes).toEqual(['f.yaml:1: Service a stands further down once more; the last one counts, as for kubectl']);
  expect(readDocuments('f.yaml', `${twice}---\n${object('b')}`).notes).toEqual([
    'f.yaml:1: Service a stands further down once more, and so does another; the last one counts, as for kubectl',
  ]);
});

test('thousands of one name are read in no time', () => {
  const text = Array.from({ length: 5000 }, () => object('a')).join('---\n');
  expect(readDocuments('f', text).objects).toHaveLength(1);
});

test('a document may begin on the line of its marker, and a line only where YAML says so', () => {
  const { objects, problems } = readDocuments(
    'f',
    `--- {apiVersion: v1, kind: Service, metadata: {name: a}}\n${object('b', 'data: { text: "x\u2028--- y" }\n').replace(/^/, '---\n')}`,
  );
  expect(problems).toEqual([]);
  expect(objects.map(({ manifest }) => manifest.metadata.name)).toEqual(['a', 'b']);
});
