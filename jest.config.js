/** ESM sources through swc; `NODE_OPTIONS=--experimental-vm-modules` comes from the npm script. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/dynamodb-local.setup.ts',
  globalTeardown: '<rootDir>/test/support/dynamodb-local.teardown.ts',
  setupFiles: ['<rootDir>/test/support/seed.setup.ts'],
  // Most tests wait for git, servers and child processes: one worker less than cores would leave cores idle.
  maxWorkers: '100%',
  // To start git or node costs the more the more memory the process has that starts it, and tests do little else.
  workerIdleMemoryLimit: '800MB',
  // No test is timed: this only ends what hangs, on a machine that is busy with others too.
  testTimeout: 180_000,
};
