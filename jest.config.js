// @ts-check
/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/test/**/*.test.ts'],
  moduleNameMapper: {
    '^@app/database$': '<rootDir>/libs/database/src/index.ts',
    '^\\./worker-file$': '<rootDir>/test/support/jest/worker-file.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        // ignoreDynamic: import() stays import(), as tsc leaves it in CommonJS under "module": "nodenext".
        module: { type: 'commonjs', ignoreDynamic: true },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/jest/summary.reporter.mjs'],
  maxWorkers: '100%',
  testTimeout: 90_000,
};
