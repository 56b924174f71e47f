import { defineConfig } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether Docker answers: without it the end-to-end tests are skipped, by name. */
    docker: boolean;
    /** Whether the tests of the embedded target may run, where Ruby and namespaces are. */
    embedded: boolean;
  }
}

export default defineConfig({
  test: {
    retry: 0,
    provide: { docker: true, embedded: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{harness,scenarios,load,fluentd,manifests}/**/*.test.ts'],
          exclude: ['**/*.e2e.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['{harness,scenarios,fluentd,load}/**/*.e2e.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
