import { expect, it } from 'vitest';
import { askTerminal } from '../../../src/control/client.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { expectOneCharge, journalSum } from '../kit/account.js';
import { story } from '../kit/shop.js';

/** Whether a connection dies before or after it was open is the system's to choose. */
const CUT_OFF: unknown = expect.toBeOneOf([560, 563]);

it('owes what was paid while it was cut off for so long that the customer had to be told "unknown"', () =>
  story({ saleToml: 'qr_life_seconds = 60\nunknown_after_seconds = 60' }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    shop.brokerWire.cut();
    shop.gatewayWire.cut();
    await shop.until('the link to be down', () => !shop.program.terminal.state().link.up);
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    await shop.clock.advance(119_999);
    expect(shop.screen.now).toMatchObject({ show: 'wait', words: PHRASES.asking });
    await shop.clock.advance(1);
    expect(shop.sale(order).state).toMatchObject({ at: 'closing', source: 'released' });
    expect(await shop.shows('closed')).toMatchObject({ words: PHRASES.unknown, code: CUT_OFF });
    expect(shop.log.join('\n')).toMatch(new RegExp(`ERROR ${order} E56[03] the gateway has not said`));
    // The next customer is not let in before the gateway answers again.
    await shop.clock.advance(16_000);
    expect(await shop.shows('outOfService')).toMatchObject({ code: CUT_OFF });
    expect(shop.slipsWith('BELUM DISERAHKAN')).toBe(0);
    shop.gatewayWire.join();
    await shop.clock.advance(60_000);
    await shop.reaches(order, 'owed');
    expect(shop.sale(order).state).toMatchObject({ why: 'lateSettlement' });
    expect(await shop.shows('owed')).toMatchObject({ orderId: order, amount: 15_000, words: PHRASES.owed });
    await shop.until('the slip', () => shop.slipsWith('BELUM DISERAHKAN', 'Rp15.000', order) === 1);
    expect(shop.log.join('\n')).toMatch(new RegExp(`ERROR ${order} E540 settled after it was closing`));
    const status = await askTerminal(`${shop.directory}/control.sock`, 'status', []);
    expect(status.text).toContain(`owed: ${order} Rp15.000`);
    expect(shop.slipsWith('LUNAS')).toBe(0);
    expect(journalSum(shop, 'owed')).toBe(15_000);
    expectOneCharge(shop);
  }));
