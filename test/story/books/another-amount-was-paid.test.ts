import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

it('owes a settlement of another amount with both amounts: alert, screen, slip, shift, why, reconcile, owed resolve', () =>
  story({ printerToml: 'print_unpaid = "all"' }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'otherAmount', amount: 9_000 });
    const order = await shop.ring(10_000);
    const { payload } = await shop.shows('scan');
    expect(shop.sandbox.payScanned(payload)).toMatchObject({ ok: true });
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'owed');
    expect(await shop.shows('owed')).toMatchObject({ orderId: order, words: PHRASES.otherAmount });
    const both = 'Rp9.000 were paid, the sale is Rp10.000';
    expect(shop.log.join('\n')).toContain(`ERROR ${order} E545 ${both}`);
    await shop.until('the slip', () => shop.slipsWith('JUMLAH BERBEDA', 'Rp10.000', 'Rp9.000', order) === 1);
    // Its slip says what came; none says beside it that nobody knows.
    expect(shop.program.journal.slips.ofSale(order, 'unpaid')).toEqual([]);
    expect((await ask(shop, 'owed')).text).toContain(`owed: 1 of Rp9.000`);
    expect((await ask(shop, 'owed')).text).toContain(both);
    expect((await ask(shop, 'status')).text).toContain(order);
    expect((await ask(shop, 'shift')).data).toMatchObject({
      all: { settled: { count: 1, sum: 9_000 }, owed: { count: 1, sum: 9_000 } },
    });
    expect((await ask(shop, 'why', [order])).text).toContain('another amount was paid than that of the sale');
    await ask(shop, 'shift', ['close']);
    const compared = await turning(shop, ask(shop, 'reconcile'));
    expect(compared.good).toBe(false);
    expect(compared.text).toContain(`E545 Another amount was paid. Ask the staff (${both})`);
    const flags = { how: 'refunded', note: 'given back in cash' };
    expect(await ask(shop, 'owed', ['resolve', order], { flags })).toMatchObject({ good: true });
    expect((await ask(shop, 'owed')).text).toBe('nothing is owed');
    // Closed is closed: what was owed at its end left the list in the next.
    expect((await ask(shop, 'shift')).data).toMatchObject({ earlier: { refunded: { sum: 9_000 } } });
  }));
