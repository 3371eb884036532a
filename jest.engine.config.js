/** @type {import('jest').Config} Stories that are told to the real engine of Pulumi. */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/engine/**/*.test.ts'],
  globalSetup: '<rootDir>/test/engine/support/setup.ts',
  globalTeardown: '<rootDir>/test/engine/support/teardown.ts',
  // Each story has a folder of its own. More at a time have fewer processors each, and the commands of a story come one after the other.
  maxWorkers: 2,
  // Nothing is measured: only what hangs is to end.
  testTimeout: 900_000,
};
