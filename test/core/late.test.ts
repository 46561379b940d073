import { expect, it } from 'vitest';
import { LATE_LOOKS_MS } from '../../src/core/sale/late.js';
import { lateDueMs, type Sale } from '../../src/core/sale/sale.js';
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
  const notified = stepped(sale, { type: 'notified', hint: 'settlement' }, 10).sale;
  expect(lateDueMs(notified)).toBeNull();
  expect(lateDueMs(stepped(notified, says(sale, 'cancel'), 10).sale)).toBe(HOUR);
});

const YEAR = 365 * 24 * HOUR;
it.each([
  ['years ahead', 20 * YEAR],
  ['years behind', -20 * YEAR],
])('loses no look to a clock that was %s: what it put off or brought near is put anew', (_what, wrongMs) => {
  let sale = watched();
  const looksAt = (nowMs: number): void => {
    sale = stepped(sale, says(sale, 'cancel'), nowMs).sale;
  };
  for (let start = 0; start < 10; start += 1) {
    looksAt(wrongMs + start * HOUR);
    looksAt(start * HOUR);
  }
  expect(sale.state).toMatchObject({ late: { looks: 0, dueMs: 10 * HOUR } });
});

it('watches a QR that was shown, whatever the word is that ended it', () => {
  const shown = awaiting();
  for (const word of ['deny', 'failure'] as const) {
    const over = stepped(shown, says(shown, word)).sale;
    expect(over.state).toMatchObject({ at: 'closed', how: 'denied', watch: { looks: 0 } });
    expect(stepped(over, says(over, 'settlement')).sale.state).toMatchObject({ why: 'lateSettlement' });
    expect(lateDueMs([1, 2, 3].reduce((sale) => stepped(sale, says(sale, word)).sale, over))).toBe(HOUR);
  }
});
