import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { TerminalId } from '../base/ids.js';
import type { ReceiptFacts } from '../base/receipt.js';
import { NewestMap } from '../bounds/newest-map.js';
import {
  decodeReceipt,
  encodeReceipt,
  RECEIPT_BYTES_MOST,
  terminalOfReceipt,
} from '../core/text/receipt-code.js';
import type { ReceiptLinks } from '../port/receipt.js';

/** Where receipts are, below the relay's public address. */
export const RECEIPT_PATH = '/r/';

/** Half of HMAC-SHA-256, the least that RFC 2104 (5) advises. */
const TAG_BYTES = 16;

/**
 * Characters of a whole link that a code of version 11 holds at error correction L: 61 modules, which with their quiet zone take
 * 207 pixels at three a module. Beside that a screen of 320x240 has room for LUNAS and the amount.
 */
const LINK_CHARACTERS = 321;

/** In characters of base64url: what is longer is no link of ours, and nothing of it is looked at. */
const TOKEN_MOST = Math.ceil(((RECEIPT_BYTES_MOST + TAG_BYTES) * 4) / 3);

/**
 * The key with which one terminal signs its receipts. It is made from the digest of the terminal's token, which the terminal can
 * compute and the relay has in relay.toml: nothing more has to be kept secret, and a new token ends the links of the old one.
 * @param tokenSha256 64 hex digits
 */
function keyOf(terminal: string, tokenSha256: string): Buffer {
  const digest = Buffer.from(tokenSha256, 'hex');
  return Buffer.from(hkdfSync('sha256', digest, 'gopay-pos', `receipt link 1 ${terminal}`, 32));
}

function tagOf(key: Buffer, bytes: Uint8Array): Buffer {
  return createHmac('sha256', key).update(bytes).digest().subarray(0, TAG_BYTES);
}

/** Signs receipts at the terminal. */
export class SignedReceipts implements ReceiptLinks {
  readonly #base: string;
  readonly #key: Buffer;

  /** @param relayUrl the relay as customers' phones reach it */
  constructor(relayUrl: string, terminal: TerminalId, tokenSha256: string) {
    this.#base = relayUrl.replace(/\/+$/, '') + RECEIPT_PATH;
    this.#key = keyOf(terminal, tokenSha256);
  }

  linkOf(facts: ReceiptFacts): string {
    const room = Math.floor(((LINK_CHARACTERS - this.#base.length) * 3) / 4) - TAG_BYTES;
    const bytes = encodeReceipt(facts, room);
    const signed = Buffer.concat([bytes, tagOf(this.#key, bytes)]);
    return this.#base + signed.toString('base64url');
  }
}

/** In the place of a key for whom is no terminal of ours: who measures how long an answer takes learns nothing of who is. */
const NOBODY = Buffer.alloc(32);

/** With what a terminal may have signed; digests as {@link keyOf} takes them. */
export interface SignedBy {
  receiptKeys(terminal: string): readonly string[];
}

/** A relay's terminals. */
const KEYS_MOST = 10_000;

/** Tells at the relay which receipts terminals of its own have signed. */
export class ReceiptSeals {
  readonly #terminals: SignedBy;
  /** By name and digest, made when they are first asked for. */
  readonly #keys = new NewestMap<Buffer>(KEYS_MOST);

  constructor(terminals: SignedBy) {
    this.#terminals = terminals;
  }

  /**
   * @param token what follows {@link RECEIPT_PATH}
   * @returns undefined for whatever no terminal of ours has signed, bit by bit as it is
   */
  open(token: string): ReceiptFacts | undefined {
    if (token.length > TOKEN_MOST || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
    const signed = Buffer.from(token, 'base64url');
    // The last character may hold bits that no byte has.
    if (signed.length <= TAG_BYTES || signed.toString('base64url') !== token) return undefined;
    const bytes = signed.subarray(0, -TAG_BYTES);
    const terminal = terminalOfReceipt(bytes);
    const digests = terminal === undefined ? [] : this.#terminals.receiptKeys(terminal);
    const keys = digests.map((digest) => this.#keyOf(terminal ?? '', digest));
    const tag = signed.subarray(-TAG_BYTES);
    const fits = (keys.length === 0 ? [NOBODY] : keys).some((key) => timingSafeEqual(tagOf(key, bytes), tag));
    return fits && keys.length > 0 ? decodeReceipt(bytes) : undefined;
  }

  #keyOf(terminal: string, digest: string): Buffer {
    const name = `${terminal} ${digest}`;
    const key = this.#keys.get(name) ?? keyOf(terminal, digest);
    this.#keys.set(name, key);
    return key;
  }
}
