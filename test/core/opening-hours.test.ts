import { expect, it } from 'vitest';
import {
  isOpenAt,
  nextOpening,
  type OpeningHours,
  openingHours,
  parseOpeningEntry,
} from '../../src/core/opening/hours.js';
import { closedNotes } from '../../src/core/text/closed-face.js';
import type { TerminalContext } from '../../src/terminal/context.js';
import { OpeningKeeper } from '../../src/terminal/opening-keeper.js';

/** Wall time of a WIB date and time. */
const wib = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+07:00`);

function hours(...entries: string[]): OpeningHours {
  return openingHours(
    entries.map((entry) => {
      const parsed = parseOpeningEntry(entry);
      if (parsed === undefined) throw new Error(`no entry: ${entry}`);
      return parsed;
    }),
    'WIB',
  );
}

// 23 November 2026 is a Monday.
it('is open from the first minute to the one before the last, on the days that are named', () => {
  const shop = hours('Mo-Fr 07:00-12:00,13:00-21:00', 'Sab 08:00-12:00');
  const open = (at: string): boolean => isOpenAt(shop, wib(at));
  expect(open('2026-11-23 06:59')).toBe(false);
  expect(open('2026-11-23 07:00')).toBe(true);
  expect(open('2026-11-23 11:59')).toBe(true);
  expect(open('2026-11-23 12:00')).toBe(false);
  expect(open('2026-11-27 20:59')).toBe(true);
  expect(open('2026-11-28 13:00')).toBe(false);
  expect(open('2026-11-29 10:00')).toBe(false);
});

it('goes on over midnight, on the account of the day on which it began', () => {
  const bar = hours('Fr-Sa 18:00-02:00', '2026-11-28 closed');
  expect(isOpenAt(bar, wib('2026-11-27 23:59'))).toBe(true);
  // Friday's, though Saturday is a holiday.
  expect(isOpenAt(bar, wib('2026-11-28 01:59'))).toBe(true);
  expect(isOpenAt(bar, wib('2026-11-28 02:00'))).toBe(false);
  expect(isOpenAt(bar, wib('2026-11-28 19:00'))).toBe(false);
  expect(isOpenAt(bar, wib('2026-11-29 01:00'))).toBe(false);
  const always = hours('Mo-Su 00:00-24:00');
  for (const at of ['2026-11-23 00:00', '2026-11-23 23:59', '2026-11-24 00:00'])
    expect(isOpenAt(always, wib(at))).toBe(true);
});

it('a date holds in the place of its weekday, and a range of them too', () => {
  const shop = hours('Mo-Su 07:00-21:00', '2026-12-24 07:00-12:00', '2026-12-25..2026-12-27 tutup');
  expect(isOpenAt(shop, wib('2026-12-24 11:59'))).toBe(true);
  expect(isOpenAt(shop, wib('2026-12-24 12:00'))).toBe(false);
  expect(isOpenAt(shop, wib('2026-12-26 10:00'))).toBe(false);
  expect(nextOpening(shop, wib('2026-12-24 12:00'))).toBe(wib('2026-12-28 07:00'));
});

it('the shop’s zone decides which day and hour it is', () => {
  const { weekdays, dates } = hours('Mo 07:00-21:00');
  const papua: OpeningHours = { weekdays, dates, zone: 'WIT' };
  // 07:00 in Papua is 05:00 in Jakarta.
  expect(isOpenAt(papua, wib('2026-11-23 05:00'))).toBe(true);
  expect(isOpenAt(papua, wib('2026-11-23 19:00'))).toBe(false);
  expect(nextOpening(papua, wib('2026-11-23 04:59'))).toBe(wib('2026-11-23 05:00'));
});

it('says when it opens again: today, tomorrow, by weekday, by date, or not at all', () => {
  const shop = hours('Mo-Fr 07:00-12:00,13:00-21:00', '2026-12-01..2026-12-31 closed');
  const told = (at: string): string | undefined => {
    const opensAtMs = nextOpening(shop, wib(at));
    const closed = { why: 'hours', ...(opensAtMs === undefined ? {} : { opensAtMs }) } as const;
    return closedNotes(closed, wib(at))[0]?.en;
  };
  expect(told('2026-11-23 12:30')).toBe('Opens again at 13:00');
  expect(told('2026-11-23 22:00')).toBe('Opens again tomorrow at 07:00');
  expect(told('2026-11-27 22:00')).toBe('Opens again on Monday at 07:00');
  expect(told('2026-11-30 22:00')).toBe('Opens again on 01-01-2027 at 07:00');
  const never = hours('2026-11-23 07:00-08:00');
  expect(nextOpening(never, wib('2026-11-23 08:00'))).toBeUndefined();
  expect(closedNotes({ why: 'hours' }, wib('2026-11-23 08:00'))).toEqual([]);
  const opensAtMs = wib('2026-11-24 07:00');
  expect(closedNotes({ why: 'hours', opensAtMs }, wib('2026-11-23 22:00'))[0]?.id).toBe(
    'Buka lagi besok pukul 07.00',
  );
});

it('what is closed all night is another thing after midnight, where it opens today and not tomorrow', () => {
  const at = { ms: wib('2026-12-01 22:00') };
  const open = hours('Mo-Su 07:00-21:00');
  const keeper = new OpeningKeeper({
    adapters: { clock: { wallMs: () => at.ms }, keypads: [], registers: [] },
    settings: { hours: { open, binds: 'all' } },
  } as unknown as TerminalContext);
  const closed = (text: string) => {
    at.ms = wib(text);
    return keeper.closedByHours('keypad');
  };
  const evening = closed('2026-12-01 22:00');
  expect(closed('2026-12-01 23:59')).toBe(evening);
  const morning = closed('2026-12-02 00:00');
  expect(morning).toEqual(evening);
  expect(morning).not.toBe(evening);
  expect(closed('2026-12-02 06:59')).toBe(morning);
});

it('the operator’s words stand as they are, in both languages where a slash parts them', () => {
  const told = (words: string) => closedNotes({ why: 'maintenance', words }, 0);
  expect(told('Ganti kertas / Changing paper')).toEqual([{ id: 'Ganti kertas', en: 'Changing paper' }]);
  expect(told('Balik jam 3')).toEqual([{ id: 'Balik jam 3', en: 'Balik jam 3' }]);
});

it('next opening is open, and the minute before it is not, whatever the hours are', () => {
  const tables = [
    ['Mo-Su 09:00-17:00'],
    ['We 23:30-00:30', 'Th 00:15-00:20'],
    ['Sa-Mo 18:00-02:00', '2026-11-29 closed', '2026-12-02 00:00-24:00'],
    ['Fr 00:00-24:00', 'Sa 00:00-06:00'],
  ];
  for (const table of tables) {
    const shop = hours(...table);
    for (let at = wib('2026-11-23 00:00'); at < wib('2026-12-07 00:00'); at += 17 * 60_000) {
      if (isOpenAt(shop, at)) continue;
      const opens = nextOpening(shop, at);
      if (opens === undefined) throw new Error(`never again after ${new Date(at).toISOString()}`);
      expect(isOpenAt(shop, opens)).toBe(true);
      // Hundreds of thousands: an expect() for each takes seconds.
      for (let between = at; between < opens; between += 11 * 60_000)
        if (isOpenAt(shop, between)) throw new Error(`open before it opens, at ${new Date(between)}`);
      expect(isOpenAt(shop, opens - 60_000)).toBe(false);
    }
  }
});

it('takes no entry that could mean two things', () => {
  const bad = [
    '',
    'Mo',
    '07:00-21:00',
    'Mo 7-21',
    'Mo 07:00-07:00',
    'Mo 24:00-25:00',
    'Mo 07:60-08:00',
    'Mo 07:00-24:01',
    'Mox 07:00-21:00',
    'M 07:00-21:00',
    'Mo-Tu-We 07:00-21:00',
    'Mo 07:00-08:00 09:00-10:00',
    '2026-02-30 closed',
    '2026-12-27..2026-12-25 closed',
    '2026-12-25-2026-12-27 closed',
    '2026-01-01..2029-01-01 closed',
    'Mo closed,07:00-08:00',
    'Mo,, 07:00-08:00',
  ];
  for (const entry of bad) expect(parseOpeningEntry(entry), entry).toBeUndefined();
  for (const good of ['mon 07:00-21:00', 'SENIN 07.00-21.00', 'Sa-Mo,We 7:00-9:00', 'Min tutup'])
    expect(parseOpeningEntry(good), good).toBeDefined();
});
