import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { expectMoneyAdded } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('gives up after three denies (900), and says plainly that GoPay does not take it', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'deny' });
    await shop.ring(15_000);
    for (const [attempt, afterMs] of [
      [2, 2_000],
      [3, 5_000],
    ] as const) {
      await shop.until('the next attempt', () => shop.program.terminal.state().open?.attempt === attempt);
      await shop.clock.advance(afterMs);
    }
    expect(await shop.shows('closed')).toEqual({
      show: 'closed',
      orderId: expect.any(String),
      number: expect.stringMatching(/^\d{6}$/),
      amount: 15_000,
      words: PHRASES.denied,
      code: 531,
    });
    expect(shop.program.terminal.state().open).toBeUndefined();
    await shop.clock.advance(60_000);
    await shop.shows('idle');
    expect(shop.sandbox.requestLog.counts()).toMatchObject({
      received: { charge: 3 },
      processed: { charge: 3 },
    });
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { deny: 3, pending: 0 }, paid: 0 });
    expect(shop.program.journal.totals()).toMatchObject([{ state: 'closed', count: 3 }]);
    // Three attempts of one customer.
    expect(shop.program.journal.shifts.open().all.denied).toEqual({ count: 1, sum: 15_000 });
    expectMoneyAdded(shop);
  }));
