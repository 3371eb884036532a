import * as path from 'node:path';
import * as ts from 'typescript';
import { made } from './made-dashboard';

const SDK = '@grafana/grafana-foundation-sdk';
/** Enumerations of the SDK as the values that they stand for, which is what JSON holds. */
const PLAIN = `
type Plain<T> = T extends (...given: any[]) => any ? never
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends (infer Item)[] ? Plain<Item>[]
  : { [Name in keyof T as Name extends \`_\${string}\` ? never : Name]: Plain<T[Name]> };
`;

function typed(value: typeof made): string {
  const constants = value.panels
    .filter(({ type }) => type !== 'row')
    .flatMap((panel, i) => {
      const kind = panel.type as 'timeseries' | 'heatmap';
      return [
        `export const options${i}: Plain<${kind}.Options> = ${JSON.stringify(panel.options)};`,
        `export const custom${i}: Plain<${kind}.FieldConfig> = ${JSON.stringify(panel.fieldConfig.defaults.custom)};`,
        ...panel.targets.map(
          (target, j) => `export const target${i}x${j}: Plain<prometheus.Dataquery> = ${JSON.stringify(target)};`,
        ),
      ];
    });
  const bare = {
    ...value,
    panels: value.panels.map((panel) => (panel.type === 'row' ? panel : { ...panel, targets: [] })),
  };
  return [
    `import type * as grafana from '${SDK}/dashboard';`,
    `import type * as timeseries from '${SDK}/timeseries';`,
    `import type * as heatmap from '${SDK}/heatmap';`,
    `import type * as prometheus from '${SDK}/prometheus';`,
    PLAIN,
    `export const dashboard: Plain<grafana.Dashboard> = ${JSON.stringify(bare)};`,
    ...constants,
  ].join('\n');
}

/** What the compiler says about a source file beside this one. */
function compilerErrors(source: string): readonly string[] {
  const file = path.join(__dirname, 'generated-dashboard.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file) as ts.SourceFile)
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

describe("The types of Grafana's SDK", () => {
  test('take the dashboard', () => {
    expect(compilerErrors(typed(made))).toEqual([]);
  }, 60_000);

  test('fail for a field that they do not know, and for a word that is none of theirs', () => {
    const first = made.panels.find(({ type }) => type !== 'row');
    const wrong = {
      ...made,
      panels: [{ ...first, tittle: '', options: { ...first?.options, legend: { displayMode: 'lsit' } } }],
    };
    const found = compilerErrors(typed(wrong as never));
    expect(found.some((line) => line.includes('tittle'))).toBe(true);
    expect(found.some((line) => line.includes('lsit'))).toBe(true);
  }, 60_000);
});
