import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

it('prints a test page that says what to look at, without money, and none later when there is no paper', () =>
  story({}, async (shop) => {
    const good = await ask(shop, 'test', ['printer']);
    expect(good).toMatchObject({ good: true, data: { printed: true, status: 'ready' } });
    expect(good.text).toContain('generic-58: 384 dots, 32 columns, qr raster');
    expect(shop.slipsWith('TEST PAGE', 'No money', '384 dots', 'by the printer itself')).toBe(1);
    expect(shop.paper.problems).toEqual([]);
    shop.paper.set('paperOut', true);
    const bad = await ask(shop, 'test', ['printer']);
    expect(bad).toMatchObject({ good: false, data: { printed: false } });
    expect(bad.text).toContain('E401');
    shop.paper.set('paperOut', false);
    expect(await shop.nextPaperCheck()).toBe(0);
    expect(shop.slipsWith('TEST PAGE')).toBe(1);
    expect(shop.program.journal.totals()).toEqual([]);
    expect(await ask(shop, 'test', ['toaster'])).toMatchObject({ good: false });
  }));
