import { expect, it } from 'vitest';
import { type Fact, FRESH_MS } from '../../src/core/readiness.js';
import type { Adapters, TerminalContext } from '../../src/terminal/context.js';
import type { OpeningKeeper } from '../../src/terminal/opening-keeper.js';
import { ProgramScreen } from '../../src/terminal/program-screen.js';
import { ReadinessKeeper } from '../../src/terminal/readiness-keeper.js';
import { newSale } from './world.js';

it('does not wait for a program to show the QR of a sale that is not its own', async () => {
  const waits: number[] = [];
  const timers = { after: (ms: number) => () => waits.push(ms) };
  const register = { name: 'api', shows: () => true };
  const screen = new ProgramScreen({
    ...{ registers: [{ kind: 'api', register }], timers },
    clock: { monoMs: () => 0 },
  } as unknown as Adapters);
  for (const kind of ['keypad', 'vending'] as const)
    expect(await screen.seen(newSale(kind).sale)).toBe(false);
  const { sale } = newSale('api');
  const seen = screen.seen(sale);
  screen.shown(sale.orderId);
  expect(await seen).toBe(true);
});

/** Of a terminal with a screen, by a clock that the test turns. */
function keeperAt(monoMs: () => number, more: object = {}, printQr = false): ReadinessKeeper {
  const displays = [{ canShowQr: true }];
  const log = { info: () => undefined, warn: () => undefined };
  const adapters = { clock: { monoMs, wallMs: monoMs }, displays, log, ...more };
  return new ReadinessKeeper(
    { adapters, settings: { printQr } } as unknown as TerminalContext,
    new ProgramScreen({ registers: [] } as unknown as Adapters),
    { usual: 'keypad', bind: () => false } as unknown as OpeningKeeper,
  );
}

it('keeps no "ready" longer than its readings are fresh, whoever forgets to take new ones', () => {
  let nowMs = 1_000;
  const keeper = keeperAt(() => nowMs);
  for (const fact of ['journal', 'gateway', 'clock', 'screen'] as const)
    keeper.take(fact, { code: 0, detail: '', atMs: nowMs });
  expect(keeper.judge()).toMatchObject({ ready: true });
  const takenMs = nowMs;
  // Asked again and again, as the terminal does after each event.
  for (; nowMs <= takenMs + FRESH_MS.gateway; nowMs += 500) expect(keeper.judge().ready).toBe(true);
  nowMs = takenMs + FRESH_MS.gateway + 1;
  expect(keeper.judge()).toMatchObject({ ready: false, code: 550 });
  keeper.take('gateway', { code: 0, detail: '', atMs: nowMs });
  expect(keeper.judge().ready).toBe(true);
  keeper.take('gateway', { code: 560, detail: 'gone', atMs: nowMs });
  expect(keeper.judge()).toMatchObject({ ready: false, code: 560 });
});

it('gives the same yes while readings only become newer, and another one as soon as one of them says something else', () => {
  let nowMs = 1_000;
  const keeper = keeperAt(() => nowMs, { printer: {} }, true);
  const good = (...facts: readonly Fact[]): void => {
    for (const fact of facts) keeper.take(fact, { code: 0, detail: '', atMs: nowMs });
  };
  good('journal', 'gateway', 'clock', 'screen', 'paper');
  const yes = keeper.judge();
  const { changes } = keeper;
  for (let n = 0; n < 20; n += 1) {
    nowMs += FRESH_MS.paper / 2;
    good('journal', 'gateway', 'clock', 'paper');
    expect(keeper.judge()).toBe(yes);
  }
  expect(keeper.changes).toBe(changes);
  // Paper that nobody has asked about is noted, and no more once somebody has.
  nowMs += FRESH_MS.paper + 1;
  expect(keeper.judge()).toMatchObject({ ready: true, notes: [462] });
  good('paper');
  expect(keeper.judge()).toMatchObject({ ready: true, notes: [] });
  // What no sale needs changes no answer, and is told to the fleet all the same.
  const told = keeper.changes;
  good('machine');
  expect(keeper.changes).toBe(told + 1);
  keeper.take('machine', { code: 301, detail: 'gone', atMs: nowMs });
  expect(keeper.changes).toBe(told + 2);
  expect(keeper.judge()).toMatchObject({ ready: true, notes: [] });
});
