import { expect, it } from 'vitest';
import { RateWindow } from '../../src/host/rate-window.js';
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

it('remembers ten thousand names, and forgets the one that was heard of longest ago', () => {
  const window = new RateWindow(1, new FakeTime());
  for (let i = 0; i < 10_000; i += 1) expect(window.admit(`n${i}`)).toBe(true);
  expect(window.admit('n0')).toBe(false);
  expect(window.admit('one more')).toBe(true);
  expect(window.admit('n0')).toBe(false);
  expect(window.admit('n1')).toBe(true);
});
