import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('charges no more when the cancel key is pressed between two attempts', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'deny', next: 1 });
    const first = await shop.ring(15_000);
    await shop.reaches(first, 'closed');
    const second = shop.program.terminal.state().open?.orderId ?? '';
    expect(shop.sale(second).state.at).toBe('requested');
    await shop.clock.advance(1_000);
    shop.press('cancel');
    expect(shop.sale(second).state).toEqual({ at: 'closed', how: 'cancelled' });
    expect(await shop.shows('closed')).toMatchObject({ words: PHRASES.cancelled });
    await shop.clock.advance(60_000);
    await shop.shows('idle');
    expectOneCharge(shop);
  }));
