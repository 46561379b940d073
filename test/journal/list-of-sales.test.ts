import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseOrderId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import { isSettled, type Sale, type SaleState } from '../../src/core/sale/sale.js';
import type { Selection } from '../../src/core/shift/selection.js';
import { COUNTED, MONEY, type ShiftReport } from '../../src/core/shift/shift.js';
import { type SoldLine, soldLine } from '../../src/core/shift/sold-line.js';
import { type ReportLine, SoldReport } from '../../src/core/shift/sold-report.js';
import { Journal } from '../../src/journal/journal.js';
import { readStopped } from '../../src/journal/journal-file.js';
import { SOLD_BEGIN, type Sold, type SoldMark } from '../../src/journal/sold.js';
import { evidence, newSale } from '../core/world.js';
import { MemoryArchive } from '../kit/memory-archive.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-sold-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ALL: Selection = { of: 'all' };
const OLD_MS = 1_000_000_000;

function linesOf(sold: Sold, selection: Selection = ALL, most = 3): SoldLine[] {
  const lines: SoldLine[] = [];
  for (let after: SoldMark | undefined = SOLD_BEGIN; after !== undefined; ) {
    const page = sold.page(selection, after, most);
    lines.push(...page.sales.map(({ sale, row }) => soldLine(sale, row, { zone: 'WIB', feeRate: 700 })));
    after = page.next;
  }
  return lines;
}

function totalOf(lines: readonly SoldLine[], by?: 'day' | 'product'): ReportLine {
  const report = new SoldReport(by);
  for (const line of lines) report.add(line);
  return report.lines().total;
}

const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const OWED: SaleState = { at: 'owed', why: 'lateSettlement', sinceMs: 1 };

interface PutAs {
  readonly nth?: number;
  readonly openedAtMs?: number;
  readonly refunded?: number;
}

class Shop {
  readonly store = new MemoryArchive();
  readonly disk = new Database(':memory:');
  journal = this.open();
  readonly sales: Sale[] = [];

  open(): Journal {
    return new Journal({
      ...{ directory: ':memory:', opened: this.disk, archive: this.store, wallMs: 1_000, version: 'test' },
    });
  }

  put(
    state: SaleState,
    { nth = this.sales.length, openedAtMs = nth * 1_000, refunded = 0 }: PutAs = {},
  ): Sale {
    const orderId = parseOrderId(`T1-${String(nth).padStart(26, '0')}`);
    const fresh = { ...newSale('keypad', 1_000 + nth).sale, orderId, invoice: nth + 1, openedAtMs };
    const sale = { ...(this.sales[nth] ?? fresh), state } as Sale;
    const back = refunded === 0 ? {} : { refundAmount: rupiah(refunded) };
    const said = evidence(sale, refunded === 0 ? 'settlement' : 'partial_refund', back);
    const made = isSettled(sale) ? { ...sale, evidence: said } : sale;
    this.journal.commit({
      wallMs: 1,
      monoMs: 1,
      events: [{ orderId: sale.orderId, kind: 'test', body: null }],
      sales: [made],
    });
    this.sales[nth] = made;
    return made;
  }

  async archive(): Promise<void> {
    for (let turn = 0; turn < 1_000; turn += 1)
      if ((await this.journal.archive?.move(OLD_MS))?.kind === 'rest') return;
    throw new Error('it never rests');
  }
}

/** As they were at the close, with what has moved since. */
function nowOf(shop: Shop, report: ShiftReport): Record<string, number> {
  const orders = `(SELECT order_id FROM sale WHERE shift = ${report.number})`;
  return Object.fromEntries(
    MONEY.map((part) => {
      const moved = shop.disk
        .prepare(
          `SELECT coalesce(sum(${part}), 0) FROM movement WHERE shift > ${report.number} AND order_id IN ${orders}`,
        )
        .pluck()
        .get() as number;
      return [part, report.all[part].sum + moved];
    }),
  );
}

const STEP = fc.oneof(
  fc.constant('sell' as const),
  fc.constant('owe' as const),
  fc.constant('expire' as const),
  fc.constant('open' as const),
  fc.constant('close' as const),
  fc.constant('archive' as const),
  fc.record({ resolve: fc.nat(30) }),
  fc.record({ refund: fc.nat(30), part: fc.integer({ min: 1, max: 999 }) }),
);

it('comes to the sums of its shifts, and each sale is in one of them, archived or not, whatever moved later', () =>
  fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), async (steps) => {
      const shop = new Shop();
      for (const step of steps) await take(shop, step);
      const { journal } = shop;
      const all = linesOf(journal.sold);
      expect(all.map(({ order_id }) => order_id)).toEqual(shop.sales.map(({ orderId }) => orderId));
      const shifts = Array.from({ length: journal.shifts.current }, (_, n) => n + 1);
      const byShift = shifts.flatMap((number) => linesOf(journal.sold, { of: 'shift', number }));
      const ended = all.filter(({ shift }) => shift !== undefined);
      expect(byShift.map(({ order_id }) => order_id).sort()).toEqual(
        ended.map(({ order_id }) => order_id).sort(),
      );
      for (const number of shifts) {
        const total = totalOf(linesOf(journal.sold, { of: 'shift', number }));
        const closed = journal.shifts.closed(number);
        const report = closed ?? journal.shifts.open();
        expect(MONEY.map((part) => total[part])).toEqual(Object.values(nowOf(shop, report)));
        expect([total.gross, total.settled]).toEqual([report.all.settled.sum, report.all.settled.count]);
        for (const line of COUNTED.slice(1 + MONEY.length))
          expect(total[line as 'expired']).toBe(report.all[line].count);
      }
      const bySplit = totalOf(all, 'day');
      expect(bySplit).toEqual(totalOf(all));
      expect(all.reduce((sum, { owed = 0 }) => sum + owed, 0)).toBe(journal.shifts.open().owed.sum);
      // Each its own page, and the same by time.
      expect(linesOf(journal.sold, ALL, 1)).toEqual(all);
      expect(linesOf(journal.sold, { of: 'time', fromMs: 0, toMs: OLD_MS }, 1)).toEqual(all);
      await shop.archive();
      expect(linesOf(shop.open().sold)).toEqual(all);
    }),
    { numRuns: 30 },
  ));

async function take(shop: Shop, step: typeof STEP extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  if (step === 'sell') shop.put(DELIVERED);
  else if (step === 'owe') shop.put(OWED);
  else if (step === 'expire') shop.put({ at: 'closed', how: 'expired' });
  else if (step === 'open') shop.put({ at: 'charging' });
  else if (step === 'close')
    shop.journal.closeShift(2_000, 'Sri', () => ({ wallMs: 2_000, monoMs: 1, events: [] }));
  else if (step === 'archive') await shop.archive();
  else {
    const nth = 'resolve' in step ? step.resolve : step.refund;
    const at = shop.sales[nth]?.state.at;
    if ('resolve' in step && at === 'owed')
      shop.put({ at: 'resolved', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' }, { nth });
    if ('refund' in step && (at === 'delivered' || at === 'owed'))
      shop.put(shop.sales[nth]?.state ?? DELIVERED, { nth, refunded: step.part });
  }
}

it('lists by when it was opened, with those of one millisecond each once, from the first one on and before the end', () => {
  const shop = new Shop();
  for (const openedAtMs of [5_000, 5_000, 5_000, 1_000, 9_000, 5_000]) shop.put(DELIVERED, { openedAtMs });
  const numbers = (fromMs: number, toMs: number) =>
    linesOf(shop.journal.sold, { of: 'time', fromMs, toMs }, 2).map(({ no }) => no);
  expect(numbers(0, 10_000)).toEqual([4, 1, 2, 3, 6, 5]);
  expect(numbers(5_000, 9_000)).toEqual([1, 2, 3, 6]);
  expect(numbers(9_001, 10_000)).toEqual([]);
});

it('lists nothing where nothing was sold', () => {
  const { journal } = new Shop();
  expect(linesOf(journal.sold)).toEqual([]);
  expect(totalOf([])).toMatchObject({ sales: 0, gross: 0, fee: 0, net: 0 });
});

it('reads the journal of a terminal that does not run, also behind a power cut, and leaves its files as they are', () => {
  const journal = new Journal({ directory, wallMs: 1_000, version: 'test' });
  const { sale } = newSale();
  journal.commit({ wallMs: 1, monoMs: 1, events: [], sales: [sale] });
  // What a power cut leaves: the last commits are in the WAL.
  const files = ['journal.db', 'journal.db-wal'] as const;
  const cut = mkdtempSync(join(directory, 'cut-'));
  for (const file of files) copyFileSync(join(directory, file), join(cut, file));
  journal.close();
  const before = files.map((file) => readFileSync(join(cut, file)));
  for (const folder of [cut, directory])
    for (const _twice of [1, 2])
      expect(readStopped(folder, ({ sold, shift }) => [linesOf(sold).length, shift])).toEqual([1, 1]);
  expect(files.map((file) => readFileSync(join(cut, file)))).toEqual(before);
  expect(new Journal({ directory: cut, wallMs: 1, version: 'test' }).sale(sale.orderId)).toEqual(sale);
});

it('says why the journal of a stopped terminal cannot be read', () => {
  const read = (): unknown => readStopped(directory, () => undefined);
  expect(read).toThrow('E772');
  const journal = new Journal({ directory, wallMs: 1_000, version: 'test' });
  expect(read).toThrow('a terminal runs, and has it');
  journal.close();
  const db = new Database(join(directory, 'journal.db'));
  db.pragma('user_version = 10');
  db.close();
  expect(read).toThrow('it has version 10');
});

it.each(['json', 'register', 'unpaid', 'vtk'])('lists what an earlier version has sold: %s', (name) => {
  const path = join(import.meta.dirname, 'version-10', `${name}.db.gz`);
  writeFileSync(join(directory, 'journal.db'), gunzipSync(readFileSync(path)));
  const journal = new Journal({ directory, wallMs: 1_000, version: 'test' });
  const lines = linesOf(journal.sold);
  const rows = journal.totals().reduce((sum, { count }) => sum + count, 0);
  expect(lines).toHaveLength(rows);
  const total = totalOf(lines.filter(({ shift }) => shift === journal.shifts.current));
  expect(total.gross).toBe(journal.shifts.open().all.settled.sum);
  journal.close();
});
