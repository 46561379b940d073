import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GuestBook } from '../../src/identity/guest-book.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-guests-'));
  file = join(directory, 'at-broker');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('knows after a restart who came and did not go, by his newest token, and is short again', () => {
  const book = new GuestBook(file);
  book.entered('T1', { issuedAtS: 1, endsAtS: 10 });
  book.entered('T1', { issuedAtS: 1, endsAtS: 10 });
  book.entered('T2', { issuedAtS: 0, endsAtS: 0 });
  book.entered('T3', { issuedAtS: 3, endsAtS: 30 });
  book.entered('T1', { issuedAtS: 2, endsAtS: 20 });
  book.left('T3');
  book.left('T4');
  expect(readFileSync(file, 'utf8')).toBe('T1 1 10\nT2 0 0\nT3 3 30\nT1 2 20\nT3 gone\n');
  expect([...new GuestBook(file).guests]).toEqual([
    ['T1', { issuedAtS: 2, endsAtS: 20 }],
    ['T2', { issuedAtS: 0, endsAtS: 0 }],
  ]);
  expect(readFileSync(file, 'utf8')).toBe('T1 2 20\nT2 0 0\n');
});

it('reads over a line that a power cut left half, and what is written after it', () => {
  const book = new GuestBook(file);
  book.entered('T1', { issuedAtS: 1, endsAtS: 10 });
  appendFileSync(file, 'T2 17');
  book.entered('T3', { issuedAtS: 3, endsAtS: 30 });
  expect([...new GuestBook(file).guests.keys()]).toEqual(['T1', 'T3']);
});

it('keeps whose a guest is and by which token, and stays short while he comes with two in turn', () => {
  const book = new GuestBook(file);
  const listed = { issuedAtS: 0, endsAtS: 0, merchant: 'kopi', credential: 'a'.repeat(22) };
  book.entered('T2', listed);
  book.entered('T2', listed);
  for (let n = 0; n < 2_500; n += 1)
    book.entered('T1', { issuedAtS: n % 2, endsAtS: 10 + (n % 2), merchant: 'shop' });
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(1_010);
  expect([...new GuestBook(file).guests]).toEqual([
    ['T2', listed],
    ['T1', { issuedAtS: 1, endsAtS: 11, merchant: 'shop' }],
  ]);
});
