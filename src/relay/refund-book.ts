import { closeSync, openSync, readSync } from 'node:fs';
import { Failure, messageOf, temporary } from '../base/fault.js';
import { parseObject } from '../base/json.js';
import { formatRupiah, type Rupiah, rupiah } from '../base/rupiah.js';
import { shareOf } from '../base/share.js';
import { FAULT } from '../core/fault/table.js';
import { appendLine } from '../identity/private-file.js';
import type { Clock } from '../port/clock.js';
import type { Log } from '../port/log.js';

export interface RefundLimits {
  /** Of all terminals together, and of one, within 24 hours. */
  readonly maxADay: Rupiah;
  readonly maxADayOfTerminal: Rupiah;
}

/** Of all relays together: each admits its share, and none while more are there than share. */
interface Sharing {
  /** As stated; this one included. */
  readonly relays: number;
  readonly relaysHeard: () => number;
}

interface RefundEntry {
  readonly terminal: string;
  readonly orderId: string;
  readonly refundKey: string;
  readonly amount: number;
}

/** Where the lines of the book are kept; `append` returns when the line is on disk. */
export interface RefundLines {
  readonly past: readonly string[];
  append(line: string): void;
}

const DAY_MS = 86_400_000;
/** More than any shop gives back in a day; a token that sends refunds of one rupiah each fills neither disk nor memory. */
const A_DAY_MOST = 2_000;
/** More than a day of refunds at any cap that a shop would set; a line has some 160 bytes. */
const TAIL_BYTES = 4 * 1024 * 1024;

/**
 * Money that terminals send out (law 15): who, how much, for which order, on disk before Midtrans is asked; and no more a day
 * than was allowed. The same refund again (order and key) is the same line, since Midtrans makes it once.
 */
export class RefundBook {
  readonly #limits: RefundLimits & Sharing;
  readonly #lines: RefundLines;
  readonly #clock: Clock;
  readonly #log: Log;
  #entries: (RefundEntry & { readonly atMs: number })[];

  constructor(limits: RefundLimits & Partial<Sharing>, lines: RefundLines, clock: Clock, log: Log) {
    const { relays = 1, relaysHeard = () => relays } = limits;
    this.#limits = {
      relays,
      relaysHeard,
      maxADay: rupiah(shareOf(limits.maxADay, relays)),
      maxADayOfTerminal: rupiah(shareOf(limits.maxADayOfTerminal, relays)),
    };
    this.#lines = lines;
    this.#clock = clock;
    this.#log = log;
    this.#entries = lines.past.flatMap((line) => parseLine(line) ?? []);
  }

  /**
   * @param mostOfTerminal a day, at this relay: what its own token allows
   * @returns why not; undefined when it may be sent. @throws Failure FAULT.relayRefundNotKept when the line cannot
   * be kept, FAULT.moreRelays while others may admit what is left as well: nothing may be sent.
   */
  admit(refund: RefundEntry, mostOfTerminal = Number.POSITIVE_INFINITY): string | undefined {
    const atMs = this.#clock.wallMs();
    // Of a clock that was set back there may be lines of the future; those count as well.
    this.#entries = this.#entries.filter((one) => atMs - one.atMs < DAY_MS);
    const { terminal, orderId, refundKey, amount } = refund;
    const isSame = (one: RefundEntry): boolean => one.orderId === orderId && one.refundKey === refundKey;
    if (this.#entries.some((one) => isSame(one) && one.amount === amount)) return undefined;
    const { maxADay, relays, relaysHeard } = this.#limits;
    const maxADayOfTerminal = rupiah(Math.min(this.#limits.maxADayOfTerminal, mostOfTerminal));
    const heard = relaysHeard();
    if (heard > relays)
      throw new Failure(
        temporary(FAULT.moreRelays, `${heard} relays at the broker, limits.relays is ${relays}`),
      );
    if (this.#entries.length >= A_DAY_MOST) return `${A_DAY_MOST} refunds a day`;
    const total = sum(this.#entries) + amount;
    const ofTerminal = sum(this.#entries.filter((one) => one.terminal === terminal)) + amount;
    const share = relays === 1 ? '' : ` at each of ${relays} relays`;
    if (ofTerminal > maxADayOfTerminal)
      return `${formatRupiah(maxADayOfTerminal)} a day of terminal ${terminal}${share}`;
    if (total > maxADay) return `${formatRupiah(maxADay)} a day of all terminals${share}`;
    const line = JSON.stringify({
      at: new Date(atMs).toISOString(),
      terminal,
      order: orderId,
      key: refundKey,
      amount,
    });
    try {
      this.#lines.append(line);
    } catch (thrown) {
      throw new Failure(temporary(FAULT.relayRefundNotKept, messageOf(thrown)));
    }
    this.#entries.push({ ...refund, atMs });
    this.#log.info(
      `refund of ${amount} rupiah by terminal ${terminal} order=${orderId} key=${refundKey}; today ${ofTerminal} of ${maxADayOfTerminal}, all ${total} of ${maxADay}`,
    );
    return undefined;
  }
}

/** A file that only grows. @throws Failure FAULT.relayRefundNotKept when it cannot be read or written */
export function fileLines(file: string): RefundLines {
  try {
    const fd = openSync(file, 'a+', 0o600);
    const past = tailOf(fd).split('\n');
    closeSync(fd);
    return { past, append: (line) => appendLine(file, line) };
  } catch (thrown) {
    throw new Failure(temporary(FAULT.relayRefundNotKept, `${file}: ${messageOf(thrown)}`));
  }
}

function tailOf(fd: number): string {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  let kept = 0;
  for (let at = 0, count = readSync(fd, buffer, 0, buffer.length, at); count > 0; ) {
    chunks.push(Buffer.from(buffer.subarray(0, count)));
    kept += count;
    while (kept - (chunks[0]?.length ?? 0) > TAIL_BYTES) kept -= chunks.shift()?.length ?? 0;
    at += count;
    count = readSync(fd, buffer, 0, buffer.length, at);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sum(refunds: readonly RefundEntry[]): number {
  return refunds.reduce((total, { amount }) => total + amount, 0);
}

/** A line that is none was cut by a power cut before it was synced, so that nothing was sent for it. */
function parseLine(line: string): (RefundEntry & { readonly atMs: number }) | undefined {
  const { at, terminal, order, key, amount } = parseObject(line) ?? {};
  const atMs = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(atMs) || typeof amount !== 'number' || !Number.isSafeInteger(amount)) return undefined;
  return { atMs, amount, terminal: String(terminal), orderId: String(order), refundKey: String(key) };
}
