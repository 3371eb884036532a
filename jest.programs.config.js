/** @type {import('jest').Config} The suites that start whole programs: those of the stacks, by Pulumi's own runner, and the command line of cdk8s. */
module.exports = {
  testEnvironment: 'node',
  maxWorkers: '100%',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/**/*.program.test.ts'],
  testTimeout: 60_000,
};
