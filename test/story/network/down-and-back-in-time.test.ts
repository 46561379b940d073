import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('delivers what was paid while gateway and broker were both out of reach, as long as the customer still waits', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    shop.brokerWire.cut();
    shop.gatewayWire.cut();
    await shop.until('the link to be down', () => !shop.program.terminal.state().link.up);
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    await shop.clock.advance(10_000);
    expect(shop.screen.now).toMatchObject({ show: 'scan', notes: [PHRASES.gatewaySilent] });
    await shop.clock.advance(50_000);
    // The time is up, but nobody can know whether it was paid: nothing is said yet.
    expect(shop.sale(order).state).toMatchObject({ at: 'closing', how: 'timedOut', source: 'waiting' });
    expect(shop.screen.now).toEqual({ show: 'wait', amount: 15_000, words: PHRASES.asking });
    await shop.clock.advance(30_000);
    expect(shop.sale(order).state.at).toBe('closing');
    shop.gatewayWire.join();
    // The look at 110 s, after pauses of 10, 10, 10 and 20 s, unless the gateway is found good before.
    for (let s = 0; s < 20 && shop.sale(order).state.at !== 'delivered'; s += 1)
      await shop.clock.advance(1_000);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    expect(askedFor(shop, order)).not.toContain('expire');
    shop.brokerWire.join();
    await shop.until('the link', () => shop.program.terminal.state().link.up);
    expect(shop.sale(order).state.at).toBe('delivered');
    expectOneCharge(shop);
  }));
