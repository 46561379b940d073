import { expect, it } from 'vitest';
import { askedAt, expectOneCharge } from '../kit/account.js';
import { storyAtBrokerOf } from '../kit/other-broker.js';

const TIMES = 10_000;

it('knows a notice again by what it says: ten thousand of one are one row, one look, and no customer waits', () =>
  storyAtBrokerOf(async (shop, publish) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    const atMs = shop.clock.wallMs();
    const at = new Date(atMs).toISOString();
    const expiresAt = new Date(atMs + 600_000).toISOString();
    const ring = (id: string, said: string) =>
      publish({ id, at, expiresAt, orderId: order, says: 'pending', said });
    const events = () => shop.program.journal.eventsOf(order).filter(({ kind }) => kind === 'notice');
    await ring('FIRST', 'a1');
    await shop.until('the first', () => events().length === 1);
    const looks = askedAt(shop, 'status', order).length;
    // Each was taken in by the relay anew, so that its id is another one.
    for (let i = 0; i < TIMES; i += 1) await ring(`REPLAY-${i}`, 'a1');
    await ring('LAST', 'b2');
    await shop.until('the last', () => events().length > 1);
    expect(events().map(({ body }) => (body as { id: string }).id)).toEqual(['FIRST', 'LAST']);
    expect(askedAt(shop, 'status', order).length).toBeLessThanOrEqual(looks + 1);

    // What is new each time is dropped above the limit, without a row.
    for (let i = 0; i < 100; i += 1) await ring(`NEW-${i}`, `c${i}`);
    await ring('OTHER', 'a1');
    await shop.until('the limit', () =>
      shop.log.some((line) => line.includes('more than 20 notices a minute')),
    );
    expect(events().length).toBeLessThanOrEqual(20);

    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(10_000);
    await shop.shows('paid');
    expectOneCharge(shop);
  }));
