import { readYaml } from '../../lib/manifest/read-yaml';

describe('brackets that close left of their block', () => {
  const READ: readonly (readonly [where: string, text: string, value: unknown])[] = [
    ['at the margin', 'spec:\n  ports: [\n    { port: 80 }\n]\nx: 1\n', { spec: { ports: [{ port: 80 }] }, x: 1 }],
    ['below their key', 'spec:\n  ports: [\n    { port: 80 }\n  ]\n', { spec: { ports: [{ port: 80 }] } }],
    ['with what they hold', 'a:\n  b: {\n  c: 1\n}\n', { a: { b: { c: 1 } } }],
    ['several times', 'a:\n  b: [\n  ]\n  c: {\n\n  }\n', { a: { b: [], c: {} } }],
  ];

  test.each(READ)('are read as kubectl reads them: %s', (_where, text, value) => {
    expect(readYaml(text)).toEqual(value);
  });

  test('fails where they never close', () => {
    expect(() => readYaml('a:\n  b: [\n  1\n')).toThrow();
  });
});
