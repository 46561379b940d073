import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('takes the QR down when Midtrans expired it before its time here was over', () =>
  story(
    { printer: false, sandbox: { defaultExpiryMs: 57_000, expiryBatchMs: 1_000, expiryJitterMs: 0 } },
    async (shop) => {
      const order = await shop.ring(15_000);
      await shop.shows('scan');
      await shop.clock.advance(55_000);
      expect(shop.screen.now).toMatchObject({ show: 'scan' });
      await shop.clock.advance(2_500);
      await shop.reaches(order, 'closed');
      expect(await shop.shows('closed')).toEqual({
        show: 'closed',
        orderId: order,
        number: expect.stringMatching(/^\d{6}$/),
        amount: 15_000,
        words: PHRASES.expired,
        notes: [PHRASES.deducted, PHRASES.notReturned],
      });
      expect(shop.log.join('\n')).toContain(`${order} <- notice: expire`);
      expect(shop.sale(order)).toMatchObject({
        state: { how: 'expired' },
        evidence: { status: 'expire', statusCode: '407' },
      });
      // It was closed already.
      expect(askedFor(shop, order)).not.toContain('expire');
      expect(booksSay(shop, order)).toBe('expire');
      await shop.clock.advance(16_000);
      await shop.shows('idle');
      expectOneCharge(shop);
    },
  ));
