import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import type { OperatorChange } from '../../src/journal/operators.js';

let directory: string;
let journal: Journal;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-operators-'));
  journal = new Journal({ directory, wallMs: 1, version: 'test' });
});
afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true });
});

function write(operator: OperatorChange): void {
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: {} }], operator });
}

function reopen(): void {
  journal.close();
  journal = new Journal({ directory, wallMs: 1, version: 'test' });
}

const begun = (operator: string, number: number): OperatorChange => {
  return { change: 'begun', operator, number, command: 'restart', atMs: 5 };
};

it('a number is used once by its operator, in whatever order they come, over restarts', () => {
  for (const number of [20, 10, 30]) write({ change: 'refused', operator: 'sri', number });
  reopen();
  expect([10, 20, 30].map((number) => journal.operators.isUsed('sri', number))).toEqual([true, true, true]);
  expect([9, 15, 31].map((number) => journal.operators.isUsed('sri', number))).toEqual([false, false, false]);
  expect(journal.operators.isUsed('budi', 10)).toBe(false);
  expect(journal.operators.isUsed('sr', 10)).toBe(false);
});

it('what is older than the last 64 is taken no more, seen or not: nothing is forgotten into being new', () => {
  for (let number = 2; number <= 140; number += 2) write({ change: 'refused', operator: 'sri', number });
  reopen();
  // 70 were there; 12 is the newest that is not remembered one by one.
  for (const number of [1, 2, 11, 12, 14, 140]) expect(journal.operators.isUsed('sri', number)).toBe(true);
  for (const number of [13, 15, 139, 141]) expect(journal.operators.isUsed('sri', number)).toBe(false);
});

it('what was begun and not ended is known after a restart, and used up', () => {
  write(begun('sri', 1));
  write(begun('sri', 2));
  write(begun('sri.x', 1));
  write({ change: 'ended', operator: 'sri', number: 2 });
  reopen();
  expect(journal.operators.begun()).toEqual([
    { operator: 'sri', number: 1, command: 'restart', atMs: 5 },
    { operator: 'sri.x', number: 1, command: 'restart', atMs: 5 },
  ]);
  expect(journal.operators.isUsed('sri', 1)).toBe(true);
  write({ change: 'ended', operator: 'sri', number: 1 });
  expect(journal.operators.begun()).toHaveLength(1);
});
