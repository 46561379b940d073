import { describe, expect, it } from 'vitest';
import { FAULT, FAULTS, faultOf, faultText } from '../../src/core/fault/table.js';
import { bareFaults } from './bare-faults.js';
import { sourceFiles } from './source.js';

const rows = Object.entries(FAULTS);
const files = sourceFiles();

describe('the table of faults', () => {
  it('has each number and each name once', () => {
    const numbers = rows.map(([, { number }]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const declared = files
      .filter(({ path }) => path.startsWith('src/core/fault/'))
      .flatMap(({ text }) => [...text.matchAll(/: row\((\d+), \{$/gm)].map(([, number]) => Number(number)));
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

  it('has a general sentence for a number of somebody else', () => {
    expect(faultOf(FAULT.qrMismatch).says.en).toBe('The QR code does not match the amount.');
    expect(faultText(999).en).toBe('Out of order. Please ask the staff.');
  });
});

it('names faults by name: no bare number stands anywhere else', () => {
  expect(bareFaults(files)).toEqual([]);
});

it('has no fault that nothing tells of', () => {
  const told = new Set(files.flatMap(({ mentions }) => [...mentions]));
  expect(Object.keys(FAULT).filter((name) => !told.has(`FAULT.${name}`))).toEqual([]);
});
