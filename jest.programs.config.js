/** @type {import('jest').Config} The suites that start whole programs: those of the stacks, by Pulumi's own runner, the command line of cdk8s, the compiler on what others' types say. */
module.exports = {
  testEnvironment: 'node',
  maxWorkers: '100%',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/**/*.program.test.ts'],
  testTimeout: 60_000,
};
