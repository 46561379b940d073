import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';

it('sells nothing while there is neither a screen nor paper for the QR, and again when there is one of them', () =>
  story({ mqtt: false }, async (shop) => {
    const { terminal } = shop.program;
    const readiness = () => terminal.state().readiness;
    const paper = () => terminal.state().readings.paper;
    await shop.until('the printer to be asked', () => paper()?.code === 0);
    shop.screen.plug(false);
    // Paper alone is enough.
    expect(readiness()).toEqual({ ready: true, notes: [461] });
    shop.paper.set('paperOut', true);
    await shop.clock.advance(20_000);
    await shop.until('the printer to say so', () => (paper()?.code ?? 0) !== 0);
    expect(readiness()).toMatchObject({ ready: false, code: 461 });
    shop.press('1', '5', '0', '0', '0', 'enter');
    expect(terminal.state().open).toBeUndefined();
    expect(shop.log.join('\n')).toMatch(/WARN pad asks 15000: refused, E461/);
    await shop.clock.advance(60_000);
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('charge');
    expect(shop.program.journal.totals()).toEqual([]);
    // The screen alone is enough, too.
    shop.screen.plug(true);
    expect(readiness()).toMatchObject({ ready: true });
    await shop.ring(15_000);
    await shop.shows('scan');
  }));
