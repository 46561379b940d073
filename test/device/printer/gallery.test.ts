import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { composeSlip } from '../../../devices/printer/compose.js';
import { findProfile } from '../../../devices/printer/profiles.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import type { PaperSlip } from '../../../devices/simulated-printer/slip.js';
import type { Slip } from '../../../src/base/slip.js';
import type { Sale, SaleState } from '../../../src/core/sale/sale.js';
import { shiftReport } from '../../../src/core/shift/shift.js';
import { asCopy, owedSlip, qrSlip, receiptSlip } from '../../../src/core/text/receipt.js';
import { shiftSlip } from '../../../src/core/text/shift-slip.js';
import { booksOf } from '../../core/books.js';
import { emvPayload, evidence, newSale } from '../../core/world.js';
import { zbarimg } from '../../kit/zbarimg.js';

/** The picture in the README. PICTURES=1 makes it anew. */
const PICTURE = fileURLToPath(new URL('../../../.github/pictures/slips.png', import.meta.url));
const NOON = Date.UTC(2026, 10, 25, 5, 7, 38);
const HEAD = {
  shop: 'Warung Bu Sri',
  terminal: 'KASIR1',
  header: ['Jl. Melati 7, Bandung'],
  footer: ['Barang yang sudah dibeli', 'tidak dapat dikembalikan'],
};

function sale(state: SaleState, amount = 15_000): Sale {
  const made = newSale('keypad', amount).sale;
  const settlementTime = '2026-11-25 12:07:35';
  return { ...made, state, evidence: evidence(made, 'settlement', { settlementTime }) };
}

function slips(): readonly Slip[] {
  const delivered = sale({ at: 'delivered', atMs: NOON });
  const waiting = sale({
    at: 'awaitingPayment',
    transactionId: 'e48447d1-cfa9-4b02-b163-2e915d4417ac',
    qr: { payload: emvPayload(15_000) },
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
    qrSlip(waiting, emvPayload(15_000), HEAD, NOON, false),
    asCopy(receiptSlip(delivered, HEAD, NOON, false)),
    owedSlip(owed, HEAD, NOON),
    shiftSlip({ ...report, closedAtMs: NOON, closedBy: 'Sri' }, HEAD, false),
  ];
}

/** The printer's own bytes for a slip, decoded to the dots that they make. */
function print(slip: Slip): PaperSlip {
  const profile = findProfile('generic-58');
  if (profile === undefined) throw new Error('no profile generic-58');
  const job = composeSlip(slip, profile);
  if (!job.ok) throw new Error(JSON.stringify(job.error));
  const paper = new Paper();
  for (const part of job.value.parts) paper.receive(part);
  const [printed = paper.hanging] = paper.slips;
  if (printed === undefined || paper.problems.length > 0) throw new Error(paper.problems.join('\n'));
  return printed;
}

async function sheet(): Promise<Buffer> {
  const pictures = await Promise.all(slips().map((slip) => print(slip).png()));
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
  expect(zbarimg(PICTURE)).toEqual([emvPayload(15_000)]);
});
