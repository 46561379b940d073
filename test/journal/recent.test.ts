import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { orderId, ulid } from '../../src/base/ids.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { Journal } from '../../src/journal/journal.js';
import { Recent } from '../../src/journal/recent.js';
import { newSale, terminalId } from '../core/world.js';

let db: Database.Database;
let journal: Journal;
let made = 0;

const open = (): Journal =>
  new Journal({ directory: ':memory:', opened: db, wallMs: 1_000, version: 'test' });

beforeEach(() => {
  db = new Database(':memory:');
  journal = open();
  made = 0;
});

function sale(state: SaleState, before?: Sale): Sale {
  made += before === undefined ? 1 : 0;
  const bytes = Uint8Array.from({ length: 10 }, () => made);
  const fresh = { ...newSale().sale, orderId: orderId(terminalId(), ulid(1, bytes)), invoice: made };
  return { ...(before ?? fresh), state };
}

function put(one: Sale, on = journal): Sale {
  on.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales: [one] });
  return one;
}

const CHARGING: SaleState = { at: 'charging' };
const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const OWED: SaleState = { at: 'owed', why: 'lateSettlement', sinceMs: 1 };
const REFUSED: SaleState = { at: 'refused', code: 502 };

describe('what the journal keeps in memory', () => {
  it('is every open sale, and of those that are over the newest 64', () => {
    const recent = new Recent();
    const first = sale(CHARGING);
    recent.keep(first);
    const over = Array.from({ length: 65 }, () => sale(DELIVERED));
    for (const one of over) recent.keep(one);
    expect(over.filter(({ orderId: id }) => recent.get(id) === undefined)).toEqual([over[0]]);
    expect(recent.open()).toEqual([first]);
  });

  it('is never ahead of the disk: a commit that fails has changed nothing', () => {
    const first = put(sale(CHARGING));
    expect(journal.nextInvoice()).toBe(2);
    db.pragma('query_only = ON');
    expect(() => put(sale(DELIVERED, first))).toThrow('E711');
    expect(() => put(sale(CHARGING))).toThrow('E711');
    db.pragma('query_only = OFF');
    expect(journal.sale(first.orderId)?.state).toEqual(CHARGING);
    expect(journal.openSales().map(({ invoice }) => invoice)).toEqual([1]);
    expect(journal.nextInvoice()).toBe(2);
    expect(journal.shifts.owed()).toEqual({ count: 0, sum: 0 });
  });

  it('is what a new process reads from the disk, step by step', () => {
    const one = put(sale(CHARGING));
    const two = put(sale(OWED));
    put(sale({ at: 'closed', how: 'expired', watch: { looks: 0, misses: 0 } }, one));
    for (const each of [journal, open()]) {
      expect(each.openSales().map(({ invoice }) => invoice)).toEqual([1]);
      expect(each.sale(one.orderId)?.state).toMatchObject({ at: 'closed', watch: { looks: 0 } });
      expect(each.shifts.owed()).toEqual({ count: 1, sum: two.amount });
      expect(each.nextInvoice()).toBe(3);
    }
  });

  it('writes a step that stays where it was, too: what it says may be new', () => {
    const one = put(sale({ at: 'closed', how: 'expired', watch: { looks: 0, misses: 0 } }));
    put(sale({ at: 'closed', how: 'expired', watch: { looks: 1, misses: 0 } }, one));
    expect(open().sale(one.orderId)?.state).toMatchObject({ watch: { looks: 1 } });
  });

  it('lists open sales by their invoices, whatever was changed last', () => {
    const [one, two] = [put(sale(CHARGING)), put(sale(CHARGING))];
    put(sale({ at: 'charging' }, one));
    expect(journal.openSales().map(({ orderId: id }) => id)).toEqual([one.orderId, two.orderId]);
  });

  it('finds a sale that it has long forgotten, as it was and as it becomes', () => {
    const old = put(sale(OWED));
    expect(journal.shifts.owed().count).toBe(1);
    for (let i = 0; i < 100; i += 1) put(sale(REFUSED));
    expect(journal.sale(old.orderId)).toEqual(old);
    for (let i = 0; i < 100; i += 1) put(sale(REFUSED));
    put(sale({ at: 'resolved', how: 'other', by: 'Sri', atMs: 2, note: 'seen to' }, old));
    expect(journal.shifts.owed()).toEqual({ count: 0, sum: 0 });
    expect(open().sale(old.orderId)?.state.at).toBe('resolved');
  });

  it('counts a sale in the new shift as soon as one is closed', () => {
    put(sale(DELIVERED));
    expect(journal.shifts.close(2_000, 'Sri').number).toBe(1);
    const next = put(sale(DELIVERED));
    expect([journal.shifts.current, journal.shifts.ofSale(next.orderId)]).toEqual([2, 2]);
    expect(open().shifts.current).toBe(2);
  });
});
