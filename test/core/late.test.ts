import { expect, it } from 'vitest';
import { FARTHEST_MS, LATE_LOOKS_MS } from '../../src/core/late.js';
import { lateDueMs, type Sale } from '../../src/core/sale.js';
import { awaiting, closed, decided, NO_ANSWER, says, stepped } from './world.js';

const HOUR = 3_600_000;
const unanswered = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } } as const;

/** Cancelled, and watched to its end at wall time 0. */
function watched(): Sale {
  let sale = stepped(awaiting(), { type: 'cancelAsked', by: 'pad' }).sale;
  sale = stepped(sale, closed(sale, 'cancel')).sale;
  for (let look = 0; look < 3; look += 1) sale = stepped(sale, says(sale, 'cancel')).sale;
  return sale;
}

it('looks for a week at a sale that is over, five times, and then leaves it to reconciliation', () => {
  let sale = watched();
  const looks: number[] = [];
  for (let due = lateDueMs(sale); due !== null; due = lateDueMs(sale)) {
    looks.push(due / HOUR);
    sale = stepped(sale, says(sale, 'cancel'), due).sale;
  }
  expect(looks).toEqual([1, 7, 31, 79, 175]);
  // The bound that README states.
  expect(LATE_LOOKS_MS.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(7 * 24 * HOUR);
});

it('owes a settlement that any of them finds', () => {
  const sale = watched();
  const owed = stepped(sale, says(sale, 'settlement'), 31 * HOUR).sale;
  expect(owed.state).toMatchObject({ at: 'owed', why: 'lateSettlement' });
  expect(lateDueMs(owed)).toBeNull();
});

it('repeats a look without an answer an hour later, and does not count it; one before its time neither', () => {
  const sale = watched();
  const silent = stepped(sale, unanswered, HOUR).sale;
  expect(silent.state).toMatchObject({ late: { looks: 0, dueMs: 2 * HOUR } });
  expect(decided(sale, says(sale, 'cancel'), 10).kind).toBe('ignored');
  const rang = stepped(sale, { type: 'rang', says: 'settlement' }, 10).sale;
  expect(lateDueMs(rang)).toBeNull();
  expect(lateDueMs(stepped(rang, says(sale, 'cancel'), 10).sale)).toBe(HOUR);
});

it('is due at once where a clock that was years ahead has put it off', () => {
  const sale = watched();
  const years = { ...sale, state: { ...sale.state, late: { looks: 1, dueMs: 3 * FARTHEST_MS } } } as Sale;
  expect(stepped(years, says(sale, 'cancel'), 0).sale.state).toMatchObject({
    late: { looks: 2, dueMs: 24 * HOUR },
  });
});
