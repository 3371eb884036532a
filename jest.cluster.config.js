/** @type {import('jest').Config} The suites on a real cluster: the one that `npm run cluster:up` starts, or the one that KUBECONFIG names. */
module.exports = {
  testEnvironment: '<rootDir>/test/cluster/support/environment.ts',
  // What takes time there is waiting.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/cluster/support/order.js',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  globalSetup: '<rootDir>/test/cluster/support/setup.ts',
  globalTeardown: '<rootDir>/test/cluster/support/teardown.ts',
  testTimeout: 120_000,
};
