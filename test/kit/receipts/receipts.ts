import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseOrderId, type TerminalId } from '../../../src/base/ids.js';
import type { ReceiptFacts } from '../../../src/base/receipt.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { SignedReceipts } from '../../../src/relay/receipt-link.js';
import { tokenSha256 } from '../../../src/relay/terminals.js';

/** A paid sale with two lines, at noon of 22 November 2026 in Jakarta. */
export const FACTS: ReceiptFacts = {
  standing: 'paid',
  orderId: parseOrderId('T01-01JDA3Z1000000000000000000') as NonNullable<ReturnType<typeof parseOrderId>>,
  shop: 'Warung Bu Sri',
  number: '000123',
  rrn: '632612000123',
  amount: rupiah(54_000),
  paidAtMs: Date.UTC(2026, 10, 22, 5),
  days: 30,
  language: 'both',
  zone: 'WIB',
  dates: '31-12-2026',
  issuer: 'GoPay',
  acquirer: 'GoPay',
  reference: 'A120261122052000',
  contact: [],
  items: [
    { name: 'Kopi susu gula aren', price: rupiah(18_000), quantity: 2 },
    { name: 'Roti bakar cokelat keju', price: rupiah(18_000), quantity: 1 },
  ],
  more: 0,
};

/** The link that terminal T01 makes of it. */
export function linkOf(facts: ReceiptFacts, base: string, token: string, terminal = 'T01'): string {
  return new SignedReceipts(base, terminal as TerminalId, tokenSha256(token)).linkOf(facts);
}

/** What a reader of its own reads in a link; undefined where the terminal with this token has not signed it. */
export function readLink(token: string, link: string): Record<string, unknown> | undefined {
  const script = fileURLToPath(new URL('./read_link.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync('python3', [script, token, link], { encoding: 'utf8' });
  if (status !== 0 && stderr !== '') throw new Error(stderr);
  return status === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : undefined;
}
