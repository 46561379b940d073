import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS, type Key } from '../../src/base/key.js';
import { rupiah } from '../../src/base/rupiah.js';
import { type Entry, press } from '../../src/core/source/entry.js';

const LIMITS = { min: rupiah(100), max: rupiah(10_000_000) };

function type(keys: readonly Key[]): ReturnType<typeof press> {
  let entry: Entry | undefined;
  let outcome: ReturnType<typeof press> = { kind: 'none' };
  for (const key of keys) {
    outcome = press(entry, 'pad', key, LIMITS);
    entry = outcome.kind === 'typing' ? outcome.entry : undefined;
  }
  return outcome;
}

/** What a person has typed: every digit counts, and backspace takes the last. */
function counted(keys: readonly Key[]): number {
  let digits = '';
  let full = false;
  for (const key of keys.slice(0, -1)) {
    const clears = key === 'clear' || key === 'cancel' || (key === 'back' && full);
    if (clears || (key === 'enter' && !full && Number(digits) >= LIMITS.min)) [digits, full] = ['', false];
    else if (key === 'back') digits = String(Math.floor(Number(digits) / 10));
    else if (key !== 'enter') digits += key;
    full ||= Number(digits) > LIMITS.max;
  }
  return Number(digits);
}

describe('typing an amount', () => {
  it.each<[readonly Key[], number]>([
    [['1', '5', '0', '0', '0', 'enter'], 15_000],
    [['1', '5', '000', 'enter'], 15_000],
    [['0', '0', '7', '00', 'enter'], 700],
    [['1', '2', 'back', '5', '000', 'enter'], 15_000],
    [['9', 'clear', '2', '00', 'enter'], 200],
    [['1', '0', '0', '0', '0', '0', '0', '0', 'enter'], 10_000_000],
  ])('%j enters %i', (keys, amount) => {
    expect(type(keys)).toEqual({ kind: 'entered', amount });
  });

  it('is no amount any more once a digit has found no room, until it is cleared: it says so, and OK sells nothing', () => {
    const cut = { kind: 'typing', entry: { amount: 15_000, cut: true }, hint: 'tooLarge' };
    const keys = ['1', '5', '000', '000'] as const;
    expect(type(keys)).toMatchObject(cut);
    for (const more of [['enter'], ['enter', 'enter'], ['1'], ['1', 'enter'], ['000', '0', 'enter']] as const)
      expect(type([...keys, ...more])).toMatchObject(cut);
    for (const clears of ['clear', 'cancel', 'back'] as const) {
      expect(type([...keys, clears])).toEqual({ kind: 'none' });
      expect(type([...keys, clears, '7', '000', 'enter'])).toEqual({ kind: 'entered', amount: 7_000 });
    }
  });

  it('does not confirm less than the least amount', () => {
    expect(type(['9', '9', 'enter'])).toMatchObject({ kind: 'typing', hint: 'tooSmall' });
  });

  it('says that there is no amount where Enter is pressed on nothing or on zeros', () => {
    for (const keys of [
      ['enter'],
      ['0', 'enter'],
      ['000', '0', 'enter'],
      ['5', 'back', 'enter'],
      ['enter', 'enter'],
    ] as const)
      expect(type(keys)).toMatchObject({ kind: 'typing', entry: { amount: 0 }, hint: 'noAmount' });
    expect(type(['enter', '7', '000', 'enter'])).toEqual({ kind: 'entered', amount: 7_000 });
    for (const key of ['clear', 'cancel', 'back', '0'] as const)
      expect(type(['enter', key])).toEqual({ kind: 'none' });
  });

  it('takes Clear and Back without an amount for nothing', () => {
    for (const key of ['clear', 'back', 'cancel', '0', '000'] as const)
      expect(type([key])).toEqual({ kind: 'none' });
  });

  it('enters what the digits say, whatever is pressed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS)), (keys) => {
        const outcome = type(keys);
        if (outcome.kind === 'entered') {
          // Whoever counts along with the keys since the last clearing comes to the same.
          expect(outcome.amount).toBe(counted(keys));
          expect(outcome.amount).toBeGreaterThanOrEqual(LIMITS.min);
          expect(outcome.amount).toBeLessThanOrEqual(LIMITS.max);
        }
      }),
    );
  });
});
