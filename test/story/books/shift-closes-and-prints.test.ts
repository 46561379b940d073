import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { ShiftReport } from '../../../src/core/shift/shift.js';
import { sells } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

async function cancels(shop: Shop, amount: number): Promise<void> {
  const order = await shop.ring(amount);
  await shop.shows('scan');
  shop.press('cancel');
  await shop.reaches(order, 'closed');
  await shop.clock.advance(16_000);
}

it('closes a shift without a network: shown, printed once, numbered, and printed again as COPY after a power cut', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    await sells(shop, 20_000);
    await cancels(shop, 3_000);
    const owed = await owedSale(shop, 5_000);
    shop.gatewayWire.cut();
    shop.brokerWire.cut();
    expect((await ask(shop, 'shift')).text).toContain('shift 1, open');
    const answer = await ask(shop, 'shift', ['close', '1'], { flags: { by: 'Sri' } });
    expect(answer).toMatchObject({ good: true, data: { number: 1, closedBy: 'Sri', printed: true } });
    const report = answer.data as ShiftReport;
    expect(report.all).toMatchObject({
      settled: { count: 2, sum: 25_000 },
      delivered: { count: 1, sum: 20_000 },
      owed: { count: 1, sum: 5_000 },
      cancelled: { count: 1, sum: 3_000 },
      expired: { count: 0, sum: 0 },
    });
    expect(report.all.settled.sum).toBe(shop.sandbox.transactions.summary().paid);
    expect(answer.text).toContain('Lunas/settled           2  Rp25.000');
    expect(shop.slipsWith('TUTUP SHIFT', 'Rp25.000', 'Sri')).toBe(1);
    expect(shop.slipsWith('TUTUP SHIFT', 'COPY')).toBe(0);
    // The same word again closes nothing.
    expect(await ask(shop, 'shift', ['close', '1'])).toMatchObject({
      good: false,
      text: 'shift 1 is closed already; shift reprint 1 prints it again',
    });
    await ask(shop, 'owed', ['resolve', owed], { flags: { how: 'refunded', note: 'cash' } });
    await shop.powerCut();
    // Whatever name was given, the system says who it was.
    const written = new Database(`${shop.directory}/journal/journal.db`, { readonly: true });
    const body = written.prepare("SELECT body FROM event WHERE kind = 'shiftClosed'").pluck().all();
    written.close();
    expect(body.map((text) => JSON.parse(String(text)))).toEqual([
      { number: 1, by: 'Sri', user: expect.stringMatching(`^uid ${process.getuid?.()}\\b`) },
    ]);
    shop.gatewayWire.join();
    shop.brokerWire.join();
    await shop.startTerminal();
    const again = await ask(shop, 'shift', ['reprint']);
    expect(again.text).toBe(answer.text);
    expect(shop.slipsWith('TUTUP SHIFT', 'COPY', 'Rp25.000')).toBe(1);
    const next = await ask(shop, 'shift', ['close']);
    expect(next.data).toMatchObject({
      ...{ number: 2, all: { settled: { count: 0 } } },
      ...{ earlier: { refunded: { count: 1, sum: 5_000 } }, owed: { count: 0 } },
    });
  }));

it('closes where nothing can be printed, and says so', () =>
  story({ mqtt: false }, async (shop) => {
    shop.paper.set('paperOut', true);
    const answer = await ask(shop, 'shift', ['close']);
    expect(answer).toMatchObject({ good: true, data: { number: 1, printed: false } });
    expect(answer.text).toContain('shift reprint 1');
    expect((await ask(shop, 'shift')).text).toContain('shift 2, open');
  }));

it('closes without a printer, and answers what it does not understand with what it does', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    expect(await ask(shop, 'shift', ['reprint'])).toMatchObject({
      good: false,
      text: 'no shift was closed yet',
    });
    expect(await ask(shop, 'shift', ['close', '2'])).toMatchObject({ good: false });
    for (const args of [['open'], ['close', 'x'], ['close', '1', '1']])
      expect((await ask(shop, 'shift', args)).text).toContain('shift close');
    expect((await ask(shop, 'shift', ['close'])).good).toBe(true);
    expect((await ask(shop, 'shift', ['reprint', '2'])).text).toBe('shift 2 is not closed');
  }));

const closesAfter = (hours: number) =>
  ({ mqtt: false, saleToml: `[shift]\nclose_after_hours = ${hours}` }) as const;

/** A minute at a time: what is due in one has happened before the next begins. */
async function minutes(shop: Shop, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) await shop.clock.advance(60_000);
}

it('closes by itself what nobody has closed in its time, with its slip, once, and never an empty shift', () =>
  story(closesAfter(1), async (shop) => {
    const { shifts } = shop.program.journal;
    await minutes(shop, 65);
    expect(shifts.current).toBe(1);
    const order = await shop.ring(9_000);
    await shop.shows('scan');
    // Not while a customer is at the screen.
    await minutes(shop, 3);
    expect(shifts.current).toBe(1);
    expect(shop.sandbox.payScanned((await shop.shows('scan')).payload)).toMatchObject({ ok: true });
    await minutes(shop, 1);
    await shop.reaches(order, 'delivered');
    await minutes(shop, 3);
    expect(shifts.current).toBe(2);
    expect(shifts.closed(1)).toMatchObject({ closedBy: 'gopay-pos', all: { delivered: { sum: 9_000 } } });
    await shop.until('the slip', () => shop.slipsWith('TUTUP SHIFT', 'gopay-pos') === 1);
    await minutes(shop, 65);
    expect(shifts.current).toBe(2);
  }));

it('leaves closing to people where it is told to', () =>
  story(closesAfter(0), async (shop) => {
    const order = await shop.ring(9_000);
    expect(shop.sandbox.payScanned((await shop.shows('scan')).payload)).toMatchObject({ ok: true });
    await minutes(shop, 1);
    await shop.reaches(order, 'delivered');
    await minutes(shop, 90);
    expect(shop.program.journal.shifts.current).toBe(1);
  }));

it('closes a shift by itself that was opened by a clock that was years ahead', () =>
  story(closesAfter(1), async (shop) => {
    const { shifts } = shop.program.journal;
    const years = 20 * 365 * 86_400_000;
    shop.clock.wallOffsetMs += years;
    expect(await ask(shop, 'shift', ['close'])).toMatchObject({ good: true, data: { number: 1 } });
    shop.clock.wallOffsetMs -= years;
    const order = await shop.ring(9_000);
    expect(shop.sandbox.payScanned((await shop.shows('scan')).payload)).toMatchObject({ ok: true });
    await minutes(shop, 1);
    await shop.reaches(order, 'delivered');
    await minutes(shop, 65);
    expect(shifts.closed(2)).toMatchObject({ closedBy: 'gopay-pos', all: { delivered: { sum: 9_000 } } });
  }));

const ZONE_MS = 7 * 3_600_000;
/** Minutes from now to this time of day in Jakarta, of the shop's own clock. */
const minutesTo = (shop: Shop, minute: number): number => {
  const now = Math.floor((shop.clock.wallMs() + ZONE_MS) / 60_000) % 1_440;
  return (minute - now + 1_440) % 1_440;
};

it('closes each day at its set time, with the day on its slip, and once for the days that the terminal was off', () =>
  story({ mqtt: false, saleToml: '[shift]\nclose_at = "23:30"\nclose_after_hours = 0' }, async (shop) => {
    // Ten minutes before it.
    shop.clock.wallOffsetMs += minutesTo(shop, 23 * 60 + 20) * 60_000;
    await minutes(shop, 1);
    await sells(shop, 9_000);
    const { shifts } = shop.program.journal;
    expect(shifts.current).toBe(1);
    const day = new Date(shop.clock.wallMs() + ZONE_MS).toISOString().slice(0, 10);
    await minutes(shop, 15);
    expect(shifts.closed(1)).toMatchObject({
      closedBy: 'gopay-pos',
      day,
      all: { delivered: { sum: 9_000 } },
    });
    await shop.until('the slip', () => shop.slipsWith('TUTUP SHIFT', day) === 1);
    await sells(shop, 5_000);
    await shop.slipsEnd();
    await shop.powerCut();
    shop.clock.wallOffsetMs += 5 * 86_400_000;
    await shop.startTerminal();
    await minutes(shop, 5);
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    const reopened = shop.program.journal.shifts;
    expect(reopened.closed(2)).toMatchObject({ day: next, all: { delivered: { sum: 5_000 } } });
    await minutes(shop, 5);
    expect(reopened.current).toBe(3);
  }));
