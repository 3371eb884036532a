// Read by scripts/mutate.mjs, one folder at a time.
const folder = process.env.MUTATE ?? 'timing';

/** What is in lib/system is tested through the rules that read it. */
const TESTS = { system: ['system', 'rules'] };

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`lib/${folder}/**/*.ts`, '!lib/**/index.ts'],
  // Titles, reasons and sources are read by people; a message that must not change has a test of its own.
  mutator: { excludedMutations: ['StringLiteral'] },
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    enableFindRelatedTests: false,
    config: {
      testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
      transform: { '^.+\\.ts$': '@swc/jest' },
      testMatch: (TESTS[folder] ?? [folder]).map((name) => `<rootDir>/test/${name}/**/*.test.ts`),
    },
  },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: `reports/mutation/${folder}.json` },
  tempDirName: `.stryker-tmp/${folder}`,
  cleanTempDir: 'always',
  thresholds: { high: 90, low: 85, break: 85 },
};
