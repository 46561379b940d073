import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { story } from '../kit/shop.js';

it('sells nothing while its clock is wrong (E551), and comes back by itself when it is right', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    const { clock, traffic } = shop;
    await shop.shows('idle');
    traffic.dateMs = () => clock.wallMs() + 3_600_000;
    await clock.advance(20_000);
    expect(await shop.shows('outOfService')).toEqual({
      show: 'outOfService',
      words: faultText(551),
      code: 551,
    });
    shop.press('1', '5', '0', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ words: faultText(551), code: 551 });
    expect(shop.program.status()).toContain('not selling: E551');
    expect(shop.program.terminal.state().open).toBeUndefined();
    await clock.advance(20_000);
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('charge');
    expect(shop.program.journal.totals()).toEqual([]);
    traffic.dateMs = () => clock.wallMs();
    await clock.advance(20_000);
    await shop.shows('idle');
    await shop.ring(15_000);
    await shop.shows('scan');
  }));
