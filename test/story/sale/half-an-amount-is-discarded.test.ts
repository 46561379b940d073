import { expect, it } from 'vitest';
import { onTheBench } from '../kit/terminal-alone.js';

it('discards half an amount that nobody goes on with, so that the next person begins anew', () =>
  onTheBench({}, async (bench) => {
    await bench.type('1', '5');
    await bench.clock.advance(59_000);
    expect(bench.screen.now).toMatchObject({ show: 'entering', amount: 15 });
    await bench.type('000');
    await bench.clock.advance(59_000);
    expect(bench.screen.now).toMatchObject({ show: 'entering', amount: 15_000 });
    await bench.clock.advance(1_000);
    expect(bench.screen.now).toMatchObject({ show: 'idle' });
    await bench.type('1', '000', 'enter');
    expect(bench.open.amount).toBe(1_000);
  }));
