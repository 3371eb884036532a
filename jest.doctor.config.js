/** @type {import('jest').Config} The fault lab: every fault injected for real, and the doctor sent to find it. */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/lab/**/*.test.ts'],
  testTimeout: 180_000,
};
