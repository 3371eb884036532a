/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Jest leaves one processor idle unless it is told otherwise, and of two that is half the time.
  maxWorkers: '100%',
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Copies of the project, while it is mutated.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/(live|cluster|package|lab|engine)/',
    '\\.program\\.test\\.ts$',
  ],
};
