import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { httpStory } from '../kit/http-program.js';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

// The stories begin on Sunday, 22 November 2026, at 12:16:40 in Bandung.
const MINUTE = 60_000;
const TOML = `
[terminal.contact]
phone = "022-1234567"
[hours]
open = ["Su 08:00-12:20", "Mo-Fr 07:00-21:00"]
`;

it('a sale that was opened before closing time goes on to its end; then the face says closed, until when, and whom to call', () =>
  story({ mqtt: false, toml: TOML }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    // 12:20:40: closed.
    await shop.clock.advance(4 * MINUTE);
    expect(shop.program.terminal.state().readiness).toMatchObject({ ready: false, code: 760 });
    expect(shop.screen.now?.show).toBe('scan');
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    expect((await shop.shows('paid')).orderId).toBe(order);
    await shop.clock.advance(MINUTE);
    expect(await shop.shows('outOfService')).toEqual({
      show: 'outOfService',
      words: { id: 'Tutup', en: 'Closed' },
      closed: { why: 'hours', shop: 'Warung Bu Sri' },
      notes: [{ id: 'Buka lagi besok pukul 07.00', en: 'Opens again tomorrow at 07:00' }],
      help: { lines: ['Tel. 022-1234567'] },
    });
    expectOneCharge(shop);
    expectMoneyAdded(shop);
  }));

it('nothing begins while it is closed, and it opens by itself at the minute', () =>
  story({ mqtt: false, printer: false, toml: TOML }, async (shop) => {
    await shop.clock.advance(4 * MINUTE);
    await shop.shows('outOfService');
    shop.press('1', '5', '0', '0', '0', 'enter');
    await shop.clock.advance(20_000);
    expect(shop.screen.now?.show).toBe('outOfService');
    expect(shop.program.journal.totals()).toEqual([]);
    expect(shop.program.status()).toContain('not selling: E760 outside the opening hours');
    expect((await ask(shop, 'status')).text).toContain('not selling: E760');
    // To Monday, 06:59:20, for the gateway's clock as well, and compared there.
    shop.clock.wallOffsetMs += Date.UTC(2026, 10, 22, 23, 59, 0) - shop.clock.wallMs();
    await shop.clock.advance(20_000);
    expect(shop.screen.now?.show).toBe('outOfService');
    await shop.clock.advance(MINUTE);
    await shop.shows('idle');
    await shop.ring(15_000);
    await shop.shows('scan');
  }));

it('a settlement that comes late, while it is closed, is not lost', () =>
  story({ mqtt: false, printer: false, toml: TOML }, async (shop) => {
    const rule = shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(order, 'closed');
    shop.program.terminal.opening.close('Sri', 'test');
    await shop.clock.advance(30_000);
    await shop.reaches(order, 'owed');
    shop.sandbox.faults.remove(rule);
    expectMoneyAdded(shop);
  }));

it('a clock that is not known to be right neither opens nor closes: E551, and nothing is sold', () =>
  story({ mqtt: false, printer: false, toml: TOML }, async (shop) => {
    await shop.shows('idle');
    const offsetMs = shop.clock.wallOffsetMs;
    shop.traffic.dateMs = () => shop.clock.monoMs() + offsetMs;
    // To 1970, at an hour at which a shop of every day would be open; before the gateway was compared with.
    shop.clock.wallOffsetMs -= shop.clock.wallMs() - 2 * 3_600_000;
    shop.press('1', '5', '0', '0', '0', 'enter');
    expect(await shop.shows('closed')).toMatchObject({ code: 551 });
    expect(shop.program.journal.totals()).toEqual([]);
    shop.press('cancel');
    await shop.clock.advance(20_000);
    expect(await shop.shows('outOfService')).toMatchObject({ code: 551 });
    expect(shop.program.terminal.state().readiness).not.toHaveProperty('closed');
  }));

it('a program at the API is told that it is closed, with the number, and begins nothing', () =>
  httpStory({ toml: TOML }, async ({ shop, program }) => {
    const till = await program();
    await shop.clock.advance(4 * MINUTE);
    const refused = await till.post('/v1/sales', { ref: 'INV-1', amount: 15_000 });
    expect(refused).toMatchObject({ status: 503, body: { fault: 'E760' } });
    expect((await till.get('/v1/status')).body).toMatchObject({ ready: false, fault: 'E760' });
    expect(shop.program.journal.totals()).toEqual([]);
  }));
