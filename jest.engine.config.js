/** @type {import('jest').Config} Stories that are told to the real engine of Pulumi. */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/engine/**/*.test.ts'],
  globalSetup: '<rootDir>/test/engine/support/setup.ts',
  globalTeardown: '<rootDir>/test/engine/support/teardown.ts',
  testTimeout: 180_000,
};
