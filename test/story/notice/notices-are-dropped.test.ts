import { expect, it } from 'vitest';
import { says } from '../../core/world.js';
import { onTheBench } from '../kit/terminal-alone.js';

it('looks once at an order whose notices were dropped, when the minute is over: nobody polls a delivered sale', () =>
  onTheBench({}, async (shop) => {
    await shop.type('1', '5', '000', 'enter');
    const order = await shop.charged();
    await shop.settles(order, 'n0');
    expect(shop.sale(order).state.at).toBe('delivered');
    // A stranger who heard one notice can sign as many that claim something else (the status is not signed).
    for (let i = 1; i < 20; i += 1) await shop.rings(order, 'capture', `n${i}`);
    const rows = () => shop.journal.eventsOf(order).length;
    const before = rows();
    for (const [i, word] of ['capture', 'refund', 'refund', 'deny'].entries())
      await shop.rings(order, word, `dropped ${i}`);
    expect(rows()).toBe(before);
    await shop.clock.advance(58_000);
    expect(shop.requests.filter(({ what }) => what === 'status')).toEqual([]);
    await shop.clock.advance(4_000);
    await shop.answers('status', says(shop.sale(order), 'refund').outcome);
    expect(shop.journal.sale(order)?.evidence?.status).toBe('refund');
    await shop.clock.advance(600_000);
    expect(shop.requests.filter(({ what }) => what === 'status')).toEqual([]);
    // One row for the look and one for its answer.
    expect(rows()).toBe(before + 2);
  }));
