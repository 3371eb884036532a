import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { type FieldPath, type Manifest, valueAt } from '../../lib/manifest';
import { check, RULES, render } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { fixture } from './fixture';
import { SYSTEMS } from './production';

/** Every field of an object, deepest last. */
function pathsOf(value: unknown, path: FieldPath = []): readonly FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, part]) =>
      pathsOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

const FIELDS = Object.values(SYSTEMS).map((system: readonly Manifest[]) =>
  system.flatMap((object, i) =>
    pathsOf(object)
      .filter((path) => path.length > 1 && String(path) !== 'metadata,name')
      .map((path) => [i, ...path] as FieldPath),
  ),
);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    '{}',
    '[]',
    '{"default":1}',
    '{"http":null}',
    'null',
    '{{',
    '\u0000',
    'server { location / {',
    -1,
    0,
    1e300,
    true,
  ),
);

test('no rule fails, and every format can be printed, whatever stands in up to three fields', () => {
  fc.assert(
    fc.property(
      fc.nat(FIELDS.length - 1).chain((system) =>
        fc.tuple(
          fc.constant(system),
          fc.array(fc.tuple(fc.nat((FIELDS[system] as readonly unknown[]).length - 1), anything), {
            minLength: 1,
            maxLength: 3,
          }),
        ),
      ),
      ([system, changes]) => {
        const copy = structuredClone(Object.values(SYSTEMS)[system]) as Manifest[];
        for (const [field, value] of changes) {
          const path = (FIELDS[system] as readonly FieldPath[])[field] as FieldPath;
          const parent = valueAt(copy, path.slice(0, -1));
          if (typeof parent === 'object' && parent !== null)
            (parent as Record<string | number, unknown>)[path.at(-1) as string] = value;
        }
        const report = check(copy);
        expect(report.findings.filter(({ code }) => code === 'WS000').map(({ actual }) => actual)).toEqual([]);
        expect(JSON.parse(render(report, 'json')).findings).toHaveLength(report.findings.length);
        render(report, 'text');
        render(report, 'junit');
      },
    ),
    { numRuns: 400 },
  );
});

test.each(Object.keys(SYSTEMS))('a mapping that JavaScript makes no text of is judged like any other: %s', (name) => {
  const copy = structuredClone((SYSTEMS as Record<string, readonly Manifest[]>)[name]) as Manifest[];
  const trap = { toString: 1 };
  for (const object of copy) {
    const { metadata, spec } = object as unknown as Record<string, Record<string, unknown>>;
    for (const field of ['labels', 'annotations'])
      for (const key of Object.keys((metadata?.[field] ?? {}) as object))
        Object.assign(metadata?.[field] as object, { [key]: trap });
    if (object.kind === 'BackendConfig') Object.assign(spec as object, { logging: { sampleRate: trap } });
  }
  const { findings } = check(copy);
  expect(findings.filter(({ code }) => code === 'WS000').map(({ actual }) => actual)).toEqual([]);
  expect(findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(copy.some(({ kind }) => kind === 'BackendConfig') ? ['WS223'] : []),
  );
});

test('every finding of every fixture names object, field, actual, expected and a fix', () => {
  for (const file of fs.readdirSync(path.join(__dirname, 'fixtures'))) {
    const { loaded } = fixture(path.basename(file, '.yaml'));
    for (const finding of evaluate(loaded.bundle, RULES, loaded.texts)) {
      expect(finding.code).not.toBe('WS000');
      for (const text of [
        finding.object,
        finding.path,
        finding.actual,
        finding.expected,
        finding.because,
        finding.fix,
      ]) {
        expect([
          file,
          finding.code,
          typeof text === 'string' && text !== '' && !/undefined|\[object|NaN/.test(text),
        ]).toEqual([file, finding.code, true]);
      }
      expect(finding.place?.line).toBeGreaterThan(0);
    }
  }
});
