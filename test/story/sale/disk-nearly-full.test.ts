import { expect, it } from 'vitest';
import { onTheBench } from '../kit/terminal-alone.js';

it('stays out of service for as long as the disk is nearly full, and opens when it is not', async () => {
  let free = 1024;
  await onTheBench({ freeBytes: async () => free }, async (bench) => {
    for (let second = 0; second < 120; second += 1) {
      await bench.clock.advance(1_000);
      expect(bench.terminal.state().readiness, `second ${second}`).toMatchObject({ ready: false, code: 712 });
    }
    free = 1024 ** 3;
    await bench.clock.advance(40_000);
    expect(bench.terminal.state().readiness).toMatchObject({ ready: true });
  });
});
