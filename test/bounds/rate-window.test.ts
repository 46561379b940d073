import { expect, it } from 'vitest';
import { RateWindow } from '../../src/bounds/rate-window.js';
import { FakeTime } from '../kit/time.js';

it('admits so many a minute and name, as a window that slides', () => {
  const clock = new FakeTime();
  const window = new RateWindow(2, clock);
  expect([window.admit('a'), window.admit('a'), window.admit('a'), window.admit('b')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  clock.advance(59_999);
  expect(window.admit('a')).toBe(false);
  clock.advance(1);
  expect([window.admit('a'), window.admit('a'), window.admit('a')]).toEqual([true, true, false]);
});

it('counts one thing once a minute: it passes again, also where the limit is reached', () => {
  const clock = new FakeTime();
  const window = new RateWindow(2, clock);
  const passes = (...orders: string[]) => orders.map((order) => window.admit('T1', order));
  expect(passes('a', 'a', 'b', 'c', 'a', 'b')).toEqual([true, true, true, false, true, true]);
  clock.advance(60_000);
  // A repeat did not make its minute longer.
  expect(passes('c', 'd', 'a')).toEqual([true, true, false]);
});

it('remembers ten thousand names, and forgets the one that was heard of longest ago', () => {
  const window = new RateWindow(1, new FakeTime());
  for (let i = 0; i < 10_000; i += 1) expect(window.admit(`n${i}`)).toBe(true);
  expect(window.admit('n0')).toBe(false);
  expect(window.admit('one more')).toBe(true);
  expect(window.admit('n0')).toBe(false);
  expect(window.admit('n1')).toBe(true);
});
