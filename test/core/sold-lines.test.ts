import { expect, it } from 'vitest';
import { csvLine, readCsv } from '../../src/base/csv.js';
import { rupiah } from '../../src/base/rupiah.js';
import { numberedId } from '../../src/base/sold-item.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { selectionOf } from '../../src/core/shift/selection.js';
import { SOLD_COLUMNS, type SoldRow, soldLine } from '../../src/core/shift/sold-line.js';
import { REPORT_COLUMNS, SoldReport } from '../../src/core/shift/sold-report.js';
import { evidence, newSale } from './world.js';

const TERMS = { zone: 'WIT', feeRate: 700 } as const;
const NO_MONEY = { delivered: 0, refunded: 0, owed: 0, other: 0 };
const PAID: SoldRow = { settled: 1, shift: 3, booked: 15_000, ...NO_MONEY, delivered: 15_000, line: null };

function sold(over: Partial<Sale> = {}, said: Parameters<typeof evidence>[2] = {}): Sale {
  const { sale } = newSale('register', 15_000, 1, {
    name: 'kasir',
    till: 'web',
    reference: 'INV-1',
    own: true,
  });
  const openedAtMs = Date.UTC(2026, 10, 30, 15, 4, 5);
  const made = { ...sale, openedAtMs, state: { at: 'delivered', atMs: 1 }, ...over } as Sale;
  return { ...made, evidence: evidence(sale, 'settlement', said) };
}

const item = (id: string, price: number, quantity = 1, slot?: string) => ({
  ...{ id, name: { id: `Nama ${id}`, en: id }, price: rupiah(price), quantity },
  ...(slot === undefined ? {} : { slot }),
});

it('keeps the names of its columns and their order for ever', () => {
  expect(SOLD_COLUMNS.join(';')).toBe(
    'opened;paid;order_id;no;shift;state;why;amount;paid_amount;delivered;refunded;owed;other;customer_fee;fee;net;slot;product_ids;products;quantity;source;source_name;till;ref;method;issuer;acquirer;rrn;transaction_id;cross_reference',
  );
  expect(REPORT_COLUMNS.join(';')).toBe(
    'group;sales;settled;quantity;gross;delivered;refunded;owed;other;cancelled;expired;denied;failed;fee;net',
  );
});

it('says of a sale what is known, in the zone of the shop', () => {
  const sale = sold(
    { items: [item('kopi', 5_000, 2, '12'), item('teh', 5_000, 1, '13')] },
    {
      ...{ settlementTime: '2026-11-30 23:59:59', issuer: 'bca', acquirer: 'gopay', paymentType: 'qris' },
      crossReference: 'A1',
    },
  );
  expect(soldLine(sale, PAID, TERMS)).toMatchObject({
    opened: '2026-12-01 00:04:05',
    // The gateway's times are in WIB.
    paid: '2026-12-01 01:59:59',
    ...{ order_id: sale.orderId, no: 1, shift: 3, state: 'delivered' },
    ...{ amount: 15_000, paid_amount: 15_000, delivered: 15_000, refunded: 0, fee: 105, net: 14_895 },
    ...{ slot: '12, 13', product_ids: 'kopi, teh', products: '2 x Nama kopi, 1 x Nama teh', quantity: 3 },
    ...{ source: 'register', source_name: 'kasir', till: 'web', ref: 'INV-1', method: 'qris' },
    ...{ issuer: 'bca', acquirer: 'gopay', rrn: '633422000001', cross_reference: 'A1' },
    transaction_id: 'e48447d1-cfa9-4b02-b163-2e915d4417ac',
  });
});

it('guesses nothing: no fee without a setting, of what went back, or where one was put on top', () => {
  const fees = (sale: Sale, row: SoldRow, feeRate?: number) => {
    const { fee, net } = soldLine(
      sale,
      row,
      feeRate === undefined ? { zone: 'WIB' } : { zone: 'WIB', feeRate },
    );
    return [fee, net];
  };
  expect(fees(sold(), PAID)).toEqual([undefined, undefined]);
  expect(fees(sold(), { ...PAID, delivered: 5_000, refunded: 10_000 }, 700)).toEqual([undefined, undefined]);
  const onTop = sold({}, { amount: rupiah(15_105), customerFee: rupiah(105) });
  expect(fees(onTop, PAID, 700)).toEqual([undefined, undefined]);
  expect(soldLine(onTop, PAID, TERMS)).toMatchObject({
    amount: 15_000,
    paid_amount: 15_105,
    customer_fee: 105,
  });
  const unpaid = soldLine(
    sold({ state: { at: 'closed', how: 'expired' } }),
    { ...PAID, settled: 0, line: 'expired' },
    TERMS,
  );
  expect(unpaid).toMatchObject({ state: 'closed', why: 'expired', amount: 15_000 });
  expect(['paid', 'paid_amount', 'delivered', 'fee', 'net'].filter((name) => name in unpaid)).toEqual([]);
});

it('says what another amount was paid, and that a frame is no reference', () => {
  const sale = sold(
    { source: { kind: 'register', name: 'r', reference: '0201ff' } },
    { amount: rupiah(9_000) },
  );
  const line = soldLine(sale, { ...PAID, booked: 9_000, delivered: 0, owed: 9_000 }, TERMS);
  expect(line).toMatchObject({ amount: 15_000, paid_amount: 9_000, owed: 9_000 });
  expect(line.ref).toBeUndefined();
});

it.each([
  ['=1+1', "'=1+1"],
  ['+62', "'+62"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['\uFF1D1', "'\uFF1D1"],
  ['\t1', "'\t1"],
  ['Kopi "susu"; gula', '"Kopi ""susu""; gula"'],
  ['dua\nbaris', '"dua\nbaris"'],
  ['Teh', 'Teh'],
])('writes %j as %j: no formula in a spreadsheet, and one cell', (text, cell) => {
  expect(csvLine([text, -1, undefined], ';')).toBe(`${cell};-1;\r\n`);
  const [line] = [...readCsv(csvLine([text, 'x'], ';'), ';')];
  expect(line?.cells[0]?.replace(/^'/, '')).toBe(text);
});

it.each([
  [{ day: '2026-02-30' }, '--day 2026-02-30: a day such as 2026-11-30'],
  [{ day: 'yesterday' }, '--day yesterday: a day'],
  [{ from: '2026-11-02', to: '2026-11-01' }, '--from is to be before --to'],
  [{ from: '2026-11-01 24:00' }, 'or with a time of day'],
  [{ to: '2026-13-01' }, '--to 2026-13-01: a day'],
  [{ shift: '0' }, '--shift 0: the number of a shift, from 1'],
  [{ shift: '1', day: '2026-11-01' }, 'one of --shift N, --day D, and --from A --to B'],
  [{ day: '2026-11-01', to: '2026-11-02' }, 'not two of them'],
])('refuses %j', (given, words) => {
  const read = selectionOf(given, 'WIB');
  expect(read.ok ? '' : read.error).toContain(words);
});

it('takes days as those of the shop, both ends of a span in it, and a time of day as the end itself', () => {
  const at = (given: Parameters<typeof selectionOf>[0], zone: 'WIB' | 'WIT' = 'WIB') => {
    const read = selectionOf(given, zone);
    if (!read.ok || read.value.of !== 'time') throw new Error('no span');
    return [new Date(read.value.fromMs).toISOString(), new Date(read.value.toMs).toISOString()];
  };
  expect(at({ day: '2026-11-30' })).toEqual(['2026-11-29T17:00:00.000Z', '2026-11-30T17:00:00.000Z']);
  expect(at({ day: '2026-11-30' }, 'WIT')[0]).toBe('2026-11-29T15:00:00.000Z');
  expect(at({ from: '2026-11-01', to: '2026-11-30' })).toEqual([
    '2026-10-31T17:00:00.000Z',
    '2026-11-30T17:00:00.000Z',
  ]);
  expect(at({ from: '2026-11-01T08:00', to: '2026-11-01 09:30' })).toEqual([
    '2026-11-01T01:00:00.000Z',
    '2026-11-01T02:30:00.000Z',
  ]);
});

it('adds up by product what each of a cart has, and by hour and slot what a sale has', () => {
  const reports = (['product', 'hour', 'slot'] as const).map((by) => new SoldReport(by));
  const cart = sold({ items: [item('kopi', 5_000, 2), item('teh', 5_000)] });
  const one = sold({ items: [item('kopi', 15_000, 1, '7')] });
  const rows: [Sale, SoldRow][] = [
    [cart, PAID],
    [cart, { ...PAID, delivered: 5_000, refunded: 10_000 }],
    [one, PAID],
    [
      sold({ state: { at: 'closed', how: 'expired' } }),
      { ...PAID, settled: 0, delivered: 0, line: 'expired' },
    ],
    // Has not ended: no shift counts it.
    [sold({ state: { at: 'charging' } }), { ...PAID, settled: 0, delivered: 0, line: null }],
  ];
  for (const report of reports) for (const [sale, row] of rows) report.add(soldLine(sale, row, TERMS));
  const [product, hour, slot] = reports.map((report) => report.lines());
  expect(product?.groups).toMatchObject([
    { group: '(none)', sales: 1, settled: 0, expired: 1 },
    // Two in part back: nobody can tell which of them.
    {
      group: '(several)',
      sales: 2,
      settled: 2,
      quantity: 0,
      gross: 15_000,
      delivered: 5_000,
      refunded: 10_000,
    },
    { group: 'kopi Nama kopi', sales: 1, settled: 1, quantity: 5, gross: 25_000, delivered: 25_000 },
    { group: 'teh Nama teh', sales: 0, settled: 0, quantity: 2, gross: 5_000, delivered: 5_000 },
  ]);
  expect(hour?.groups).toMatchObject([{ group: '00:00', sales: 4, gross: 45_000, refunded: 10_000 }]);
  expect(slot?.groups.map(({ group, gross }) => [group, gross])).toEqual([
    ['(none)', 30_000],
    ['7', 15_000],
  ]);
  for (const made of [product, hour, slot]) {
    expect(made?.total).toMatchObject({
      sales: 4,
      settled: 3,
      gross: 45_000,
      delivered: 35_000,
      refunded: 10_000,
    });
    // Of one of them it is not known.
    expect(made?.total.fee).toBeUndefined();
    for (const column of ['sales', 'settled', 'gross', 'delivered', 'refunded', 'expired'] as const)
      expect(made?.groups.reduce((sum, group) => sum + group[column], 0)).toBe(made?.total[column]);
  }
});

it('adds up lines that have no id by their names, wherever they stand in a cart, and alone', () => {
  const own = (name: string, at: number) => ({
    ...item(numberedId(at), 5_000),
    name: { id: name, en: name },
  });
  const report = new SoldReport('product');
  const carts = [
    [own('Nasi', 0), own('Teh', 1), own('Kopi', 2)],
    [own('Teh', 0), own('Kopi', 1), own('Nasi', 2)],
  ];
  for (const items of carts) report.add(soldLine(sold({ items }), PAID, TERMS));
  const alone = { ...PAID, booked: 5_000, delivered: 5_000 };
  report.add(soldLine({ ...sold({ items: [own('Teh', 0)] }), amount: rupiah(5_000) }, alone, TERMS));
  const groups = report.lines().groups.map(({ group, quantity, gross }) => [group, quantity, gross]);
  expect(groups).toEqual([
    ['(several)', 0, 0],
    ['Kopi', 2, 10_000],
    ['Nasi', 2, 10_000],
    ['Teh', 3, 15_000],
  ]);
});
