import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('does not try again after a deny with another code than 900', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'deny', code: '202', message: 'FRAUD_DETECTED' });
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'closed');
    expect(shop.sale(order).state).toMatchObject({ how: 'denied', code: 530 });
    expect(await shop.shows('closed')).toMatchObject({ words: PHRASES.denied, code: 530 });
    await shop.clock.advance(30_000);
    await shop.shows('idle');
    expect(shop.program.journal.totals()).toMatchObject([{ state: 'closed', count: 1 }]);
    expectOneCharge(shop);
  }));
