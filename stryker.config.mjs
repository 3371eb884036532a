// Read by scripts/mutate.mjs, one folder at a time.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The tables of `test/rules` that ask one rule alone. */
const ONE_RULE = ['dependency', 'google-values', 'pods', 'ways', 'nginx-rules', 'workload-rules', 'gke-rules'];

/** What is mutated and the tests that judge it, where the two are not the folder of one name. */
const PARTS = {
  // Facts are read by the rules, whose fixtures hold what is said of them.
  system: {
    tests: ['test/system', ...rulesTests('fixtures', 'entrances', ...ONE_RULE, 'idle-rules', 'without-affinity')],
  },
  // A rule is told to its fixture.
  rules: {
    mutate: ['lib/rules/*/*.ts', '!lib/rules/report/*.ts'],
    tests: rulesTests(...ONE_RULE, 'fixtures', 'fix', 'kinds'),
  },
  // What runs the rules and prints what they found.
  report: {
    mutate: ['lib/rules/*.ts', 'lib/rules/report/*.ts'],
    tests: [
      ...rulesTests('decisions', 'printed', 'catalogue', 'fix', 'report', 'meta', 'doors', 'check-page'),
      ...['check', 'check-options'].map((name) => `test/cli/${name}.test.ts`),
    ],
  },
};
const folder = process.env.MUTATE ?? 'timing';
const { mutate = [`lib/${folder}/**/*.ts`], tests: files = [`test/${folder}`] } = PARTS[folder] ?? {};
const tests = files.flatMap(testsIn);

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  // The conformance test is a program of its own, which the live suite runs against servers.
  mutate: [...mutate, '!lib/**/index.ts', '!lib/server/conformance/**'],
  // Titles, reasons and sources are read by people; a message that must not change has a test of its own.
  mutator: { excludedMutations: ['StringLiteral'] },
  plugins: ['./scripts/mutation-runner.mjs'],
  testRunner: 'mutation',
  mutation: { tests },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  ignorePatterns: ['.stryker-tmp', 'dist', 'manifests', 'docs/api', '.land-lock'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation/${folder}.json` },
  tempDirName: `.stryker-tmp/${folder}`,
  cleanTempDir: 'always',
  thresholds: { high: 90, low: 85, break: 85 },
};

function rulesTests(...names) {
  return names.map((name) => `test/rules/${name}.test.ts`);
}

/** The test files in a folder, or the file itself. Fake modules are Jest's own, and these tests are not about what is mutated. */
function testsIn(name) {
  if (name.endsWith('.ts')) return [name];
  return fs
    .readdirSync(name, { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(name, file))
    .filter((file) => !fs.readFileSync(file, 'utf8').includes('jest.mock('))
    .sort();
}
