import { describe, expect, it } from 'vitest';
import { FAULT, FAULTS, faultOf, textOf } from '../../src/core/fault/table.js';
import { FAULTS as OLD } from '../../src/core/fault-table.js';
import { sourceFiles } from './source.js';

const rows = Object.entries(FAULTS);
const files = sourceFiles();

describe('the table of faults', () => {
  it('has each number and each name once', () => {
    const numbers = rows.map(([, { number }]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const declared = files
      .filter(({ path }) => path.startsWith('src/core/fault/'))
      .flatMap(({ text }) =>
        [...text.matchAll(/^ {4}number: (\d+),$/gm)].map(([, number]) => Number(number)),
      );
    expect(declared.sort()).toEqual(numbers.sort());
    expect(declared.every((number) => number >= 100 && number <= 999)).toBe(true);
  });

  it('says each thing in one short sentence, in both languages, with cause and remedy', () => {
    for (const [name, { says, cause, remedy }] of rows) {
      for (const words of [says.id, says.en, cause.id, cause.en, remedy.id, remedy.en])
        expect(words, name).toMatch(/^\S.*[^\s.][.?]$/);
      expect(Math.max(says.id.length, says.en.length), name).toBeLessThan(70);
      for (const { id, en } of [cause, remedy])
        expect(Math.max(id.length, en.length), name).toBeLessThan(130);
      expect(cause.id, name).not.toBe(cause.en);
      expect(says.id, name).not.toBe(says.en);
    }
  });

  it('names no number that it has not', () => {
    const named = rows.flatMap(([, { cause, remedy }]) =>
      [cause.id, cause.en, remedy.id, remedy.en].flatMap((words) =>
        [...words.matchAll(/\bE(\d{3})\b/g)].map(([, number]) => Number(number)),
      ),
    );
    expect(named.filter((number) => !Object.values<number>(FAULT).includes(number))).toEqual([]);
  });

  it('says what the table before it said', () => {
    for (const [number, { id, en }] of Object.entries(OLD))
      expect(textOf(Number(number)), number).toEqual({ id, en });
  });

  it('has a general sentence for a number of somebody else', () => {
    expect(faultOf(FAULT.qrMismatch).says.en).toBe('The QR code does not match the amount.');
    expect(textOf(999).en).toBe('Out of order. Please ask the staff.');
  });
});

it('has words for every fault number that the code uses', () => {
  const used = new Map<number, string>();
  for (const { path, text } of files)
    for (const match of text.matchAll(/\bcode: (\d{3})\b|\bE(\d{3}) /g))
      used.set(Number(match[1] ?? match[2]), path);
  const known = new Set<number>(Object.values(FAULT));
  const wordless = [...used].filter(([code]) => !known.has(code));
  expect(wordless).toEqual([]);
});
