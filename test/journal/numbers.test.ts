import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseOrderId } from '../../src/base/ids.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { registerSale } from '../../src/core/source/register-result.js';
import { Journal } from '../../src/journal/journal.js';
import { evidence } from '../core/world.js';
import { MemoryArchive } from '../kit/memory-archive.js';
import { begin, created, DELIVERED, happen, sell } from './sold.js';

const TRANSACTION = 'e48447d1-cfa9-4b02-b163-2e915d4417ac';
const CROSS = '7326285a-c8f7-4758-b570-067e62fc661f';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-numbers-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function nth(n: number): Partial<Sale> {
  const orderId = parseOrderId(`T1-${String(n).padStart(26, '0')}`);
  if (orderId === undefined) throw new Error('no order id');
  return {
    orderId,
    invoice: n,
    source: { kind: 'register', name: 'till', reference: `Ref-${n}`, own: true },
  };
}

it("finds a sale by Midtrans' transaction id, the wallet's reference, the approval code and the register's own, also from the archive", async () => {
  const disk = new Database(':memory:');
  const open = (): Journal =>
    new Journal({
      ...{ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' },
      archive: new MemoryArchive(),
    });
  const journal = open();
  const sale = begin(journal, nth(1));
  const { orderId } = sale;
  expect(journal.salesByNumber('ref-1')[0]?.orderId).toBe(orderId);
  expect(journal.salesByNumber(TRANSACTION)).toEqual([]);
  happen({ journal, sale }, [created(sale)]);
  // Before it is paid, and whichever way it is written.
  expect(journal.salesByNumber(` ${TRANSACTION.toUpperCase()} `)[0]?.orderId).toBe(orderId);
  const paid = evidence(sale, 'settlement', { crossReference: CROSS });
  const said = { type: 'statusAnswered', outcome: { kind: 'evidence', evidence: paid } } as const;
  happen({ journal, sale: journal.sale(orderId) as Sale }, [said, DELIVERED]);
  expect(journal.salesByNumber(CROSS)[0]?.orderId).toBe(orderId);
  const approval = registerSale(journal.sale(orderId) as Sale).approvalCode;
  expect(approval).toMatch(/^\d{6}$/);
  expect(journal.salesByNumber(`${approval}   `)[0]?.orderId).toBe(orderId);
  expect(journal.salesByNumber('Ref-2')).toEqual([]);
  journal.shifts.close(2_000, 'test');
  while ((await journal.archive?.move(1_000_000))?.kind === 'moved');
  expect(disk.prepare('SELECT body FROM sale').pluck().get()).toBe('');
  const later = open();
  for (const number of [TRANSACTION, CROSS, approval, 'Ref-1'])
    expect([number, later.salesByNumber(number)[0]?.orderId]).toEqual([number, orderId]);
  expect(later.hasUnreadNumbers).toBe(false);
});

it('shows the newest of those that bear one number, and none for a digest that another number has as well', () => {
  const disk = new Database(':memory:');
  const journal = new Journal({ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' });
  for (const n of [1, 2, 3]) sell(journal, nth(n));
  expect(journal.salesByNumber(TRANSACTION)[0]?.invoice).toBe(3);
  disk.prepare('UPDATE OR REPLACE number SET invoice = 1 WHERE invoice = 2').run();
  expect(journal.salesByNumber('Ref-2')).toEqual([]);
});

it('gives the sales of an earlier version their numbers when somebody asks, some at a time, over restarts', () => {
  const path = join(directory, 'journal.db');
  writeFileSync(path, gunzipSync(readFileSync(join(import.meta.dirname, 'version-10/json.db.gz'))));
  const place = { directory, wallMs: 1_800_000_000_000, version: 'test' };
  const first = new Journal(place);
  expect(first.hasUnreadNumbers).toBe(true);
  const [old] = first.salesIn('delivered', 1) as [Sale];
  const transaction = old.evidence?.transactionId ?? '';
  const approval = registerSale(old).approvalCode;
  expect(first.salesByNumber(transaction)).toEqual([]);
  first.close();
  const second = new Journal(place);
  for (let turns = 0; second.hasUnreadNumbers && turns < 10; turns += 1) second.readNumbers();
  expect(second.hasUnreadNumbers).toBe(false);
  expect(second.salesByNumber(transaction)[0]?.orderId).toBe(old.orderId);
  second.close();
  const third = new Journal(place);
  expect(third.hasUnreadNumbers).toBe(false);
  expect(third.salesByNumber(transaction)[0]?.orderId).toBe(old.orderId);
  expect(third.salesByNumber(approval)[0]?.orderId).toBe(old.orderId);
  third.close();
});

it('reads the sales of before in steps, and no sale twice', () => {
  const disk = new Database(':memory:');
  const open = (): Journal =>
    new Journal({ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' });
  const journal = open();
  for (let n = 1; n <= 1_200; n += 1) begin(journal, nth(n));
  disk.prepare('DELETE FROM number').run();
  disk.prepare("INSERT INTO meta(key, value) VALUES ('numbers_unread', '1200')").run();
  let turns = 0;
  while (journal.hasUnreadNumbers) {
    journal.readNumbers();
    turns += 1;
  }
  expect(turns).toBe(3);
  expect(disk.prepare('SELECT count(*) FROM number').pluck().get()).toBe(1_200);
  expect(open().salesByNumber('ref-1')[0]?.invoice).toBe(1);
});
