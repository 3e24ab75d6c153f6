import { defineConfig } from 'vitest/config';

/** `import` and `require` come from how a module is asked for; here they would hold for both. */
const conditions = ['oxidite-source', 'node', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/broker.ts'],
    maxWorkers: '100%', // many tests wait for processes and sockets
    testTimeout: 20_000,
    hookTimeout: 60_000,
    typecheck: { enabled: false },
    coverage: {
      provider: 'v8',
      include: ['kernel/src/**', 'plugin-sdk/src/**', 'plugins/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        statements: 85,
        branches: 85,
        functions: 85,
        lines: 85,
        'kernel/src/**': { branches: 100 },
      },
    },
  },
});
