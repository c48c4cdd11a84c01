import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 0 },
        },
      },
      {
        // As in the bundles: the variant for development takes half as long again and tells of every message to an actor that has ended.
        resolve: {
          alias: [{ find: /^xstate$/, replacement: fileURLToPath(new URL('node_modules/xstate/dist/xstate.cjs.js', import.meta.url)) }],
        },
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          // Most of what they allocate is garbage at once: fewer collections take a sixth off.
          execArgv: ['--max-semi-space-size=64'],
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          environment: 'node',
          // Real processes measure real time: they run after the others and one file at a time.
          sequence: { groupOrder: 2 },
          pool: 'forks',
          maxWorkers: 2,
          globalSetup: ['scripts/build-before-tests.mjs'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
