import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

it('tells the story of a sale that settled too late, from its journal, in order, over a power cut', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await owedSale(shop);
    await shop.powerCut();
    await shop.startTerminal();
    const told = await ask(shop, 'why', [order]);
    expect(told.good).toBe(true);
    const steps = [
      `${order}: Rp15.000 from keypad pad, No. 000001, opened 2026-11-22 12:16:40 WIB`,
      '2026-11-22 12:16:40  pad asked for Rp15.000. The charge is under way',
      'The gateway created the transaction: "pending"',
      '12:16:40  The screen shows it.',
      'A notice of the relay says "pending". Ignored: a pending charge is what we have.',
      '12:16:50  It was time to ask the gateway.',
      '12:17:30  The same again, 4 times, until this time.',
      "12:17:40  The QR's time was up. It is being closed at the gateway, because its time was up",
      'The gateway is asked to let it expire.',
      'It is closed: expired; the source is told "expired".',
      '12:18:00  A notice of the relay says "settlement".',
      'It is owed: it settled after its source had been told that it was over, or unknown; alarm E540',
      'Now: it is owed',
    ];
    let at = 0;
    for (const step of steps) {
      const found = told.text.indexOf(step, at);
      expect([step, found >= at]).toEqual([step, true]);
      at = found + step.length;
    }
    // By the number on the slip as well.
    expect((await ask(shop, 'why', ['1'])).text).toBe(told.text);
  }));

it('says so when the journal knows nothing of an order, and what to type', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    expect(await ask(shop, 'why', ['T1-01ARZ3NDEKTSV4RRFFQ69G5FAV'])).toMatchObject({ good: false });
    expect((await ask(shop, 'why', [])).text).toContain('why ORDER');
  }));
