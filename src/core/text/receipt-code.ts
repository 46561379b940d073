import { assert } from '../../base/assert.js';
import { parseOrderId, type TerminalId, terminalOf, ulidBytes, ulidOf } from '../../base/ids.js';
import { RECEIPT_STANDINGS, type ReceiptFacts, type ReceiptItem } from '../../base/receipt.js';
import { isRupiah } from '../../base/rupiah.js';
import type { DateForm, Zone } from '../../base/time.js';

/*
 * The facts of a receipt as bytes, version 1. Whole numbers are LEB128 (seven bits a byte, the lowest first), texts their length in
 * bytes and UTF-8.
 *
 *   1    version (upper four bits), standing (lower)
 *   1    language (bits 0-1), zone (2-3), form of dates (4-5)
 *   text terminal
 *   16   ULID of the order id
 *   n    amount in rupiah
 *   n    number of the sale
 *   n    first six digits of the RRN
 *   4    when it was paid, seconds since 1970, highest byte first
 *   n    days that the link opens
 *   text shop, issuer, acquirer, reference: empty for none
 *   n    lines of contact, each a text
 *   n    lines of items that are left out
 *   n    lines of items, each: n quantity, n price of one, text name
 */
const VERSION = 1;

const LANGUAGES = ['both', 'id', 'en'] as const;
const ZONES: readonly Zone[] = ['WIB', 'WITA', 'WIT'];
const DATE_FORMS: readonly DateForm[] = ['31-12-2026', '31/12/2026', '2026-12-31'];

/** In bytes: what is longer is cut, so that the longest link still makes a code. */
const LONGEST = { shop: 48, brand: 16, reference: 32, contact: 40, item: 40 } as const;

const ULID_BYTES = 16;
const UTF8 = new TextEncoder();
const NUMBER_DIGITS = 6;

/** What a link of version 1 has at most: all texts at their longest, and no items. */
export const RECEIPT_BYTES_MOST = 300;

/**
 * @param mostBytes lines of items are left out, from the last one on, and counted, until it is no longer; without any it may be
 *   longer, up to {@link RECEIPT_BYTES_MOST}.
 */
export function encodeReceipt(facts: ReceiptFacts, mostBytes: number): Uint8Array {
  const head = headBytes(facts);
  const lines = facts.items.map(itemBytes);
  let kept = lines.length;
  const tailOf = (count: number): number[] => [
    ...whole(facts.more + lines.length - count),
    ...whole(count),
    ...lines.slice(0, count).flat(),
  ];
  while (kept > 0 && head.length + tailOf(kept).length > mostBytes) kept -= 1;
  return Uint8Array.from([...head, ...tailOf(kept)]);
}

function headBytes(facts: ReceiptFacts): number[] {
  const { orderId, rrn, language, zone, dates } = facts;
  const marks = LANGUAGES.indexOf(language) | (ZONES.indexOf(zone) << 2) | (DATE_FORMS.indexOf(dates) << 4);
  return [
    (VERSION << 4) | RECEIPT_STANDINGS.indexOf(facts.standing),
    marks,
    ...text(terminalOf(orderId) ?? '', 16),
    ...ulidBytes(orderId),
    ...whole(facts.amount),
    ...whole(Number(facts.number)),
    ...whole(Number(rrn.slice(0, NUMBER_DIGITS))),
    ...fourBytes(facts.paidAtMs / 1000),
    ...whole(facts.days),
    ...text(facts.shop, LONGEST.shop),
    ...text(facts.issuer ?? '', LONGEST.brand),
    ...text(facts.acquirer ?? '', LONGEST.brand),
    ...text(facts.reference ?? '', LONGEST.reference),
    ...whole(facts.contact.length),
    ...facts.contact.flatMap((line) => text(line, LONGEST.contact)),
  ];
}

function itemBytes({ quantity, price, name }: ReceiptItem): number[] {
  return [...whole(quantity), ...whole(price), ...text(name, LONGEST.item)];
}

function whole(value: number): number[] {
  assert(Number.isSafeInteger(value) && value >= 0, `${value} is no whole number`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}

function fourBytes(value: number): number[] {
  const least = Math.min(0xffff_ffff, Math.max(0, Math.floor(value)));
  return [24, 16, 8, 0].map((shift) => (least >>> shift) & 255);
}

function text(written: string, mostBytes: number): number[] {
  const bytes = UTF8.encode(written);
  let length = Math.min(bytes.length, mostBytes);
  // Between two characters, never within one: the bytes behind a character's first begin with the bits 10.
  while (((bytes[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  return [...whole(length), ...bytes.subarray(0, length)];
}

/** Which terminal says that it made this, before anything of it is believed; undefined where nothing can be read. */
export function terminalOfReceipt(bytes: Uint8Array): TerminalId | undefined {
  const reader = new Reader(bytes.subarray(2));
  const id = reader.text();
  return reader.isGood
    ? ((/^[A-Z0-9]{1,16}$/.test(id) ? id : undefined) as TerminalId | undefined)
    : undefined;
}

/** @returns undefined for what is no receipt of this version, whole and without anything behind it */
export function decodeReceipt(bytes: Uint8Array): ReceiptFacts | undefined {
  const reader = new Reader(bytes);
  const first = reader.byte();
  const marks = reader.byte();
  const standing = RECEIPT_STANDINGS[first & 15];
  const language = LANGUAGES[marks & 3];
  const zone = ZONES[(marks >> 2) & 3];
  const dates = DATE_FORMS[marks >> 4];
  const terminal = reader.text();
  const orderId = parseOrderId(`${terminal}-${ulidOf(reader.bytes(ULID_BYTES))}`);
  const [amount, number, rrnHead] = [reader.whole(), reader.whole(), reader.whole()];
  const paidAtMs = reader.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) * 1000;
  const days = reader.whole();
  const [shop, issuer, acquirer, reference] = [reader.text(), reader.text(), reader.text(), reader.text()];
  const contact = reader.many(() => reader.text());
  const more = reader.whole();
  const items = reader.many(() => itemOf(reader));
  if (!reader.isGood || !reader.isAtEnd || first >> 4 !== VERSION || orderId === undefined) return undefined;
  if (standing === undefined || language === undefined || zone === undefined || dates === undefined)
    return undefined;
  if (!isRupiah(amount) || number >= 1_000_000 || rrnHead >= 1_000_000 || days < 1) return undefined;
  const digits = String(number).padStart(NUMBER_DIGITS, '0');
  return {
    ...{ standing, orderId, amount, paidAtMs, days, shop, language, zone, dates, contact, items, more },
    number: digits,
    rrn: `${String(rrnHead).padStart(NUMBER_DIGITS, '0')}${digits}`,
    ...(issuer === '' ? {} : { issuer }),
    ...(acquirer === '' ? {} : { acquirer }),
    ...(reference === '' ? {} : { reference }),
  };
}

function itemOf(reader: Reader): ReceiptItem {
  const [quantity, price] = [reader.whole(), reader.whole()];
  const name = reader.text();
  if (!isRupiah(price)) return reader.fail({ quantity, price: 0 as ReceiptItem['price'], name });
  return { quantity, price, name };
}

/** Reads from the front. What is not there is nothing, and `isGood` says so at the end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  isGood = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  fail<T>(value: T): T {
    this.isGood = false;
    return value;
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0;
  }

  bytes(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) return this.fail(new Uint8Array(Math.min(count, ULID_BYTES)));
    const found = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return found;
  }

  whole(): number {
    let value = 0;
    for (let place = 0; place < 5; place += 1) {
      const byte = this.byte();
      value += (byte & 127) * 128 ** place;
      if (byte < 128) return value;
    }
    return this.fail(0);
  }

  text(): string {
    const bytes = this.bytes(this.whole());
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return this.fail('');
    }
  }

  many<T>(one: () => T): T[] {
    const found: T[] = [];
    for (let left = this.whole(); left > 0 && this.isGood; left -= 1) found.push(one());
    return found;
  }
}
