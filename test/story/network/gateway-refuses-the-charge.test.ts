import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { askedFor, expectMoneyAdded } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('says so at once when the merchant has no GoPay (402): nothing exists, so nothing is closed or watched', () =>
  story({ mqtt: false, printer: false, sandbox: { activated: ['qris'] } }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'refused');
    expect(await shop.shows('closed')).toMatchObject({ words: faultText(503), code: 503 });
    expect(faultText(503)).not.toEqual(faultText(999));
    await shop.clock.advance(60_000);
    expect(askedFor(shop, order)).toEqual(['charge']);
    expect(shop.sandbox.transactions.list()).toEqual([]);
    expectMoneyAdded(shop);
  }));
