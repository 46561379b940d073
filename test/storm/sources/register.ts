import { FixedFrameRegister } from '../../../devices/register/fixed-frame/driver.js';
import { hex } from '../../../src/base/bytes.js';
import type { Sale } from '../../../src/core/sale.js';
import type { Roster } from '../../../src/terminal/parts.js';
import { Stream } from '../chance.js';
import { TERMINAL } from '../cloud.js';
import type { Violation } from '../laws.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const ACK = 0x06;
const ANSWER_BYTES = 205;
/** A register that waits for a customer waits long. */
const PATIENCE_MS = 200_000;
const MOST_ASKS = 8;

interface Bill {
  readonly amount: number;
  asks: number;
  /** A question is out, of this type. */
  waiting: '31' | '32' | undefined;
  stopWaiting: () => void;
}

/**
 * A cash register with the fixed frame: asks, acknowledges, asks again, inquires, gives up; and hands out the goods of a
 * bill once, when "approved" has come in answer to its own question about that bill.
 */
export class RegisterPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #cable: Cable;
  readonly #random: Stream;
  /** RRN of each payment that it has taken, with the bill that it paid. */
  readonly #taken = new Map<string, Bill>();
  readonly #goods = new Set<string>();
  readonly #said = new Map<string, string>();
  #bill: Bill | undefined;
  #buffer: number[] = [];
  #last: { readonly amount: number; readonly orderId: string | undefined } | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#cable = new Cable({ ...parts, written: (bytes, asked) => this.#written(bytes, asked) });
    this.#random = new Stream(parts.seed, 4_001);
    this.#cable.hear = (bytes) => this.#hear(bytes);
    this.#rest();
  }

  /** Bills that have opened a sale since the last word about them. */
  readonly #opened = new WeakSet<Bill>();

  owns(sale: Sale): boolean {
    return sale.source.kind === 'register';
  }

  plug({ alive, act, timers, log }: ProcessParts): Partial<Roster> {
    const line = new LineEnd(this.#cable, this.#parts.time, alive, act);
    const ids = { merchantId: 'G490526303', terminalId: TERMINAL };
    const register = new FixedFrameRegister({ name: 'register', ...ids, line, timers, log });
    return { registers: [{ register, kind: 'register', acknowledge: 'required' }] };
  }

  sale(_sale: Sale, before: Sale | undefined): void {
    if (before === undefined && this.#bill !== undefined) this.#opened.add(this.#bill);
  }

  /** Law 7: while a sale is open, or unknown to it, for the bill that it is asking about, there is no second one. */
  objects({ orderId }: Sale): Violation | undefined {
    if (this.#bill === undefined || !this.#opened.has(this.#bill)) return undefined;
    return { law: 'law 7', words: `${orderId} is a second charge for one request of the register` };
  }

  hasWord(sale: Sale): boolean {
    return this.#goods.has(sale.orderId);
  }

  get idle(): boolean {
    return this.#bill === undefined;
  }

  #written(bytes: Uint8Array, asked: boolean): void {
    if (bytes.length < 2) return;
    const { laws, story } = this.#parts;
    const { code, rrn } = readAnswer(bytes);
    story.say(() => `line -> answer ${code} rrn ${rrn.trim()}`);
    laws.answerWritten(hex(bytes), code, rrn, asked);
  }

  #rest(): void {
    const { time, takeBill, chance, pace } = this.#parts;
    this.#bill = undefined;
    time.after(this.#random.between(...pace.rest), () => {
      if (chance.off || !takeBill()) return;
      this.#bill = { amount: this.#amount(), asks: 0, waiting: undefined, stopWaiting: none };
      this.#ask('31');
      if (chance.now('registerGivesUp'))
        this.#givesUp(this.#bill, chance.detail('registerGivesUp', 300, 120_000));
    });
  }

  #givesUp(bill: Bill, ms: number): void {
    this.#parts.time.after(ms, () => {
      if (this.#bill !== bill) return;
      this.#parts.story.say(() => `register gives up its bill of ${bill.amount}`);
      this.#end(bill);
    });
  }

  #amounts = 0;
  /** The same amount twice running only where the first is over for both sides: the frame has no other reference. */
  #amount(): number {
    const { laws } = this.#parts;
    const last = this.#last;
    const over = last?.orderId !== undefined && laws.sales.get(last.orderId)?.state.at === 'delivered';
    if (last !== undefined && over && this.#random.fraction() < 0.3) return last.amount;
    this.#amounts += 1;
    return 1_000 + this.#amounts * 7;
  }

  #ask(type: '31' | '32'): void {
    const { time, story, chance } = this.#parts;
    const bill = this.#bill;
    if (bill === undefined) return;
    bill.asks += 1;
    if (bill.asks > MOST_ASKS || chance.off) return this.#end(bill);
    bill.stopWaiting();
    bill.waiting = type;
    story.say(() => `register asks ${type} ${bill.amount}`);
    this.#buffer = [];
    this.#cable.fromDevice(question(type, type === '31' ? bill.amount : 0));
    const repeats = chance.now('registerRepeats');
    const ms = repeats ? chance.detail('registerRepeats', 200, 60_000) : PATIENCE_MS;
    bill.stopWaiting = time.after(ms, () => this.#ask(repeats ? type : this.#again()));
  }

  #again(): '31' | '32' {
    return this.#random.fraction() < 0.5 ? '31' : '32';
  }

  #end(bill: Bill): void {
    bill.stopWaiting();
    bill.waiting = undefined;
    this.#last = { amount: bill.amount, orderId: this.#last?.orderId };
    this.#rest();
  }

  #hear(bytes: Uint8Array): void {
    // What comes in one go was written in one go; half a frame before it was given up at the silence between.
    this.#buffer = [];
    for (const byte of bytes) {
      // Control bytes between frames: an ACK needs nothing, and after a NAK the wait for the answer does the rest.
      if (this.#buffer.length === 0 && byte !== 0x02) continue;
      this.#buffer.push(byte);
      if (this.#buffer.length === ANSWER_BYTES) {
        const frame = Uint8Array.from(this.#buffer);
        this.#buffer = [];
        this.#answer(frame);
      }
    }
  }

  #answer(frame: Uint8Array): void {
    const { story, chance } = this.#parts;
    if (frame.at(-2) !== 0x03 || frame.at(-1) !== checksum(frame)) {
      this.#cable.fromDevice(Uint8Array.of(0x15));
      return;
    }
    const answer = readAnswer(frame);
    const bill = this.#bill;
    const mine = bill !== undefined && this.#isMine(bill, answer);
    // It does not listen when it has asked nothing, except that it knows its last answer again.
    if (!mine && !(this.#taken.has(answer.rrn) && bill?.waiting === undefined)) {
      story.say(() => `register does not take ${answer.code} ${answer.rrn}`);
      return;
    }
    if (!mine) {
      this.#cable.fromDevice(Uint8Array.of(ACK));
      return;
    }
    if (bill !== undefined) this.#take(bill, answer, hex(frame));
    if (!chance.now('neverAcks')) this.#cable.fromDevice(Uint8Array.of(ACK));
  }

  #isMine(bill: Bill, answer: ReturnType<typeof readAnswer>): boolean {
    const { laws } = this.#parts;
    if (bill.waiting === undefined || answer.type !== bill.waiting) return false;
    const inquired = bill.waiting === '32';
    // An inquiry is about the last sale, whichever that is: the amount and a new RRN tell.
    if (inquired && answer.code !== 'aa' && Number(answer.amount) !== bill.amount * 100) return false;
    if (!inquired && Number(answer.amount) !== bill.amount * 100) return false;
    const before = this.#taken.get(answer.rrn);
    if (answer.code !== '00' || before === undefined || before === bill) return true;
    if (!inquired) laws.broken('law 6', `RRN ${answer.rrn} pays a second bill of the register`);
    return false;
  }

  #take(bill: Bill, answer: ReturnType<typeof readAnswer>, bytes: string): void {
    const { laws, story, time } = this.#parts;
    story.say(() => `register takes ${answer.code} ${answer.rrn}`);
    bill.stopWaiting();
    const asked = bill.waiting;
    bill.waiting = undefined;
    const again = (ms: number, type: '31' | '32'): void => {
      bill.stopWaiting = time.after(ms, () => this.#bill === bill && this.#ask(type));
    };
    switch (answer.code) {
      case '00': {
        const key = `${asked} ${bill.amount} ${answer.rrn}`;
        if ((this.#said.get(key) ?? bytes) !== bytes)
          laws.broken('law 7', `the same question got another "approved" than before: ${key}`);
        this.#said.set(key, bytes);
        this.#taken.set(answer.rrn, bill);
        const orderId = laws.orderOf(answer.rrn);
        if (orderId !== undefined) this.#goods.add(orderId);
        this.#last = { amount: bill.amount, orderId };
        return this.#end(bill);
      }
      case 'S3':
      case 'TO':
        return again(this.#random.between(2_000, 30_000), this.#again());
      case 'S2':
      case 'S4':
      case 'P3':
        this.#opened.delete(bill);
        return this.#random.fraction() < 0.2 ? again(3_000, '31') : this.#end(bill);
      default:
        // Busy, not ready, no connection: nothing is under way for this question, and the operator tries again.
        if (asked === '31') this.#opened.delete(bill);
        return again(this.#random.between(3_000, 20_000), asked === '32' ? '31' : this.#again());
    }
  }
}

/** The fields of an answer that a register looks at. */
function readAnswer(frame: Uint8Array): { type: string; amount: string; code: string; rrn: string } {
  const text = Buffer.from(frame.subarray(3, 3 + 64)).toString('latin1');
  return {
    type: text.slice(1, 3),
    amount: text.slice(3, 15),
    code: text.slice(50, 52),
    rrn: text.slice(52, 64),
  };
}

function none(): void {}

/** A question of 155 bytes: STX, 0150 in packed BCD, the fields, ETX, and the XOR of all but STX. */
function question(type: string, amount: number): Uint8Array {
  const text = `${String.fromCharCode(3)}${type}${String(amount * 100).padStart(12, '0')}${'0'.repeat(12)}`;
  const frame = new Uint8Array(155).fill(0x20);
  frame.set([0x02, 0x01, 0x50]);
  for (let i = 0; i < text.length; i += 1) frame[3 + i] = text.charCodeAt(i);
  frame[153] = 0x03;
  frame[154] = checksum(frame);
  return frame;
}

function checksum(frame: Uint8Array): number {
  let sum = 0;
  for (let i = 1; i < frame.length - 1; i += 1) sum ^= frame[i] ?? 0;
  return sum;
}
