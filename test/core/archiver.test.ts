import { expect, it } from 'vitest';
import type { Moved } from '../../src/journal/archive.js';
import { Archiver } from '../../src/terminal/archiver.js';
import type { TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import type { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';
import type { SaleProcessor } from '../../src/terminal/sale-processor.js';

const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

function world(after: number | 'never' = 90 * DAY_MS) {
  const keeper = { clockGood: true, freeBytes: 1_000 * MIB };
  const sales: { open: object | undefined } = { open: undefined };
  const asked: number[] = [];
  const log: string[] = [];
  const readings: unknown[] = [];
  const nothing = (): void => undefined;
  const state = { answer: { kind: 'rest' } as Moved, waitsMs: 0, due: nothing };
  const context = {
    settings: { minFreeBytes: 64 * MIB, ...(after === 'never' ? {} : { archiveAfterMs: after }) },
    post: (event: TerminalEvent) => {
      if (event.on === 'command') event.run();
      else if (event.on === 'reading') readings.push([event.fact, event.reading.code, event.reading.detail]);
    },
    endOnRejection: (work: Promise<void>) => void work,
    adapters: {
      clock: { wallMs: () => 100 * DAY_MS, monoMs: () => 7 },
      log: { warn: (text: string) => log.push(text), info: (text: string) => log.push(text) },
      timers: {
        after: (ms: number, run: () => void) => {
          state.waitsMs = ms;
          state.due = run;
          return () => {
            state.due = nothing;
          };
        },
      },
      journal: {
        archive: {
          move: async (closedByMs: number) => {
            asked.push(closedByMs);
            return state.answer;
          },
        },
      },
    },
  } as unknown as TerminalContext;
  const archiver = new Archiver(
    context,
    sales as unknown as SaleProcessor,
    keeper as unknown as ReadinessKeeper,
  );
  archiver.start();
  const next = async (): Promise<void> => {
    state.due();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { keeper, sales, asked, log, readings, state, archiver, next };
}

it('moves what was closed long enough ago, one piece after the other until nothing is left', async () => {
  const { asked, state, next } = world();
  state.answer = { kind: 'moved', sales: 32 };
  await next();
  expect([asked, state.waitsMs]).toEqual([[10 * DAY_MS], 2_000]);
  state.answer = { kind: 'rest' };
  await next();
  expect(state.waitsMs).toBe(600_000);
});

it('waits for the end of a sale, and for a clock that is known to be right', async () => {
  const { keeper, sales, asked, next } = world();
  sales.open = {};
  await next();
  sales.open = undefined;
  keeper.clockGood = false;
  await next();
  expect(asked).toEqual([]);
  keeper.clockGood = true;
  await next();
  expect(asked).toHaveLength(1);
});

it('does not wait for age where the disk is nearly full, nor for a clock; and needs a little room itself', async () => {
  const { keeper, asked, next } = world();
  keeper.freeBytes = 127 * MIB;
  keeper.clockGood = false;
  await next();
  expect(asked).toEqual([Number.MAX_SAFE_INTEGER]);
  keeper.freeBytes = MIB - 1;
  await next();
  expect(asked).toHaveLength(1);
});

it('tells what the medium says by number, tries again later, and tells when it took something', async () => {
  const { readings, log, state, next } = world();
  state.answer = { kind: 'failed', why: 'no space' };
  await next();
  expect([readings.splice(0), state.waitsMs]).toEqual([[['archive', 721, 'no space']], 600_000]);
  // Rows that have nothing for it, and none that is old enough, say nothing of it.
  state.answer = { kind: 'passed' };
  await next();
  expect(state.waitsMs).toBe(2_000);
  state.answer = { kind: 'rest' };
  await next();
  expect([readings, state.waitsMs]).toEqual([[], 600_000]);
  state.answer = { kind: 'moved', sales: 0 };
  await next();
  expect([readings, log]).toEqual([[['archive', 0, 'takes what is moved']], []]);
});

it('moves nothing once it is stopped, and never where that is configured', async () => {
  const stopped = world();
  stopped.archiver.stop();
  await stopped.next();
  const never = world('never');
  await never.next();
  expect([...stopped.asked, ...never.asked]).toEqual([]);
});
