import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, for its work or for its waiting: beside everything else, not after it. */
const LONG = [
  ...['power-cut/power-cut', 'power-cut/disk-states', 'systemd/daemon', 'storm/storm'],
  ...['browser/kiosk-screens', 'browser/kiosk-choose', 'browser/demo'],
  ...[
    'device/blueprint-page',
    'device/display/framebuffer-faces',
    'device/qr/pictures',
    'broker/slow-line',
    'gateway/proxy',
  ],
  ...['story/register/profiles-sell', 'story/books/shift-closes-and-prints', 'journal/large-shift'],
  ...['broker/rabbitmq', 'device/vending/fafb-peer', 'story/vending/controller'],
];

/**
 * Files with a process each: they count memory and processes, kill, hold a browser, have a network of their own, or put something in the place of a module.
 * All others share a few processes, in which a module is loaded once and not once a file: no module of ours keeps anything (a
 * rule of the house), so a file finds nothing of another.
 */
const ALONE = [
  ...['browser', 'package', 'power-cut', 'storm', 'systemd'].map((layer) => `test/${layer}/**/*.test.ts`),
  'test/device/printer/device-file-close.test.ts',
  'test/gateway/proxy.test.ts',
];

/** Long ones first; then those that are alone, since a process is handed on to the next file of its own kind only. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const long = LONG.flatMap((name) =>
      rest.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)),
    );
    const all = [...new Set([...long, ...rest])];
    const isAlone = ({ project }: TestSpecification): boolean => project.name === 'alone';
    return [...all.filter(isAlone), ...all.filter((file) => !isAlone(file))];
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    // Of a bundle that a test has made, Node itself makes a module: vite would go through its megabyte once more.
    server: { deps: { external: [/\/\.cache\//] } },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE, isolate: true } },
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
    ],
    // Three more than there are cores, where there is memory for them: a story mostly waits, for timers of a millisecond between
    // the steps of its clock (of the one that closes shifts, six sevenths).
    maxWorkers: Math.max(2, Math.min(8, availableParallelism() + 3, Math.floor(totalmem() / 1.5e9))),
    sequence: { sequencer: LongFirst },
    // Bounds against hanging, not measures of speed: machines are shared and slow at times. A wait within a test (`until`,
    // `expect.poll`) gives up after minutes and says for what, so a test may have several before it is given up itself.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 150_000 } },
    // Where everything hangs, the run ends after these, in less than an hour.
    bail: 10,
    reporters: ['default'],
  },
});
