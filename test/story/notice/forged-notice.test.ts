import { expect, it } from 'vitest';
import { askedAt, askedFor, expectOneCharge, gaps, noticesOf } from '../kit/account.js';
import { storyAtBrokerOf } from '../kit/other-broker.js';

it('only asks when somebody who owns the broker rings with "settlement", and delivers nothing', () =>
  storyAtBrokerOf(async (shop, publish) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    const notifiedMs = shop.clock.wallMs();
    const notice = {
      id: 'FORGED-1',
      at: new Date(notifiedMs).toISOString(),
      expiresAt: new Date(notifiedMs + 60_000).toISOString(),
      orderId: order,
      says: 'settlement',
    };
    // The same one twice, as a broker may send it: the journal knows it again, and does not grow by it.
    for (const _time of [1, 2])
      expect(await publish(notice)).toMatchObject({
        kind: 'acknowledged',
      });
    const events = () => shop.program.journal.eventsOf(order).filter(({ kind }) => kind === 'notice');
    await shop.clock.advance(20_000);
    expect(noticesOf(shop, order)).toEqual(['settlement']);
    expect(events()).toHaveLength(1);
    // It looks at once, and goes back to polling.
    expect(gaps([notifiedMs, ...askedAt(shop, 'status', order)])).toEqual([0, 10_000, 10_000]);
    expect(shop.sale(order)).toMatchObject({
      state: { at: 'awaitingPayment' },
      evidence: { status: 'pending' },
    });
    expect(shop.screen.now).toMatchObject({ show: 'scan' });
    expect(shop.screen.shown.some(({ show }) => show === 'paid')).toBe(false);
    expect(shop.slipsWith('LUNAS')).toBe(0);
    expect(askedFor(shop, order)).not.toContain('cancel');
    expectOneCharge(shop);
  }));
