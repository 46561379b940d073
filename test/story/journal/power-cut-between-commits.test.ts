import { expect, it } from 'vitest';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Commit } from '../../../src/journal/commit.js';
import { says } from '../../core/world.js';
import { type Bench, onTheBench } from '../kit/terminal-alone.js';

const SALE = { ask: 'sale', amount: rupiah(15_000) } as const;

/** The power goes right after the first commit that `which` picks. */
function cutAfter(bench: Bench, which: (commit: Commit) => boolean): void {
  let passed = false;
  bench.beforeCommit = (commit) => {
    if (passed) throw new Error('the power is gone');
    passed = which(commit);
  };
}

it('asks about a notice that the power cut off between its receipt and its meaning', () =>
  onTheBench({}, async (bench) => {
    // Cancelled and watched to its end, so nothing but a notice makes the terminal ask again.
    await bench.type('1', '5', '000', 'enter');
    const order = await bench.charged();
    await bench.type('cancel');
    await bench.answers('cancel', says(bench.sale(order), 'cancel').outcome);
    for (const waitMs of [30_000, 120_000, 900_000]) {
      await bench.clock.advance(waitMs);
      await bench.answers('status', says(bench.sale(order), 'cancel').outcome);
    }
    expect(bench.sale(order).state).toMatchObject({ at: 'closed', late: { looks: 0 } });
    cutAfter(bench, ({ noticeId }) => noticeId !== undefined);
    try {
      await bench.rings(order, 'settlement');
    } catch {
      // Where the notice needs a second commit, that is the one that the power cut prevented.
    }
    bench.fatal.length = 0;
    await bench.powerCut();
    await bench.start();
    // The broker had no acknowledgement, so the same notice comes again.
    await bench.rings(order, 'settlement');
    await bench.answers('status', says(bench.sale(order), 'settlement').outcome);
    expect(bench.sale(order).state).toMatchObject({ at: 'owed', why: 'lateSettlement' });
  }));

it('opens a new sale for the next customer when the power went as the register acknowledged', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    await bench.settles(order);
    cutAfter(bench, ({ met }) => met?.heard === true);
    await bench.sendEnds('acknowledged');
    bench.fatal.length = 0;
    await bench.powerCut();
    await bench.start();
    expect(bench.sale(order).state.at).toBe('delivered');
    // The same bytes: this family's frame has no reference of its own.
    await bench.asks(SALE, 'aa');
    expect(bench.sent).toEqual([]);
    expect(bench.open.orderId).not.toBe(order);
  }));

it('charges nothing at a start for an attempt that had not begun: who wanted it may be gone', () =>
  onTheBench({}, async (bench) => {
    await bench.type('1', '5', '000', 'enter');
    await bench.answers('charge', { kind: 'denied', code: '900', message: 'busy', retriable: true });
    const { orderId } = bench.open;
    expect(bench.open.state.at).toBe('requested');
    await bench.powerCut();
    await bench.start();
    await bench.clock.advance(10_000);
    expect(bench.requests.filter(({ what }) => what === 'charge')).toEqual([]);
    expect(bench.sale(orderId).state).toMatchObject({ at: 'closed', how: 'neverCharged' });
    expect(bench.terminal.state().open).toBeUndefined();
  }));

it('delivers what the register acknowledges late, and does not go on owing it', () =>
  onTheBench({}, async (bench) => {
    await bench.asks(SALE, 'aa');
    const order = await bench.charged();
    await bench.settles(order);
    await bench.sendEnds('silent');
    await bench.clock.advance(60_000);
    expect(bench.sale(order).state.at).toBe('owed');
    await bench.asks(SALE, 'aa');
    expect((await bench.sendEnds('acknowledged')).result).toMatchObject({ result: 'approved' });
    expect(bench.sale(order).state.at).toBe('delivered');
  }));
