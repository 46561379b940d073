import { expect, it } from 'vitest';
import type { TerminalContext } from '../../src/terminal/context.js';
import type { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';
import type { SaleProcessor } from '../../src/terminal/sale-processor.js';
import { ShiftKeeper } from '../../src/terminal/shift-keeper.js';
import type { SlipDesk } from '../../src/terminal/slip-desk.js';
import { FakeTime } from '../kit/time.js';

const WEEK_MS = 7 * 86_400_000;
const LOOK_MS = 60_000;

function world() {
  const time = new FakeTime();
  const keeper = { clockGood: true };
  const sales: { open: object | undefined } = { open: undefined };
  const shifts = { current: 1, openedAtMs: time.wallMs(), isEmpty: () => false };
  const closed: number[] = [];
  const context = {
    settings: { closeShiftAfterMs: WEEK_MS, head: {} },
    post: ({ run }: { run: () => void }) => run(),
    adapters: {
      clock: time,
      timers: time,
      log: { info: () => undefined },
      journal: {
        shifts,
        closeShift: () => {
          closed.push(shifts.current);
          throw new Error('closed');
        },
      },
    },
  } as unknown as TerminalContext;
  const shiftKeeper = new ShiftKeeper(
    context,
    sales as unknown as SaleProcessor,
    keeper as unknown as ReadinessKeeper,
    {} as SlipDesk,
  );
  shiftKeeper.start();
  /** @returns which shifts were closed at the looks that fall due */
  const looks = (count: number): number[] => {
    for (let look = 0; look < count; look += 1) {
      try {
        time.advance(LOOK_MS);
      } catch (thrown) {
        if ((thrown as Error).message !== 'closed') throw thrown;
      }
    }
    return closed.splice(0);
  };
  return { time, keeper, sales, shifts, looks };
}

it('closes a shift that has been open for a week at the second look that finds it so', () => {
  const { shifts, time, looks } = world();
  expect(looks(3)).toEqual([]);
  shifts.openedAtMs = time.wallMs() - WEEK_MS;
  expect([looks(1), looks(1)]).toEqual([[], [1]]);
});

it('closes none while the clock is not known to be right, under a sale, or where nothing was sold', () => {
  const [wrong, busy, empty] = [world(), world(), world()];
  wrong.keeper.clockGood = false;
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
