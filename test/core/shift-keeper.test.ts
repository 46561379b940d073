import { expect, it } from 'vitest';
import { dayOver } from '../../src/core/shift/closing-time.js';
import type { TerminalContext } from '../../src/terminal/context.js';
import type { OpeningKeeper } from '../../src/terminal/opening-keeper.js';
import type { ProgramScreen } from '../../src/terminal/program-screen.js';
import { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';
import type { SaleProcessor } from '../../src/terminal/sale-processor.js';
import { ShiftKeeper } from '../../src/terminal/shift-keeper.js';
import type { SlipDesk } from '../../src/terminal/slip-desk.js';
import { FakeTime } from '../kit/time.js';

const WEEK_MS = 7 * 86_400_000;
const LOOK_MS = 60_000;

function world(settings: Partial<TerminalContext['settings']> = {}) {
  const time = new FakeTime();
  const clock = { code: 0, silent: false };
  const sales: { open: object | undefined } = { open: undefined };
  const shifts = { current: 1, openedAtMs: time.wallMs(), firstSaleMs: 0, isEmpty: () => false };
  const closed: (number | string)[] = [];
  const context = {
    settings: { closeShiftAfterMs: WEEK_MS, head: {}, ...settings },
    post: ({ run }: { run: () => void }) => run(),
    adapters: {
      clock: time,
      timers: time,
      log: { info: () => undefined, warn: () => undefined },
      journal: { shifts },
    },
    closeShift: ({ day }: { day?: string }) => {
      closed.push(day ?? shifts.current);
      shifts.openedAtMs = time.wallMs();
      shifts.current += 1;
      throw new Error('closed');
    },
  } as unknown as TerminalContext;
  const keeper = new ReadinessKeeper(context, {} as ProgramScreen, {} as OpeningKeeper);
  const shiftKeeper = new ShiftKeeper(context, sales as unknown as SaleProcessor, keeper, {} as SlipDesk);
  shiftKeeper.start();
  /** @returns which shifts were closed at the looks that fall due */
  const looks = (count: number): (number | string)[] => {
    for (let look = 0; look < count; look += 1) {
      if (!clock.silent) keeper.take('clock', { code: clock.code, detail: '', atMs: time.monoMs() });
      try {
        time.advance(LOOK_MS);
      } catch (thrown) {
        if ((thrown as Error).message !== 'closed') throw thrown;
      }
    }
    return closed.splice(0);
  };
  return { time, clock, keeper, sales, shifts, looks };
}

it('closes a shift that has been open for a week at the second look that finds it so', () => {
  const { shifts, time, looks } = world();
  expect(looks(3)).toEqual([]);
  shifts.openedAtMs = time.wallMs() - WEEK_MS;
  expect([looks(1), looks(1)]).toEqual([[], [1]]);
});

it('closes none while the clock is not known to be right, under a sale, or where nothing was sold', () => {
  const [wrong, busy, empty] = [world(), world(), world()];
  wrong.clock.code = 551;
  busy.sales.open = {};
  empty.shifts.isEmpty = () => true;
  for (const { time, shifts, looks } of [wrong, busy, empty]) {
    shifts.openedAtMs = time.wallMs() - WEEK_MS;
    expect(looks(5)).toEqual([]);
  }
});

it('closes none that a clock which jumped calls old for one look', () => {
  const { time, looks } = world();
  const right = time.wallMs();
  time.setWall(right + 10 * WEEK_MS);
  expect(looks(1)).toEqual([]);
  time.setWall(right + LOOK_MS);
  expect(looks(5)).toEqual([]);
});

const DAY_MS = 86_400_000;
/** 07:00 on a Tuesday in Jakarta. */
const MORNING_MS = Date.UTC(2026, 11, 1);
const AT_NIGHT = { minute: 23 * 60 + 30, zone: 'WIB' } as const;

function nightly() {
  const made = world({ closeShiftAt: AT_NIGHT, closeShiftAfterMs: undefined as never });
  const { time, shifts } = made;
  time.setWall(MORNING_MS);
  Object.assign(shifts, { openedAtMs: MORNING_MS - 7 * 3_600_000, firstSaleMs: MORNING_MS });
  return made;
}

it('closes a shift each day at its set time, once, and names the day', () => {
  const { time, shifts, looks } = nightly();
  // To 23:30, the look that finds it, and the one that is sure.
  expect(looks(16 * 60 + 29)).toEqual([]);
  expect(looks(2)).toEqual(['2026-12-01']);
  expect(looks(60)).toEqual([]);
  shifts.firstSaleMs = time.wallMs();
  expect(looks(23 * 60)).toEqual(['2026-12-02']);
});

it('closes once for the days that a terminal was off, under the day on which was sold', () => {
  const { time, looks } = nightly();
  time.setWall(MORNING_MS + 9 * DAY_MS);
  expect(looks(120)).toEqual(['2026-12-01']);
});

it('closes no shift whose first sale came after its set time, however long it had been empty', () => {
  const { time, shifts, looks } = nightly();
  const day = MORNING_MS + 9 * DAY_MS;
  time.setWall(day);
  shifts.firstSaleMs = day;
  expect(looks(120)).toEqual([]);
});

it('closes no second shift on its day for a sale of before that ended after the close', () => {
  const { time, shifts, looks } = nightly();
  looks(16 * 60 + 31);
  shifts.firstSaleMs = time.wallMs() - 3_600_000;
  expect(looks(120)).toEqual([]);
});

it('closes none by a clock that jumps while the gateway is silent, and goes on when the gateway agrees', () => {
  const { time, clock, looks } = nightly();
  expect(looks(1)).toEqual([]);
  clock.silent = true;
  const right = time.wallMs();
  time.setWall(right + DAY_MS);
  expect(looks(10)).toEqual([]);
  // 1970, and back: still as the running clock has it.
  time.setWall(0);
  expect(looks(10)).toEqual([]);
  time.setWall(right + 20 * 60_000);
  expect(looks(16 * 60 + 9)).toEqual([]);
  expect(looks(3)).toEqual(['2026-12-01']);
});

it('closes none by a clock that jumps between the word of the gateway and the first look, after which it is silent', () => {
  const { time, clock, keeper, looks } = nightly();
  keeper.take('clock', { code: 0, detail: '', atMs: time.monoMs() });
  clock.silent = true;
  time.setWall(time.wallMs() + DAY_MS);
  expect(looks(10)).toEqual([]);
});

it('closes at the next set time a shift that a clock which was years ahead has opened', () => {
  const { time, shifts, looks } = nightly();
  shifts.openedAtMs = time.wallMs() + 3_000 * DAY_MS;
  expect(looks(16 * 60 + 29)).toEqual([]);
  expect(looks(2)).toEqual(['2026-12-01']);
});

it.each([
  [3 * 60, '2026-11-30'],
  [0, '2026-11-30'],
  [12 * 60, '2026-12-01'],
  [11 * 60 + 59, '2026-11-30'],
])('a set time in the morning ends the day before: minute %i', (minute, day) => {
  // Opened at 15:00 on the last of November, in Jayapura; an hour before midnight on the next.
  expect(dayOver({ minute, zone: 'WIT' }, Date.UTC(2026, 10, 30, 6), Date.UTC(2026, 11, 1, 14))).toBe(day);
});
