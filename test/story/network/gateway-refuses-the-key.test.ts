import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { story } from '../kit/shop.js';

it('says so at once where the key is refused from one charge to the next, and leaves nothing open', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    await shop.shows('idle');
    shop.sandbox.faults.add({ fault: 'refuse', code: '401' });
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'refused');
    expect(await shop.shows('closed')).toMatchObject({ words: faultText(501), code: 501 });
    expect(shop.sale(order).state).toEqual({ at: 'refused', code: 501 });
    expect(shop.sandbox.transactions.list()).toEqual([]);
  }));

it('sells nothing while Midtrans refuses the key (E501), and comes back by itself when it is taken', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    await shop.shows('idle');
    const fault = shop.sandbox.faults.add({ fault: 'refuse', code: '401' });
    await shop.clock.advance(20_000);
    expect(await shop.shows('outOfService')).toEqual({
      show: 'outOfService',
      words: faultText(501),
      code: 501,
    });
    shop.press('1', '5', '0', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ words: faultText(501), code: 501 });
    expect(shop.program.status()).toContain('not selling: E501');
    await shop.clock.advance(20_000);
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('charge');
    expect(shop.program.journal.totals()).toEqual([]);
    expect(shop.log.join('\n')).toContain('E678 Midtrans refuses the server key');
    shop.sandbox.faults.remove(fault);
    await shop.clock.advance(20_000);
    await shop.shows('idle');
    await shop.ring(15_000);
    await shop.shows('scan');
  }));
