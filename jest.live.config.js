/** @type {import('jest').Config} The suites that start real nginx and real Socket.IO processes on loopback. */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/live/**/*.test.ts'],
  testTimeout: 60_000,
};
