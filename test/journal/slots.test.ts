import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import { newSale } from '../core/world.js';

let journal: Journal;

beforeEach(() => {
  journal = new Journal({ directory: ':memory:', wallMs: 1_000, version: 'test' });
});
afterEach(() => journal.close());

function word(item: string, failed: boolean, wallMs = 2_000): void {
  const events = [{ kind: 'test', body: null }];
  journal.commit({ wallMs, monoMs: 1, events, slot: { machine: 'vending', item, failed } });
}

it('counts failures in a row by slot, and a success ends them', () => {
  word('7', true);
  word('7', true, 3_000);
  word('8', true, 4_000);
  expect(journal.slots.failures('vending', '7')).toBe(2);
  expect(journal.slots.all()).toEqual([
    { machine: 'vending', item: '7', failures: 2, sinceMs: 2_000 },
    { machine: 'vending', item: '8', failures: 1, sinceMs: 4_000 },
  ]);
  word('7', false);
  expect(journal.slots.failures('vending', '7')).toBe(0);
});

it('finds a sale by its own reference, and never by a frame that stood for one', () => {
  const named = newSale('register', 15_000, 1, { reference: 'INV-1', own: true }).sale;
  const framed = { ...newSale('register', 15_000, 1, { reference: 'beef' }).sale, invoice: 2 };
  const sales = [named, { ...framed, orderId: 'T1-OTHER' as never }];
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales });
  expect(journal.saleByReference('register', 'register', 'INV-1')).toEqual(named);
  expect(journal.saleByReference('register', 'register', 'beef')).toBeUndefined();
  expect(journal.saleByReference('api', 'register', 'INV-1')).toBeUndefined();
});
