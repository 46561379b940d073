import { expect, it } from 'vitest';
import { readExport, readExportAmount } from '../../src/core/shift/export-file.js';

it('finds the columns by their headers, whatever their order, case and separator', () => {
  const written = [
    'Date & time,Order ID,Payment Type,Transaction status,"Amount"\n2026-11-22,T1-A,QRIS,Settlement,"15,000.00"\n',
    '\uFEFFStatus;gross_amount;ORDER_ID\r\nSettlement;15.000,00;T1-A\r\n',
    'Merchant Order ID\tTransaction Status\tGross Amount\nT1-A\tSettlement\tRp 15.000\n',
    'Report of Warung\nPeriod,"1 to 2\n November"\n\norder_id,fee,transaction_status,gross_amount,net amount\nT1-A,105,Settlement,15000,14895\n',
  ];
  for (const text of written) {
    const read = readExport(text);
    expect([text, read.ok]).toEqual([text, true]);
    if (read.ok)
      expect(read.value.rows).toMatchObject([{ orderId: 'T1-A', amount: 15_000, status: 'Settlement' }]);
  }
});

it('says which columns it used, and which there are when it cannot', () => {
  const read = readExport('Order ID,Transaction status,Status,Gross Amount\nA,settlement,x,1\n');
  expect(read).toMatchObject({
    ok: true,
    value: {
      used: { orderId: 'Order ID', status: 'Transaction status', amount: 'Gross Amount' },
      rows: [{ status: 'settlement' }],
    },
  });
  expect(readExport('Name,Nominal\nA,1\n')).toEqual({
    ok: false,
    error: 'no columns for order id, amount and status were found; the columns are "Name", "Nominal"',
  });
  expect(readExport('').ok).toBe(false);
});

it('reads quoted cells with separators, quotes and line ends in them', () => {
  const read = readExport('Order ID,Status,Amount,Note\n"A,1","set""tled","1","two\nlines"\nB,pending,2,\n');
  expect(read.ok && read.value.rows).toMatchObject([
    { orderId: 'A,1', status: 'set"tled', amount: 1 },
    { orderId: 'B', status: 'pending', amount: 2 },
  ]);
});

it('reads whole rupiah as dashboards write them, and nothing else', () => {
  const good: [string, number][] = [
    ['15000', 15_000],
    ['15000.00', 15_000],
    ['15,000.00', 15_000],
    ['15.000,00', 15_000],
    ['15.000', 15_000],
    ['1.234.567', 1_234_567],
    ['IDR 1,234,567.00', 1_234_567],
    ['Rp15.000', 15_000],
    ['Rp. 500', 500],
    ['0', 0],
  ];
  for (const [text, amount] of good) expect([text, readExportAmount(text)]).toEqual([text, amount]);
  for (const text of ['', '-15000', '15000.50', '1.23', '1,5000', '15 apples', '1e3', '(15000)'])
    expect([text, readExportAmount(text)]).toEqual([text, undefined]);
});
