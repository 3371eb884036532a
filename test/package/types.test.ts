import * as fs from 'node:fs';
import * as path from 'node:path';
import packageJson from '../../package.json';
import { Project } from './support/project';

const root = path.join(__dirname, '..', '..');

/** Every way into the package but its own description. */
const ENTRIES = Object.keys(packageJson.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => `holdfast${entry.slice(1)}`);

/** The oldest compiler that is promised, the one that `cdk8s init` asks for, and our own. */
const COMPILERS = [
  'test/package/compilers/node_modules/typescript-5.4',
  'test/package/compilers/node_modules/typescript-5.9',
  'node_modules/typescript',
];

/** What `cdk8s init typescript-app` writes today, read from the program itself. */
const stock = fs.readFileSync(path.join(root, 'node_modules/cdk8s-cli/templates/typescript-app/tsconfig.json'), 'utf8');

const MODERN = JSON.stringify({
  compilerOptions: { target: 'ES2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true, types: [] },
});

const PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cdk8s init typescript-app': { 'tsconfig.json': stock, 'package.json': '{}' },
  'an ESM project with nodenext': { 'tsconfig.json': MODERN, 'package.json': '{"type":"module"}' },
};

/** Uses each entry as a namespace, so that an entry without types is an error and not an `any`. */
const uses = ENTRIES.map(
  (entry, i) => `import * as e${i} from '${entry}';\nexport const keys${i}: readonly (keyof typeof e${i})[] = [];\n`,
).join('');

const named = `
import { deriveTiming } from 'holdfast';
import { check } from 'holdfast/rules';
import { GracefulShutdown } from 'holdfast/server';
import { toHoldFast } from 'holdfast/jest';
export const [a, b, c]: readonly [number, boolean, typeof GracefulShutdown] = [deriveTiming().drainSeconds, check([]).ok, GracefulShutdown];
// @ts-expect-error the entry is no any
export const wrong: string = deriveTiming().drainSeconds;
export const matcher: unknown = toHoldFast;
`;

describe.each(Object.entries(PROJECTS))('in %s', (_name, files) => {
  let project: Project;
  beforeAll(() => {
    project = new Project({ ...files, 'main.ts': `${uses}${named}` });
  });
  afterAll(() => project.remove());

  test.each(COMPILERS)('every entry has its types with %s, declarations checked', (compiler) => {
    const tsc = path.join(root, compiler, 'bin', 'tsc');
    const deprecated = compiler === 'node_modules/typescript' ? ['--ignoreDeprecations', '6.0'] : [];
    const { output, status } = project.node(tsc, '--noEmit', '--skipLibCheck', 'false', ...deprecated, '-p', '.');
    expect(output).toBe('');
    expect(status).toBe(0);
  });
});

test('every entry loads from CommonJS and from ESM', () => {
  const project = new Project({
    'all.mjs': ENTRIES.filter((entry) => entry !== 'holdfast/jest')
      .map((entry) => `await import('${entry}');\n`)
      .join(''),
    'all.cjs': ENTRIES.filter((entry) => entry !== 'holdfast/jest')
      .map((entry) => `require('${entry}');\n`)
      .join(''),
  });
  expect(project.node('all.mjs')).toEqual({ status: 0, output: '' });
  expect(project.node('all.cjs')).toEqual({ status: 0, output: '' });
  project.remove();
});
