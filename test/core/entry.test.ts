import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS, type Key } from '../../src/base/key.js';
import { rupiah } from '../../src/base/rupiah.js';
import { type Entry, press } from '../../src/core/entry.js';

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

describe('typing an amount', () => {
  it.each<[readonly Key[], number]>([
    [['1', '5', '0', '0', '0', 'enter'], 15_000],
    [['1', '5', '000', 'enter'], 15_000],
    [['0', '0', '7', '00', 'enter'], 700],
    [['1', '2', 'back', '5', '000', 'enter'], 15_000],
    [['9', 'clear', '2', '00', 'enter'], 200],
    [['1', '0', '0', '0', '0', '0', '0', '0', '0', 'enter'], 10_000_000],
  ])('%j enters %i', (keys, amount) => {
    expect(type(keys)).toEqual({ kind: 'entered', amount });
  });

  it('takes no key that would make it larger than allowed, and says so', () => {
    expect(type(['1', '000', '000', '00'])).toMatchObject({
      kind: 'typing',
      entry: { amount: 1_000_000 },
      hint: 'tooLarge',
    });
  });

  it('does not confirm less than the least amount', () => {
    expect(type(['9', '9', 'enter'])).toMatchObject({ kind: 'typing', hint: 'tooSmall' });
  });

  it('takes Enter, Clear and Back without an amount for nothing', () => {
    for (const key of ['enter', 'clear', 'back', 'cancel', '0', '000'] as const)
      expect(type([key])).toEqual({ kind: 'none' });
  });

  it('enters what the digits say, whatever is pressed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS)), (keys) => {
        const outcome = type(keys);
        if (outcome.kind === 'entered') {
          expect(outcome.amount).toBeGreaterThanOrEqual(LIMITS.min);
          expect(outcome.amount).toBeLessThanOrEqual(LIMITS.max);
        }
      }),
    );
  });
});
