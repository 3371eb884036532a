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
];

/** What is read of each document as if it were alone, at its line. */
function oneByOne(text: string): ReturnType<typeof readDocuments> {
  const all = splitDocuments(text).map((part, index) => {
    const { objects, foreign, notes, problems } = readDocuments('f', `${'\n'.repeat(part.line - 1)}${part.text}`);
    return {
      objects: objects.map(({ manifest, origin }) => ({
        manifest,
        origin: { ...origin, line: part.line, document: index },
      })),
      foreign,
      notes,
      problems,
    };
  });
  return {
    objects: all.flatMap(({ objects }) => objects),
    foreign: all.reduce((sum, { foreign }) => sum + foreign, 0),
    notes: all.flatMap(({ notes }) => notes),
    problems: all.flatMap(({ problems }) => problems),
  };
}

test('a stream is read as its documents are, one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }), fc.boolean(), (parts, marked) => {
      const text = `${marked ? '---\n' : ''}${parts.join('---\n')}`;
      expect(readDocuments('f', text)).toEqual(oneByOne(text));
    }),
    { numRuns: 500 },
  );
});
