import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderId, ulid } from '../../src/base/ids.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { Journal } from '../../src/journal/journal.js';
import { LATE_SQL } from '../../src/journal/statements.js';
import type { TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import { LATE_PACE_MS, LateLooker } from '../../src/terminal/late-looker.js';
import { StatusCalls } from '../../src/terminal/status-calls.js';
import { evidence, newSale, terminalId } from '../core/world.js';
import { TurnedClock } from '../story/kit/clock.js';

const SALES = 2_000;
const DAY_MS = 86_400_000;

let directory: string;
let journal: Journal;
let clock: TurnedClock;
let asked: { orderId: string; atMs: number }[];
let told: TerminalEvent[];
let says: 'cancel' | 'settlement';
let looker: LateLooker;
let statusCalls: StatusCalls;
let gatewayGood: boolean;
let clockGood: boolean;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-late-'));
  clock = new TurnedClock(() => false);
  journal = new Journal({ directory, wallMs: clock.wallMs(), version: 'test' });
  [asked, told, says, gatewayGood, clockGood] = [[], [], 'cancel', true, true];
  statusCalls = new StatusCalls(clock);
  looker = new LateLooker(context(), { gateway: () => gatewayGood, clock: () => clockGood });
});

afterEach(() => {
  looker.stop();
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function context(): TerminalContext {
  const gateway = {
    status: async (id: string) => {
      asked.push({ orderId: id, atMs: clock.monoMs() });
      const sale = journal.sale(id);
      if (sale === undefined) throw new Error(`asked about ${id}`);
      return { kind: 'evidence', evidence: evidence(sale, says) } as const;
    },
  };
  const post = (event: TerminalEvent): void => {
    if (event.on === 'command') event.run();
    else told.push(event);
  };
  const parts = {
    adapters: { journal, clock, timers: clock, gateway },
    statusCalls,
    post,
    endOnRejection: (work: Promise<void>) => void work,
  };
  return parts as unknown as TerminalContext;
}

/** Closed and watched to its end; the next look is due `inMs`. */
function put(invoice: number, inMs: number): Sale {
  const at = Uint8Array.from({ length: 10 }, (_, n) => (n > 7 ? (invoice >> (8 * (9 - n))) & 255 : 0));
  const late = { looks: 0, dueMs: clock.wallMs() + inMs };
  const sale: Sale = {
    ...newSale().sale,
    orderId: orderId(terminalId(), ulid(1, at)),
    invoice,
    state: { at: 'closed', how: 'cancelled', late },
  };
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales: [sale] });
  return sale;
}

it('looks once at each of thousands of closed sales after a start, at a pace, newest first, and writes nothing of it', async () => {
  for (let n = 1; n <= SALES; n += 1) put(n, 2 * DAY_MS);
  looker.start();
  await clock.advance(60_000);
  expect(asked.length).toBe(60_000 / LATE_PACE_MS);
  await clock.advance(SALES * LATE_PACE_MS + 120_000);
  expect(new Set(asked.map((one) => one.orderId)).size).toBe(SALES);
  expect(asked.length).toBe(SALES);
  expect(asked[0]?.orderId).toBe(journal.saleByInvoice(SALES)?.orderId);
  expect(told).toEqual([]);
}, 300_000);

it('looks at all of them again after a shift was closed, and tells of money', async () => {
  for (let n = 1; n <= 5; n += 1) put(n, 2 * DAY_MS);
  looker.start();
  await clock.advance(200_000);
  expect(asked.length).toBe(5);
  journal.shifts.close(clock.wallMs(), 'Sri');
  says = 'settlement';
  await clock.advance(200_000);
  expect(asked.length).toBe(10);
  expect(told.map((event) => event.on === 'sale' && event.event.type)).toEqual(
    Array(5).fill('statusAnswered'),
  );
});

it('asks about no sale more often than every 10 s, also while it stays due, and about none while the gateway is silent', async () => {
  const sale = put(1, -1);
  looker.start();
  await clock.advance(600_000);
  const times = asked.map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(10);
  for (const [n, atMs] of times.slice(1).entries())
    expect(atMs - (times[n] ?? 0)).toBeGreaterThanOrEqual(10_000);
  expect(told[0]).toMatchObject({ on: 'sale', orderId: sale.orderId });
  gatewayGood = false;
  await clock.advance(10_000);
  const before = asked.length;
  await clock.advance(600_000);
  expect(asked.length).toBe(before);
});

it('leaves a sale alone of which the terminal itself has asked within the last 10 s', async () => {
  const sale = put(1, -1);
  looker.start();
  await clock.advance(LATE_PACE_MS - 1_000);
  statusCalls.note(sale.orderId);
  const atMs = clock.monoMs();
  await clock.advance(60_000);
  expect((asked[0]?.atMs ?? 0) - atMs).toBeGreaterThanOrEqual(10_000);
});

it('takes nothing for due by a clock that is known to be wrong, and looks once at all of them nevertheless', async () => {
  put(1, -1);
  put(2, 30 * DAY_MS);
  clockGood = false;
  looker.start();
  await clock.advance(600_000);
  expect(asked.length).toBe(2);
  expect(told).toEqual([]);
  says = 'settlement';
  journal.shifts.close(clock.wallMs(), 'Sri');
  await clock.advance(200_000);
  expect(told.length).toBe(2);
});

it('finds what is due by an index, and nothing else', () => {
  put(1, 100);
  put(2, -100);
  put(3, 30 * DAY_MS);
  expect(journal.lateLooks.due(clock.wallMs())?.invoice).toBe(2);
  const done = journal.sale(journal.saleByInvoice(2)?.orderId ?? '');
  if (done === undefined) throw new Error('gone');
  const commit = { wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }] };
  journal.commit({ ...commit, sales: [{ ...done, state: { at: 'closed', how: 'cancelled' } }] });
  // A clock that was years ahead.
  expect(journal.lateLooks.due(clock.wallMs())?.invoice).toBe(3);
  expect([journal.lateLooks.before(3), journal.lateLooks.before(1)].map((sale) => sale?.invoice)).toEqual([
    1,
    undefined,
  ]);
  journal.close();
  const db = new Database(join(directory, 'journal.db'));
  for (const sql of [LATE_SQL.due, LATE_SQL.astray, LATE_SQL.before]) {
    const [plan] = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1) as { detail: string }[];
    expect(plan?.detail).toMatch(/^SEARCH sale USING INDEX sale_to_look_at/);
  }
  db.close();
  journal = new Journal({ directory, wallMs: 1, version: 'test' });
});
