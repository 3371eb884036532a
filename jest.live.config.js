/** @type {import('jest').Config} The suites that start real nginx and real Socket.IO processes on loopback. */
module.exports = {
  testEnvironment: 'node',
  // What takes time there is waiting: all suites together use four minutes of one processor.
  maxWorkers: 3,
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/live/**/*.test.ts'],
  testTimeout: 60_000,
};
