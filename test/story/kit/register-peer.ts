import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { longRuns } from '../../../src/journal/runs.js';
import { Pty } from '../../kit/pty/pty.js';
import { until } from '../../kit/pty/until.js';
import { HeldTimers } from './held-timers.js';
import { type Shop, type ShopOptions, story } from './shop.js';

/** What a register hears on its line. */
export type Heard =
  | { readonly heard: 'ack' }
  | { readonly heard: 'nak' }
  | { readonly heard: 'answer'; readonly answer: Answer };

/** One 205-byte answer, cut into the fields that registers look at. */
export interface Answer {
  readonly hex: string;
  readonly version: number;
  readonly type: string;
  /** Twelve digits, the last two are cents. */
  readonly amount: string;
  readonly code: string;
  readonly rrn: string;
  readonly approval: string;
  readonly invoice: string;
}

/** The register's end of the line. */
export interface Cable {
  send(bytes: Uint8Array): void;
  take(count: number): Promise<Uint8Array>;
  /** Bytes that have come and were not taken. */
  waiting(): number;
}

/** One of the fields of a question that stories change; the rest is what card registers send. */
export interface Asking {
  readonly amount?: number;
  readonly version?: number;
  readonly reference?: string;
}

const ACK = 0x06;
const NAK = 0x15;

/**
 * A cash register with the fixed 150/200-byte frame, written from the description of the frame alone: it shares nothing
 * with the driver, so the two agree only where both are right. It acknowledges nothing by itself.
 */
export class RegisterPeer {
  #cable: Cable;

  constructor(cable: Cable) {
    this.#cable = cable;
  }

  /** Another cable to the same register. */
  move(cable: Cable): void {
    this.#cable = cable;
  }

  send(bytes: Uint8Array): void {
    this.#cable.send(bytes);
  }

  /**
   * Sends a question in pieces of `sizes` bytes and a rest, each when the event loop has gone round, and hears its ACK.
   * On a NAK, which a machine under load earns with too long a pause, it is sent again: three times in all, as usual.
   */
  async asksInPieces(frame: Uint8Array, ...sizes: readonly number[]): Promise<void> {
    for (let sends = 1; ; sends += 1) {
      let from = 0;
      for (const size of [...sizes, frame.length]) {
        this.send(frame.subarray(from, from + size));
        from += size;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (sends === 3) return this.hears('ack');
      const heard = await this.#next();
      if (heard.heard === 'ack') return;
    }
  }

  /** Sends a question and hears its ACK. */
  async ask(type: string, asking: Asking = {}): Promise<void> {
    this.send(question(type, asking));
    await this.hears('ack');
  }

  /** Asks, hears the ACK and then the answer, and leaves that without its ACK. */
  async askAndHear(type: string, asking: Asking = {}): Promise<Answer> {
    await this.ask(type, asking);
    return this.answer();
  }

  async hears(what: 'ack' | 'nak'): Promise<void> {
    const heard = await this.#next();
    if (heard.heard !== what) throw new Error(`the register hears ${JSON.stringify(heard)}, not ${what}`);
  }

  /** The next thing on the line, which must be an answer. */
  async answer(): Promise<Answer> {
    const heard = await this.#next();
    if (heard.heard !== 'answer') throw new Error(`the register hears ${heard.heard}, not an answer`);
    return heard.answer;
  }

  acknowledge(): void {
    this.send(Uint8Array.of(ACK));
  }

  refuse(): void {
    this.send(Uint8Array.of(NAK));
  }

  /** The next answer, which is acknowledged. */
  async takes(): Promise<Answer> {
    const answer = await this.answer();
    this.acknowledge();
    return answer;
  }

  /** Nothing has come that was not taken. */
  get quiet(): boolean {
    return this.#cable.waiting() === 0;
  }

  /**
   * Proves that nothing was sent to it: an echo test goes through the same line in the same order, so whatever was
   * sent before would come before its answer.
   */
  async hearsNothingElse(): Promise<void> {
    const echo = await this.askAndHear('17');
    if (echo.type !== '17' || echo.code !== '00') throw new Error(`no echo: ${JSON.stringify(echo)}`);
    this.acknowledge();
  }

  async #next(): Promise<Heard> {
    const [first = -1] = await this.#cable.take(1);
    if (first === ACK) return { heard: 'ack' };
    if (first === NAK) return { heard: 'nak' };
    if (first !== 0x02) throw new Error(`the register hears byte ${first}`);
    const [high = 0, low = 0] = await this.#cable.take(2);
    const length = 100 * fromBcd(high) + fromBcd(low);
    if (length !== 200) throw new Error(`an answer of ${length} bytes`);
    const rest = await this.#cable.take(length + 2);
    return { heard: 'answer', answer: readAnswer(Uint8Array.of(first, high, low, ...rest)) };
  }
}

/** A question of 155 bytes: STX, 0150 in packed BCD, the fields, ETX, and the XOR of all but STX. */
export function question(type: string, asking: Asking = {}): Uint8Array {
  const { amount = 0, version = 3, reference = '' } = asking;
  const fields = [
    String.fromCharCode(version),
    type,
    `${amount}00`.padStart(12, '0'),
    '0'.repeat(12),
    ' '.repeat(19),
    '0000',
    '00',
    '000000',
    ' '.repeat(6),
    ' ',
    ' ',
    'N',
    '000',
    '00',
    ' '.repeat(12),
    reference.padEnd(12),
    ' '.repeat(4),
    ' '.repeat(50),
  ].join('');
  const frame = new Uint8Array(155);
  frame.set([0x02, 0x01, 0x50]);
  for (let i = 0; i < 150; i += 1) frame[3 + i] = fields.charCodeAt(i);
  frame[153] = 0x03;
  frame[154] = checksum(frame);
  return frame;
}

/** From the length up to and with ETX. */
function checksum(frame: Uint8Array): number {
  let sum = 0;
  for (let i = 1; i < frame.length - 1; i += 1) sum ^= frame[i] ?? 0;
  return sum;
}

function readAnswer(frame: Uint8Array): Answer {
  if (frame.at(-2) !== 0x03) throw new Error('an answer without ETX at its end');
  if (frame.at(-1) !== checksum(frame)) throw new Error('an answer with a wrong checksum');
  const text = Buffer.from(frame.subarray(3, -2)).toString('latin1');
  const field = (from: number, length: number): string => text.slice(from, from + length);
  const type = field(1, 2);
  // QRIS answers have a longer approval code, and everything behind it three further on.
  const shift = type === '31' || type === '32' ? 3 : 0;
  return {
    hex: Buffer.from(frame).toString('hex'),
    version: text.charCodeAt(0),
    type,
    amount: field(3, 12),
    code: field(50, 2),
    rrn: field(52, 12),
    approval: field(64, 6 + shift),
    invoice: field(150 + shift, 6),
  };
}

function fromBcd(byte: number): number {
  return 10 * (byte >> 4) + (byte & 15);
}

export interface RegisterShopOptions extends ShopOptions {
  /** Lines added to the `[register]` table. */
  readonly registerToml?: string;
}

/** The terminal's wait for an ACK in these stories: a length that no other timer of a device has. */
const ACK_WAIT_SECONDS = 29;
/** The same where an acknowledgement is assumed. */
const ASSUMED_WAIT_MS = 1_500;

/** The register's line as a story holds it in its hands: the cable, and the terminal's wait for an ACK. */
export class RegisterLine {
  readonly cable = new Pty();
  readonly ackWait = new HeldTimers(
    'an answer that waits for its ACK',
    1_000 * ACK_WAIT_SECONDS,
    ASSUMED_WAIT_MS,
  );

  /** The `[register]` table of a terminal at this line. */
  table(more: string): string {
    return `
[register]
transport = "serial"
device = "${this.cable.path}"
ack_wait_seconds = ${ACK_WAIT_SECONDS}
${more}
`;
  }

  /** The cable is pulled, and the terminal knows. */
  async unplug(shop: Shop): Promise<void> {
    const before = said(shop, 'register gone');
    await this.cable.unplug();
    await shop.until('the unplug', () => said(shop, 'register gone') > before);
  }

  async replug(shop: Shop): Promise<void> {
    const before = said(shop, 'register present');
    await this.cable.plug();
    await connected(shop, before + 1);
  }
}

/** A shop with a cash register at a serial line. An answer without ACK is not sent again, unless `registerToml` says so. */
export async function registerStory(
  options: RegisterShopOptions,
  tell: (shop: Shop, register: RegisterPeer, line: RegisterLine) => Promise<void>,
): Promise<void> {
  const line = new RegisterLine();
  try {
    await line.cable.plug();
    const { registerToml = 'resends = 0', toml = '', ...rest } = options;
    await story(
      { ...rest, outside: line.ackWait, toml: `${line.table(registerToml)}\n${toml}` },
      async (shop) => {
        await connected(shop, 1);
        await tell(shop, new RegisterPeer(line.cable), line);
      },
    );
  } finally {
    await line.cable.remove();
  }
}

/** Waits until the terminal has opened the register's line for the `times`th time in this shop. */
export async function connected(shop: Shop, times: number): Promise<void> {
  await shop.until(`the register's line, time ${times}`, () => said(shop, 'register present') >= times);
}

/** How many lines of the log have `words` in them. */
export function said(shop: Shop, words: string): number {
  return shop.log.filter((line) => line.includes(words)).length;
}

/** A register that dials the terminal by TCP. */
export class TcpCable implements Cable {
  readonly #received: number[] = [];
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (bytes: Buffer) => this.#received.push(...bytes));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  async take(count: number): Promise<Uint8Array> {
    await until(`${count} bytes at the register`, () => this.#received.length >= count);
    return Uint8Array.from(this.#received.splice(0, count));
  }

  waiting(): number {
    return this.#received.length;
  }

  /** As after a cable was pulled: what came last may lie there unread. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  async hangUp(): Promise<void> {
    const gone = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.destroy();
    await gone;
  }
}

export interface StoredAnswer {
  readonly orderId: string | null;
  readonly frame: string;
  readonly bytes: string;
  readonly result: string;
  readonly acknowledged: number;
}

/**
 * The answers as they lie on the disk, the first one first. The terminal holds its journal for itself, so a copy of the
 * files is read, as after a power cut.
 */
export function storedAnswers(shop: Shop): StoredAnswer[] {
  const copy = mkdtempSync(join(shop.directory, 'copy-'));
  for (const file of ['journal.db', 'journal.db-wal'])
    if (existsSync(join(shop.directory, 'journal', file)))
      copyFileSync(join(shop.directory, 'journal', file), join(copy, file));
  const db = new Database(join(copy, 'journal.db'));
  try {
    const sql = `SELECT order_id AS orderId, iif(frame = '=', body ->> '$.source.reference', frame) AS frame, bytes, result,
      acknowledged FROM answer LEFT JOIN sale USING (order_id) ORDER BY id`;
    const rows = db.prepare(sql).all() as StoredAnswer[];
    return rows.map((row) => ({ ...row, frame: longRuns(row.frame), bytes: longRuns(row.bytes) }));
  } finally {
    db.close();
    rmSync(copy, { recursive: true });
  }
}

/** The customer pays what the screen shows, and the notice goes out. */
export async function payScanned(shop: Shop): Promise<string> {
  const scan = await shop.shows('scan');
  const paid = shop.sandbox.payScanned(scan.payload);
  if (!paid.ok) throw new Error(`could not pay: ${paid.error}`);
  await shop.clock.advance(0);
  return scan.orderId;
}
