import { expect, it } from 'vitest';
import { FAULTS } from '../../src/core/fault-table.js';
import { sourceFiles } from './source.js';

/** Numbers that only a configuration file's own checker says, with words of its own. */
const CONFIG = new Set(Array.from({ length: 10 }, (_, n) => 900 + n));

it('has words, in both languages and for the technician, for every fault number that the code uses', () => {
  const used = new Map<number, string>();
  for (const { path, text } of sourceFiles())
    for (const match of text.matchAll(/\bcode: (\d{3})\b|\bE(\d{3}) /g))
      used.set(Number(match[1] ?? match[2]), path);
  const wordless = [...used].filter(([code]) => FAULTS[code] === undefined && !CONFIG.has(code));
  expect(wordless).toEqual([]);
});

it('says each thing in one short sentence', () => {
  for (const [code, { id, en, remedy }] of Object.entries(FAULTS)) {
    expect([code, id.endsWith('.'), en.endsWith('.'), remedy.length > 5]).toEqual([code, true, true, true]);
    expect(Math.max(id.length, en.length)).toBeLessThan(70);
  }
});
