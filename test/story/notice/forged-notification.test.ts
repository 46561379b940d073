import { expect, it } from 'vitest';
import { askedFor, expectOneCharge, noticesOf } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('turns away a forged notification at the relay: 403, counted, and the terminal never hears of it', () =>
  story({ printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await shop.clock.advance(0);
    await shop.until('the genuine notice', () => noticesOf(shop, order).length === 1);
    const forged = {
      transaction_status: 'settlement',
      order_id: order,
      status_code: '200',
      gross_amount: '15000.00',
      signature_key: 'a'.repeat(128),
      fraud_status: 'accept',
    };
    const answer = await fetch(`${shop.relay.url}/notify`, {
      method: 'POST',
      body: JSON.stringify(forged),
    });
    expect(answer.status).toBe(403);
    await answer.text();
    const metrics = await (await fetch(`${shop.relay.url}/metrics`)).text();
    expect(metrics).toContain('gopay_pos_relay_notifications_total{outcome="bad_signature"} 1\n');
    expect(shop.log.join('\n')).toMatch(new RegExp(`WARN relay: E670 .*${order}`));
    await shop.clock.advance(5_000);
    expect(noticesOf(shop, order)).toEqual(['pending']);
    expect(askedFor(shop, order)).toEqual(['charge', 'picture']);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    expect(shop.screen.now).toMatchObject({ show: 'scan' });
    expectOneCharge(shop);
  }));
