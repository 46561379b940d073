import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('sells nothing of an entry whose last digits found no room, says why, and sells what is typed after it is cleared', () =>
  story({}, async (shop) => {
    shop.press('1', '5', '0', '0', '0', '0', '0', '0', 'enter');
    const hint = {
      id: 'Jumlah terlalu besar. Hapus, lalu ketik lagi',
      en: 'The amount is too large. Clear it and type it again',
    };
    expect(await shop.shows('entering')).toMatchObject({ hint });
    shop.press('enter', '7', 'enter');
    expect(await shop.shows('entering')).toMatchObject({ hint });
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(shop.sandbox.transactions.summary().count).toMatchObject({ pending: 0, settlement: 0 });
    shop.press('cancel', '1', '5', '0', '0', '0', 'enter');
    expect((await shop.shows('scan')).amount).toBe(15_000);
    expectOneCharge(shop);
  }));
