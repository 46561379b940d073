import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // One process a file: native modules, sockets and child programs never leak from one test file into the next.
    pool: 'forks',
    // One more than the cores of the box that runs all of it: much of the time is waiting for others.
    maxWorkers: 3,
    // Bounds against hanging, not measures of speed: machines are shared and slow at times.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
