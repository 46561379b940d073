import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { composeSlip } from '../../../devices/printer/compose.js';
import { Logo, type PrintedLogo } from '../../../devices/printer/logo.js';
import { findProfile, type PrinterProfile } from '../../../devices/printer/profiles.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import type { PaperSlip } from '../../../devices/simulated-printer/slip.js';
import { crc16ccitt } from '../../../src/base/bytes.js';
import { orderId, type TerminalId } from '../../../src/base/ids.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Slip, SlipLine } from '../../../src/base/slip.js';
import type { Sale, SaleState } from '../../../src/core/sale/sale.js';
import { shiftReport } from '../../../src/core/shift/shift.js';
import { owedSlip, qrSlip, receiptSlip } from '../../../src/core/text/receipt.js';
import { shiftSlip } from '../../../src/core/text/shift-slip.js';
import { booksOf } from '../../core/books.js';
import { evidence, newSale } from '../../core/world.js';
import { zbarimg } from '../../kit/zbarimg.js';

/** The picture in the README. PICTURES=1 makes it anew. */
const PICTURE = fileURLToPath(new URL('../../../.github/pictures/slips.png', import.meta.url));
const NOON = Date.UTC(2026, 10, 25, 5, 7, 38);
const HEAD = {
  shop: 'Warung Bu Sri',
  terminal: 'KASIR1',
  header: ['Jl. Melati 7, Bandung'],
  footer: ['Barang yang sudah dibeli', 'tidak dapat dikembalikan'],
  contact: { phone: '022-1234567', whatsapp: '0812-3456-7890', hours: 'Senin-Sabtu 08.00-20.00' },
};

const field = (tag: string, value: string): string =>
  `${tag}${String(value.length).padStart(2, '0')}${value}`;

/** A code of QRIS as Midtrans makes them, for 15.000. */
const PAYLOAD = sealed(
  [
    field('00', '01') + field('01', '12'),
    field(
      '26',
      field('00', 'COM.GO-JEK.WWW') + field('01', '9360091434905263034') + field('02', 'G490526303'),
    ),
    field('51', field('00', 'ID.CO.QRIS.WWW') + field('02', 'ID1020021530107') + field('03', 'UMI')),
    field('52', '5812') + field('53', '360') + field('58', 'ID') + field('59', 'WARUNG BU SRI'),
    field('60', 'BANDUNG') + field('54', '15000.00'),
  ].join(''),
);

function sealed(body: string): string {
  const sum = crc16ccitt(new TextEncoder().encode(`${body}6304`));
  return `${body}6304${sum.toString(16).toUpperCase().padStart(4, '0')}`;
}

const ORDER_ID = orderId('KASIR1' as TerminalId, '01KAXJ3V0Q8R7T5V4W2X1Y0ZAB');

/** A cup, of whole dots at the size at which it is printed: every machine draws the same. */
const CUP = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="80" shape-rendering="crispEdges">
  <path d="M28 0h8v14h-8zM44 0h8v14h-8zM60 0h8v14h-8zM12 22h64v34h-8v10H20V56h-8zM76 28h16v24H76v-8h8v-8h-8zM8 72h80v8H8z"/></svg>`;

/** What a receipt of QRIS at a bank's terminal says, put together from such slips: no bank's own. */
function bankSlip(): Slip {
  const middle = (text: string, big = false): SlipLine => ({
    put: 'text',
    text,
    align: 'centre',
    bold: big,
    size: big ? 'big' : 'normal',
  });
  const pair = (left: string, right: string): SlipLine => ({ put: 'pair', left, right });
  return {
    kind: 'lines',
    copy: false,
    lines: [
      ...[middle('BANK CONTOH', true), middle('WARUNG BU SRI'), middle('JL. MELATI 7 BANDUNG')],
      { put: 'rule' },
      ...[pair('TERMINAL#', '71002468'), pair('MERCHANT#', '000885001234567')],
      ...[middle('QRIS', true), middle('PEMBAYARAN / SALE')],
      pair('DATE/TIME', '25 NOV 26  12:07:35'),
      ...[pair('BATCH', '000012'), pair('TRACE NO', '000001'), pair('REF NO', '632912000001')],
      ...[pair('APPR CODE', '438219'), pair('ISSUER', 'BCA'), pair('ACQUIRER', 'BANK CONTOH')],
      ...[pair('CUST PAN', '9360001430******12'), pair('MERCHANT PAN', '936000990012345678')],
      pair('TOTAL', 'Rp 15.000'),
      ...[middle('TRANSAKSI BERHASIL'), middle('-- CUSTOMER COPY --')],
      { put: 'rule' },
      middle('(composed for comparison)'),
    ],
  };
}

function sale(state: SaleState, amount = 15_000): Sale {
  const made = { ...newSale('keypad', amount).sale, orderId: ORDER_ID };
  const settlementTime = '2026-11-25 12:07:35';
  const named = { issuer: 'BCA', acquirer: 'gopay', crossReference: '7326285a-c8f7-4758-b570-067e62fc661f' };
  return {
    ...made,
    openedAtMs: NOON,
    state,
    evidence: evidence(made, 'settlement', { settlementTime, ...named }),
  };
}

/** Of the catalogue; the others were typed. */
const BOUGHT = [
  { id: 'teh', name: { id: 'Teh tarik', en: 'Pulled tea' }, price: rupiah(4_000), quantity: 2 },
  { id: 'donat', name: { id: 'Donat gula', en: 'Sugar doughnut' }, price: rupiah(7_000), quantity: 1 },
];

function slips(): readonly Slip[] {
  const delivered = { ...sale({ at: 'delivered', atMs: NOON }), items: BOUGHT };
  const waiting = sale({
    at: 'awaitingPayment',
    transactionId: 'e48447d1-cfa9-4b02-b163-2e915d4417ac',
    qr: { payload: PAYLOAD },
    endsAtMs: NOON + 300_000,
    downloads: 0,
    misses: 0,
  });
  const owed = sale({ at: 'owed', why: 'lateSettlement', sinceMs: NOON });
  const sales = [
    delivered,
    sale({ at: 'delivered', atMs: NOON }, 54_000),
    sale({ at: 'closed', how: 'cancelled' }),
    owed,
  ];
  const report = shiftReport(booksOf(sales, { number: 12, openedAtMs: NOON - 28_800_000 }));
  return [
    bankSlip(),
    receiptSlip(delivered, HEAD, NOON, false),
    qrSlip(waiting, PAYLOAD, HEAD, NOON, false),
    owedSlip(owed, HEAD, NOON),
    shiftSlip({ ...report, closedAtMs: NOON, closedBy: 'Sri' }, HEAD, false),
  ];
}

/** The printer's own bytes for a slip, decoded to the dots that they make. */
function print(slip: Slip, logo: PrintedLogo | undefined): PaperSlip {
  const job = composeSlip(slip, profile(), logo);
  if (!job.ok) throw new Error(JSON.stringify(job.error));
  const paper = new Paper();
  for (const part of job.value.parts) paper.receive(part);
  const [printed = paper.hanging] = paper.slips;
  if (printed === undefined || paper.problems.length > 0) throw new Error(paper.problems.join('\n'));
  return printed;
}

function profile(): PrinterProfile {
  const found = findProfile('generic-58');
  if (found === undefined) throw new Error('no profile generic-58');
  return found;
}

async function cup(): Promise<PrintedLogo | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-cup-'));
  const path = join(directory, 'cup.png');
  writeFileSync(path, await sharp(Buffer.from(CUP)).png().toBuffer());
  const logo = await Logo.scaled(path, [profile()]);
  rmSync(directory, { recursive: true });
  if (!logo.ok) throw new Error(logo.error.detail);
  return logo.value.on(profile());
}

async function sheet(): Promise<Buffer> {
  const logo = await cup();
  const pictures = await Promise.all(slips().map((slip) => print(slip, logo).png()));
  const sizes = await Promise.all(pictures.map((png) => sharp(png).metadata()));
  const width = Math.max(...sizes.map((size) => size.width)) + 24;
  const height = Math.max(...sizes.map((size) => size.height)) + 24;
  return sharp({ create: { width: width * pictures.length, height, channels: 3, background: '#c8c8c8' } })
    .composite(pictures.map((input, i) => ({ input: Buffer.from(input), left: i * width + 12, top: 12 })))
    .greyscale()
    .png({ palette: true, colours: 4, dither: 0 })
    .toBuffer();
}

function pixels(png: Buffer): Promise<Buffer> {
  return sharp(png).greyscale().raw().toBuffer();
}

it('prints slips that look as in the README, with a code that scans', async () => {
  const now = await sheet();
  if (process.env['PICTURES'] === '1') writeFileSync(PICTURE, now);
  expect((await pixels(readFileSync(PICTURE))).equals(await pixels(now))).toBe(true);
  expect(zbarimg(PICTURE)).toEqual([PAYLOAD]);
});
