import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedAt, askedFor, gaps } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('asks by order id when the request for the charge was lost, and says plainly that nothing came of it', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'lostRequest', endpoint: 'charge', next: 1 });
    const sentMs = shop.clock.wallMs();
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'chargeUnknown');
    expect(shop.screen.now).toEqual({ show: 'wait', amount: 15_000, words: PHRASES.asking });
    await shop.clock.advance(30_999);
    // Three times "no such transaction" is still no proof: the request may be slow.
    expect(shop.sale(order).state).toMatchObject({ at: 'chargeUnknown', absent: 3 });
    await shop.clock.advance(1);
    await shop.reaches(order, 'closed');
    expect(shop.sale(order).state).toMatchObject({ how: 'neverCharged', code: 566 });
    expect(await shop.shows('closed')).toMatchObject({ words: faultText(566), code: 566 });
    expect(faultText(566).en).toContain('payment');
    expect(gaps([sentMs, ...askedAt(shop, 'status', order)])).toEqual([1_000, 10_000, 10_000, 10_000]);
    // It watches on, and never charges again.
    await shop.clock.advance(30_000);
    expect(askedFor(shop, order)).toEqual(['charge', 'status', 'status', 'status', 'status', 'status']);
    expect(shop.sandbox.requestLog.counts().processed).not.toHaveProperty('charge');
    expect(shop.program.journal.totals()).toMatchObject([{ state: 'closed', count: 1 }]);
  }));
