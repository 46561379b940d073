import { createHmac } from 'node:crypto';
import encodeQR from 'qr';
import { expect, it } from 'vitest';
import { parseOrderId, ulidBytes, ulidOf } from '../../src/base/ids.js';
import { RECEIPT_STANDINGS, type ReceiptFacts } from '../../src/base/receipt.js';
import { rupiah } from '../../src/base/rupiah.js';
import { isSettled, type Sale, type SaleState } from '../../src/core/sale/sale.js';
import { decodeReceipt, encodeReceipt } from '../../src/core/text/receipt-code.js';
import { receiptFacts } from '../../src/core/text/receipt-facts.js';
import { whatsappReceipt } from '../../src/core/text/whatsapp-receipt.js';
import { RECEIPT_PATH, ReceiptSeals } from '../../src/relay/receipt-link.js';
import { Terminals, tokenSha256 } from '../../src/relay/terminals.js';
import { FACTS, linkOf, readLink } from '../kit/receipts/receipts.js';
import { evidence, newSale } from './world.js';

const TOKEN = 'a-token-of-terminal-T01';
const BASE = 'https://relay.example.com';
const SEALS = new ReceiptSeals(new Terminals([{ id: 'T01', tokenSha256: tokenSha256(TOKEN) }]));
const tokenIn = (link: string): string => link.slice(link.indexOf(RECEIPT_PATH) + RECEIPT_PATH.length);

const ITEM = { price: rupiah(1_000), quantity: 1 };
/** As many as a cart holds. */
const CART: ReceiptFacts = {
  ...FACTS,
  amount: rupiah(20_000),
  items: Array.from({ length: 20 }, (_, i) => ({ ...ITEM, name: `Kopi susu gula aren ${i + 1}` })),
};

it('is these very bytes: a link that hangs in a chat opens with the next version as well', () => {
  const short = { ...FACTS, items: FACTS.items.slice(0, 1), amount: rupiah(36_000) };
  expect(Buffer.from(encodeReceipt(short, 400)).toString('hex')).toBe(
    '1000035430310193543f840000000000000000000000a099027ba4ce266b0276d01e0d576172756e672042752053726905476f50617905476f506179104131323032363131323230353230303000000102d08c01134b6f706920737573752067756c61206172656e',
  );
  expect(linkOf(short, BASE, TOKEN)).toBe(
    'https://relay.example.com/r/EAADVDAxAZNUP4QAAAAAAAAAAAAAAKCZAnukziZrAnbQHg1XYXJ1bmcgQnUgU3JpBUdvUGF5BUdvUGF5EEExMjAyNjExMjIwNTIwMDAAAAEC0IwBE0tvcGkgc3VzdSBndWxhIGFyZW7Rjql-7rvSmis-FBmyMRrB',
  );
});

it('says the same to a reader that shares no line with ours', () => {
  expect(readLink(TOKEN, linkOf(FACTS, BASE, TOKEN))).toEqual({
    ...{ standing: 0, language: 0, zone: 0, dates: 0, orderId: FACTS.orderId, amount: 54_000, number: 123 },
    ...{ rrnHead: 632_612, paidAt: FACTS.paidAtMs / 1000, days: 30, shop: 'Warung Bu Sri' },
    ...{ issuer: 'GoPay', acquirer: 'GoPay', reference: 'A120261122052000', contact: [], more: 0 },
    items: [
      [2, 18_000, 'Kopi susu gula aren'],
      [1, 18_000, 'Roti bakar cokelat keju'],
    ],
  });
  expect(readLink('another-token', linkOf(FACTS, BASE, TOKEN))).toBeUndefined();
});

it('is read back as it was, in each standing, language, zone and form of dates', () => {
  for (const standing of RECEIPT_STANDINGS)
    for (const language of ['both', 'id', 'en'] as const)
      for (const zone of ['WIB', 'WITA', 'WIT'] as const)
        for (const dates of ['31-12-2026', '31/12/2026', '2026-12-31'] as const) {
          const facts = { ...FACTS, standing, language, zone, dates, contact: ['Tel. 022-1234567'] };
          expect(SEALS.open(tokenIn(linkOf(facts, BASE, TOKEN)))).toEqual(facts);
        }
});

it('is read back without what the gateway did not name, and for the largest and smallest numbers', () => {
  const { issuer, acquirer, reference, ...bare } = FACTS;
  const small = { ...bare, amount: rupiah(1), number: '000000', rrn: '001000000000', days: 1, items: [] };
  expect(SEALS.open(tokenIn(linkOf(small, BASE, TOKEN)))).toEqual(small);
  const large = { ...FACTS, amount: rupiah(20_000_000), number: '999999', rrn: '936623999999', days: 366 };
  expect(SEALS.open(tokenIn(linkOf(large, BASE, TOKEN)))).toEqual(large);
});

it('is refused with any one bit turned round, cut, longer, and in every other spelling of the same bytes', () => {
  const token = tokenIn(linkOf(FACTS, BASE, TOKEN));
  const bytes = Buffer.from(token, 'base64url');
  for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
    const other = Buffer.from(bytes);
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(SEALS.open(other.toString('base64url')), `bit ${bit}`).toBeUndefined();
  }
  // The letters themselves: the last one holds bits that no byte has.
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let at = 0; at < token.length; at += 1)
    for (const letter of letters)
      if (letter !== token[at])
        expect(SEALS.open(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
  for (let length = 0; length < token.length; length += 1)
    expect(SEALS.open(token.slice(0, length))).toBeUndefined();
  for (const more of ['A', '=', 'AA', '%', '/', '\0', token])
    expect(SEALS.open(token + more)).toBeUndefined();
  expect(SEALS.open(token)).toEqual(FACTS);
});

it('is refused of another terminal, of an unknown one, and of one whose token is a new one', () => {
  const foreign = { ...FACTS, orderId: orderId('T02-01JDA3Z1000000000000000000') };
  // T02 signs with its own key, is unknown here, and T01 cannot sign for it.
  for (const link of [linkOf(foreign, BASE, 'other-token', 'T02'), linkOf(foreign, BASE, TOKEN)])
    expect(SEALS.open(tokenIn(link))).toBeUndefined();
  // What stands in for the key of nobody opens nothing either.
  const bytes = encodeReceipt(foreign, 400);
  const tag = createHmac('sha256', Buffer.alloc(32)).update(bytes).digest().subarray(0, 16);
  expect(SEALS.open(Buffer.concat([bytes, tag]).toString('base64url'))).toBeUndefined();
  const renewed = new ReceiptSeals(new Terminals([{ id: 'T01', tokenSha256: tokenSha256('a-new-token') }]));
  expect(renewed.open(tokenIn(linkOf(FACTS, BASE, TOKEN)))).toBeUndefined();
});

it('of a cart of 20 lines fits a code of version 11, and says how many lines it leaves out', () => {
  const link = linkOf(CART, BASE, TOKEN);
  expect(link.length).toBeLessThanOrEqual(321);
  expect(encodeQR(link, 'raw', { ecc: 'low', border: 1 })).toHaveLength(61 + 2);
  const facts = SEALS.open(tokenIn(link));
  expect(facts?.items.length).toBeGreaterThanOrEqual(4);
  expect((facts?.items.length ?? 0) + (facts?.more ?? 0)).toBe(20);
  expect(facts?.amount).toBe(20_000);
});

it('of the longest of everything still makes a code, its texts cut between two characters', () => {
  const long = 'é€😀'.repeat(20);
  const most = {
    ...FACTS,
    shop: long,
    issuer: long,
    acquirer: long,
    reference: long,
    contact: [long, long, long],
  };
  const link = linkOf(
    { ...most, orderId: orderId(`${'A'.repeat(16)}-01JDA3Z1000000000000000000`) },
    `https://${'a'.repeat(72)}`,
    TOKEN,
    'A'.repeat(16),
  );
  expect(link.length).toBeLessThanOrEqual(512);
  const seals = new ReceiptSeals(new Terminals([{ id: 'A'.repeat(16), tokenSha256: tokenSha256(TOKEN) }]));
  const facts = seals.open(tokenIn(link));
  expect(facts).toMatchObject({ amount: 54_000, more: 2, items: [] });
  expect(long.startsWith(facts?.shop ?? '-')).toBe(true);
});

it('keeps the 128 bits of every ULID', () => {
  for (const ulid of [
    '00000000000000000000000000',
    '7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    '01JDA3Z1N8QK2C7W4V5X6Y9ZAB',
  ])
    expect(ulidOf(ulidBytes(orderId(`T01-${ulid}`)))).toBe(ulid);
});

it('never ends in anything but facts or nothing, whatever the bytes', () => {
  const bytes = encodeReceipt(FACTS, 400);
  for (let at = 0; at < bytes.length; at += 1)
    for (const value of [0, 1, 127, 128, 255]) {
      const other = Uint8Array.from(bytes);
      other[at] = value;
      expect(() => decodeReceipt(other)).not.toThrow();
      expect(decodeReceipt(other.subarray(0, at))).toBeUndefined();
    }
});

const RESOLVED = { at: 'resolved', by: 'Sri', atMs: 1, note: 'cash' } as const;
const REFUND = { refundKey: 'k', step: 'ask', tries: 0, sinceMs: 1 } as const;
const ANY: readonly (readonly [SaleState, ReceiptFacts['standing'] | undefined])[] = [
  [{ at: 'requested' }, undefined],
  [{ at: 'charging' }, undefined],
  [{ at: 'closed', how: 'expired' }, undefined],
  [{ at: 'refused', code: 503 }, undefined],
  [{ at: 'delivering', step: 'telling', again: false }, undefined],
  [{ at: 'delivered', atMs: 1 }, 'paid'],
  [{ at: 'owed', why: 'deliveryFailed', sinceMs: 1 }, 'owed'],
  [{ at: 'owed', why: 'lateSettlement', sinceMs: 1 }, 'owed'],
  [{ at: 'owed', why: 'deliveryUnknown', sinceMs: 1 }, 'owedUnknown'],
  [{ at: 'owed', why: 'partlyDelivered', sinceMs: 1 }, 'owedPartly'],
  [{ at: 'owed', why: 'otherAmount', sinceMs: 1 }, 'otherAmount'],
  [{ at: 'owed', why: 'otherPayee', sinceMs: 1 }, 'otherPayee'],
  [{ at: 'refunding', why: 'deliveryFailed', ...REFUND }, 'refunding'],
  [{ at: 'refunding', why: 'deliveryUnknown', ...REFUND }, 'refundingUnknown'],
  [{ at: 'refunding', why: 'returned', ...REFUND }, 'refundingUnknown'],
  [{ ...RESOLVED, how: 'delivered' }, 'paid'],
  [{ ...RESOLVED, how: 'refunded' }, 'refunded'],
  [{ ...RESOLVED, how: 'other' }, 'closedByStaff'],
];
const HEAD = {
  shop: 'Warung',
  terminal: 'KASIR1',
  header: [],
  footer: [],
  contact: { phone: '022-1234567' },
};

it('is of a settled sale alone, and says what became of it', () => {
  for (const [state, standing] of ANY) {
    const { sale } = newSale('keypad');
    const now = { ...sale, state, evidence: evidence(sale, 'settlement') } satisfies Sale;
    const facts = receiptFacts(now, HEAD, 30);
    expect(facts?.standing, JSON.stringify(state)).toBe(standing);
    if (!isSettled(now)) expect(facts).toBeUndefined();
    // Whom to call stands where something is left to be done.
    if (facts !== undefined) expect(facts.contact).toEqual(standing === 'paid' ? [] : ['Tel. 022-1234567']);
    if (facts !== undefined) expect(facts).toMatchObject({ orderId: sale.orderId, amount: sale.amount });
  }
});

it('opens WhatsApp with the receipt as a message, its items as far as a code can be read', () => {
  const written = (facts: ReceiptFacts): string => {
    const link = whatsappReceipt(facts);
    expect(link.length).toBeLessThanOrEqual(321);
    expect(link.startsWith('https://wa.me/?text=')).toBe(true);
    return new URL(link).searchParams.get('text') ?? '';
  };
  expect(written(FACTS)).toBe(
    'Warung Bu Sri\nLUNAS Rp54.000\n2 x Kopi susu gula aren Rp36.000\n1 x Roti bakar cokelat keju Rp18.000\n' +
      '22-11-2026 12:00 WIB\nNo. 000123\nT01-01JDA3Z1000000000000000000\nRRN 632612000123',
  );
  expect(written({ ...CART, language: 'en' })).toMatch(
    /^Warung Bu Sri\nPAID Rp20\.000\n1 x Kopi [\s\S]*\n\+ 1\d more\n/,
  );
  expect(written({ ...FACTS, items: [], standing: 'owed', contact: ['Tel. 022-1234567'] })).toContain(
    'belum diserahkan',
  );
});

function orderId(text: string): ReceiptFacts['orderId'] {
  const id = parseOrderId(text);
  if (id === undefined) throw new Error(text);
  return id;
}
