import { globSync, readFileSync } from 'node:fs';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** `import` and `require` come from how a module is asked for; here they would hold for both. */
const conditions = ['oxidite-source', 'node', 'module', 'default'];

/** What looks at its whole process, or changes it: its handles, memory, variables, listeners, globals and timers. */
const PROCESS_WIDE = /\bvi\.|getActiveResourcesInfo|memoryUsage|process\.on|globalThis|setMaxListeners|describePlugin\(|assertUnloadsClean|\/upload-place\./;

const alone = globSync('test/**/*.test.ts', { cwd: import.meta.dirname })
  .filter((file) => !file.includes('node_modules'))
  .filter((file) => PROCESS_WIDE.test(readFileSync(new URL(file, import.meta.url), 'utf8')));

/**
 * Files that are about their whole process have one of their own. All others share one for each core: half of a file's time went into loading the packages
 * anew, and that two applications fit into one process is what the kernel promises.
 */
export default defineConfig({
  test: {
    projects: [
      defineFiles('alone', { include: alone }),
      defineFiles('shared', { include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...alone], isolate: false }),
    ],
    globalSetup: ['test/services/broker.ts'],
    maxWorkers: '100%', // many tests wait for processes and sockets
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

/** Declares files that are run alike. */
function defineFiles(name: string, files: NonNullable<TestProjectInlineConfiguration['test']>): TestProjectInlineConfiguration {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: { name, testTimeout: 20_000, hookTimeout: 60_000, typecheck: { enabled: false }, ...files },
  };
}
