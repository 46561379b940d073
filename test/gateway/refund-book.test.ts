import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { RefundBook } from '../../src/relay/refund-book.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

const LIMITS = { maxADay: rupiah(1_000_000_000), maxADayOfTerminal: rupiah(1_000_000_000) };
const refund = (i: number) => ({ terminal: 'T1', orderId: `T1-${i}`, refundKey: 'R1', amount: 1 });

it('writes two thousand refunds a day and no more, so that refunds of one rupiah fill nothing', () => {
  const lines: string[] = [];
  const clock = new FakeTime();
  const book = () =>
    new RefundBook(
      LIMITS,
      { past: [...lines], append: (line) => void lines.push(line) },
      clock,
      new KeptLog(),
    );
  const first = book();
  for (let i = 0; i < 2_000; i += 1) expect(first.admit(refund(i))).toBeUndefined();
  expect(first.admit(refund(2_000))).toBe('2000 refunds a day');
  expect(first.admit(refund(5))).toBeUndefined();
  expect(book().admit(refund(2_000))).toBe('2000 refunds a day');
  clock.advance(86_400_000);
  expect(book().admit(refund(2_000))).toBeUndefined();
  expect(lines).toHaveLength(2_001);
});

describe('beside others', () => {
  const limits = { maxADay: rupiah(1_000_001), maxADayOfTerminal: rupiah(500_001) };
  const books = (count: number, heard = count) => {
    const lines: string[] = [];
    const append = (line: string): void => void lines.push(line);
    const book = () =>
      new RefundBook(
        { ...limits, relays: count, relaysHeard: () => heard },
        { past: [], append },
        new FakeTime(),
        new KeptLog(),
      );
    const sent = () => lines.map((line) => (JSON.parse(line) as { amount: number }).amount);
    return { all: Array.from({ length: count }, book), sum: () => sent().reduce((a, b) => a + b, 0) };
  };

  it.each([2, 3, 7])('%i relays never give more than the limits, whichever is asked', (count) => {
    const { all, sum } = books(count);
    for (let i = 0; i < 400; i += 1)
      for (const book of all) book.admit({ ...refund(i), terminal: 'T1', amount: 10_000 });
    expect(sum()).toBeLessThanOrEqual(500_001);
    expect(sum()).toBeGreaterThan(400_000);
    for (let i = 0; i < 4_000; i += 1)
      all[i % count]?.admit({ ...refund(i), orderId: `T${i}-1`, terminal: `T${i % 50}`, amount: 5_000 });
    expect(sum()).toBeLessThanOrEqual(1_000_001);
    expect(sum()).toBeGreaterThan(900_000);
    expect(all[0]?.admit({ ...refund(9_999), terminal: 'T9', amount: 500_001 })).toMatch(
      /at each of \d relays$/,
    );
  });

  it('a relay that hears more of them than were stated gives nothing, and what it gave before again', () => {
    const { all, sum } = books(1, 1);
    expect(all[0]?.admit(refund(1))).toBeUndefined();
    const crowded = books(2, 3);
    expect(() => crowded.all[0]?.admit(refund(1))).toThrow('E783 3 relays at the broker, limits.relays is 2');
    expect([sum(), crowded.sum()]).toEqual([1, 0]);
  });
});

it('reads what a power cut left of its lines, and counts what can be read', () => {
  const line = (amount: unknown) =>
    JSON.stringify({ at: '2026-11-22T04:59:00.000Z', terminal: 'T1', order: 'T1-X', key: 'K', amount });
  const limits = { maxADay: rupiah(100), maxADayOfTerminal: rupiah(100) };
  const past = ['', '{"at":"2026', 'null', line('60'), line(60), '{"at":"never","amount":5}'];
  const book = new RefundBook(limits, { past, append: () => undefined }, new FakeTime(), new KeptLog());
  expect(book.admit({ ...refund(1), amount: 41 })).toMatch(/a day of terminal T1$/);
  expect(book.admit({ ...refund(1), amount: 40 })).toBeUndefined();
});
