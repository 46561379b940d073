import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A minute or two each, and mostly waiting for others: beside everything else, not after it. */
const LONG = [
  'power-cut/power-cut',
  'systemd/daemon',
  'storm/storm',
  'device/qr/pictures',
  'browser/kiosk-screens',
  'browser/demo',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const first = LONG.flatMap((name) =>
      rest.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)),
    );
    return [...new Set([...first, ...rest])];
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // One process a file: native modules, sockets and child programs never leak from one test file into the next.
    pool: 'forks',
    // One more than the cores of the box that runs all of it: much of the time is waiting for others.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // Bounds against hanging, not measures of speed: machines are shared and slow at times. A wait within a test (`until`,
    // `expect.poll`) gives up after a minute and says for what, so a test may have several before it is given up itself.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // Where everything hangs, the run ends after these, in less than an hour.
    bail: 10,
    reporters: ['default'],
  },
});
