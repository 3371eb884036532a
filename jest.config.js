const os = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Tests of the server wait for real seconds, on real sockets; two workers more than there are processors use what that leaves.
  maxWorkers: os.availableParallelism() + 2,
  testSequencer: '<rootDir>/test/waiting-first.js',
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Nothing is measured: only what hangs is to end.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Copies of the project, while it is mutated.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/(live|cluster|package|lab|engine)/',
    '\\.program\\.test\\.ts$',
  ],
};
