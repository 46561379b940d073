import encodeQR from 'qr';
import { orderId, parseTerminalId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Slip } from '../../src/base/slip.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { qrSlip } from '../../src/core/text/receipt.js';
import { qris } from '../kit/qr-pictures/payload.js';

const AT_MS = Date.UTC(2026, 10, 25, 5, 0, 0);

/** Of the length that Midtrans sends: version 9 at error correction M. */
export const PAYLOAD = qris(
  15_000,
  'Warung Bu Siti',
  'BANDUNG',
  'c032f87c-f773-4619-aefa-675e1f06f921-c032f87c-f773-4619-aefa-675e1f06f921',
);

/** The QR slip of a sale, as the terminal composes it. */
export function benchSlip(): Slip {
  const terminal = parseTerminalId('BENCH1');
  if (terminal === undefined) throw new Error('BENCH1 is no terminal id');
  const sale = {
    orderId: orderId(terminal, '01JDG7Z5E0A1B2C3D4E5F6G7H8'),
    amount: rupiah(15_000),
    invoice: 1,
    state: { at: 'awaitingPayment', endsAtMs: AT_MS + 300_000 },
  } as unknown as Sale;
  const head = { shop: 'Warung Bu Siti', terminal: 'BENCH1', header: ['Jl. Braga 12, Bandung'], footer: [] };
  return qrSlip(sale, PAYLOAD, head, AT_MS, false);
}

/** The picture of the same payload, 500 by 500 pixels, as a gateway serves it. */
export async function benchPicture(): Promise<Uint8Array> {
  // Only here: who makes slips of it does not carry sharp.
  const { default: sharp } = await import('sharp');
  const gif = encodeQR(PAYLOAD, 'gif', { ecc: 'medium', scale: 8, border: 4 });
  const png = await sharp(gif).resize(500, 500, { kernel: 'lanczos3' }).png().toBuffer();
  return Uint8Array.from(png);
}
