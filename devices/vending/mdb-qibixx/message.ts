import { RUPIAH_MAX, type Rupiah, rupiah } from '../../../src/base/rupiah.js';
/** What a line of the board says. */
export type BoardMessage =
  | { readonly said: 'version'; readonly version: string }
  /** `c,0` and `c,1`: the answer to our own switching. */
  | { readonly said: 'switched'; readonly on: boolean }
  | { readonly said: 'set' }
  /** The machine polled the board: comes many times a second on some machines, and means nothing. */
  | { readonly said: 'polled' }
  | { readonly said: 'status'; readonly status: BoardStatus }
  /** The customer chose. `price` is kept as it was written, because the approval repeats it. */
  | { readonly said: 'vend'; readonly price: string; readonly item?: string }
  | { readonly said: 'success' }
  /** `c,ERR,VEND 3`: paid, and not dispensed. */
  | { readonly said: 'failure' }
  /** `c,ERR,VEND 1`: the machine takes its request back. Seen in a published client; not in the vendor's pages. */
  | { readonly said: 'cancelled' }
  | { readonly said: 'error'; readonly text: string }
  | { readonly said: 'other'; readonly text: string };

/**
 * `INACTIVE`: no machine has polled the board. `DISABLED`: one has, and does not take cashless. `ENABLED`: it does.
 * `IDLE`: a session is open. `ONLINE` is what some firmware says for `INACTIVE`.
 */
export type BoardStatus = 'INACTIVE' | 'ONLINE' | 'DISABLED' | 'ENABLED' | 'IDLE';

const STATUS = /^c,STATUS,(INACTIVE|ONLINE|DISABLED|ENABLED|IDLE)(?:,[^,]*)?$/;
/** The item may be missing. A price that is none is still a request, which must be denied. */
const VEND = /^c,STATUS,VEND,([^,]*)(?:,([^,]*))?$/;

const LINES: ReadonlyMap<string, BoardMessage> = new Map([
  ['r,ACK', { said: 'polled' }],
  ['c,0', { said: 'switched', on: false }],
  ['c,1', { said: 'switched', on: true }],
  ['c,SET,OK', { said: 'set' }],
  ['c,VEND,SUCCESS', { said: 'success' }],
  ['c,ERR,VEND 3', { said: 'failure' }],
  ['c,ERR,VEND 1', { said: 'cancelled' }],
]);

export function readLine(text: string): BoardMessage {
  const vend = VEND.exec(text);
  if (vend !== null) {
    const [, price = '', rest = ''] = vend;
    const item = rest.trim().slice(0, 16);
    return { said: 'vend', price, ...(item === '' ? {} : { item }) };
  }
  const status = STATUS.exec(text)?.[1];
  if (status !== undefined) return { said: 'status', status: status as BoardStatus };
  const known = LINES.get(text);
  if (known !== undefined) return known;
  if (text.startsWith('v,')) return { said: 'version', version: text.slice(2) };
  if (text.startsWith('c,ERR,')) return { said: 'error', text: text.slice(6).replaceAll('"', '') };
  return { said: 'other', text };
}

/** What we say to the board, without the line end. */
export const SAY = {
  version: 'V',
  off: 'C,0',
  on: 'C,1',
  /** A session without funds, for machines on which nothing can be chosen before there is one. */
  open: 'C,START,0',
  stop: 'C,STOP',
  deny: 'C,VEND,-1',
} as const;

/** @param price the very text of the request: the board scales it back by the machine's own currency settings. */
export function approval(price: string): string {
  return `C,VEND,${price}`;
}

/** Digits, and perhaps a point and more digits: `15.19`, `15000`, `15000.00`. */
const PRICE = /^(\d{1,12})(?:\.(\d{1,6}))?$/;

/**
 * A price as the board writes it, in whole rupiah. Exact: no number with a point is ever made of it.
 * @param unit rupiah that a price of 1 stands for: 1, or 1,000 where the machine shows thousands.
 * @returns in words why it is no amount that we could collect.
 */
export function readPrice(text: string, unit: Rupiah): Rupiah | string {
  const match = PRICE.exec(text);
  const [, whole = '', decimals = ''] = match ?? [];
  if (match === null) return `"${text}" is no decimal number`;
  const scale = 10n ** BigInt(decimals.length);
  const scaled = BigInt(whole + decimals) * BigInt(unit);
  if (scaled % scale !== 0n) return `${text} x Rp${unit} is no whole number of rupiah`;
  const amount = scaled / scale;
  if (amount === 0n) return 'the price is zero';
  if (amount > BigInt(RUPIAH_MAX)) return `${text} x Rp${unit} is more than any sale`;
  return rupiah(Number(amount));
}
