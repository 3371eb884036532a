const os = require('node:os');

/** @type {import('jest').Config} The suites that pack the package and use it from projects of their own, as a stranger would. */
module.exports = {
  testEnvironment: 'node',
  maxWorkers: os.availableParallelism(),
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/package/**/*.test.ts'],
  globalSetup: '<rootDir>/test/package/support/pack.js',
  globalTeardown: '<rootDir>/test/package/support/unpack.js',
  testTimeout: 180_000,
};
