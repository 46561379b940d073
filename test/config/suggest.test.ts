import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/config/suggest.js';

describe('the distance of two names', () => {
  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('life', 'lief')).toBe(1);
    expect(editDistance('timeout', 'timout')).toBe(1);
    expect(editDistance('port', 'part')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is the same both ways, zero only for equal names, and never more than the longer one', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_'), maxLength: 8 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('the nearest name', () => {
  it('is the one with the fewest mistakes', () => {
    expect(nearest('hots', ['port', 'host', 'hosts'])).toBe('host');
    expect(nearest('expiry', ['custom_expiry_seconds', 'url'])).toBeUndefined();
    expect(nearest('custom_expiry', ['custom_expiry_seconds', 'url'])).toBe('custom_expiry_seconds');
  });

  it('is none where nothing is near', () => {
    expect(nearest('x', ['y', 'xy'])).toBeUndefined();
    expect(nearest('colour', ['port', 'host'])).toBeUndefined();
    expect(nearest('a'.repeat(50), ['a'.repeat(49)])).toBeUndefined();
  });
});
