import { FixedFrameRegister } from '../../../devices/register/fixed-frame/driver.js';
import { hex } from '../../../src/base/bytes.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import { refundTotal } from '../../../src/sandbox/midtrans/transaction.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { TERMINAL } from '../cloud.js';
import { booked, type Violation } from '../laws.js';
import { DIALECTS, type Dialect, type FrameAnswer } from './dialects.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const ACK = 0x06;
/** Who repeats a question sooner than this hears nothing, as far as anybody can tell. */
const REPEAT_MS = 15_000;
/** A register that waits for a customer waits long. */
const PATIENCE_MS = 200_000;
const MOST_ASKS = 8;
/** Draws of later configurations. */
const CHANGED = 400_000;

type Asked = 'sale' | 'inquiry';

/** Something beside the bills. */
interface Errand {
  readonly type: string;
  readonly amount: number;
  readonly rrn?: string;
  readonly orderId?: string;
  asks: number;
  stopWaiting: () => void;
}

interface Bill {
  readonly amount: number;
  asks: number;
  askedAtMs: number;
  /** It has asked again as one does that hears nothing. */
  hurried: boolean;
  /** It has asked again while the answer was on the line. */
  crossed: boolean;
  /** Of its line, when it asked first. */
  readonly turns: number;
  /** A question is out. */
  waiting: Asked | undefined;
  stopWaiting: () => void;
}

/**
 * A cash register with one of the fixed frames: asks, acknowledges, asks again, inquires, gives up; and hands out the goods of a
 * bill once, when "approved" has come in answer to its own question about that bill. One in four never acknowledges anything.
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
  #dialect: Dialect;
  #manners: Manners;
  /** Some register here has said 06: the terminal goes by that from then on. */
  #everAcknowledged: boolean;
  #everAssumed: boolean;
  /** Sales whose word has come to its end of the line, whether or not it was listening. */
  readonly #reached = new Set<string>();
  /** Sales whose money it wants returned. */
  readonly #returned = new Set<string>();
  #errands: Errand[] = [];
  #errand: Errand | undefined;
  #last: { readonly amount: number; readonly orderId: string | undefined } | undefined;
  /** The last bill that it took the money for, and when: one that never acknowledges sells the same to the next customer. */
  #sold: { readonly bill: Bill; readonly atMs: number } | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#manners = mannersOf(parts.seed);
    this.#everAcknowledged = this.#manners.acknowledges;
    this.#everAssumed = this.#manners.acknowledge === 'assumed';
    // Where nothing is acknowledged, nobody can tell what was lost: such a register has a line that loses no byte.
    const noisy = this.#manners.acknowledges;
    this.#cable = new Cable({ ...parts, noisy, written: (bytes, asked) => this.#written(bytes, asked) });
    this.#random = new Stream(parts.seed, 4_001);
    this.#dialect = dialectOf(parts.seed);
    this.#cable.hear = (bytes) => this.#hear(bytes);
    this.#rest();
  }

  /** The sale of each bill that has opened one since the last word about it. */
  readonly #opened = new Map<Bill, string>();

  owns(sale: Sale): boolean {
    return sale.source.kind === 'register';
  }

  plug({ alive, act, timers, log }: ProcessParts): Partial<Adapters> {
    const line = new LineEnd(this.#cable, this.#parts.time, alive, act);
    const ids = { merchantId: 'G490526303', terminalId: TERMINAL };
    const { acknowledge } = this.#manners;
    const register = new FixedFrameRegister({
      ...ids,
      profile: this.#dialect.profile,
      line,
      timers,
      log,
      acknowledge,
      ...(acknowledge === 'assumed' ? { resends: 0 } : {}),
    });
    return { registers: [{ register, kind: 'register', acknowledge }] };
  }

  sale({ orderId }: Sale, before: Sale | undefined): void {
    const bill = this.#bill;
    if (before !== undefined || bill === undefined) return;
    // One that never acknowledges, and took an older answer that was still being repeated for this one's, has given up waiting.
    if (this.#manners.acknowledges || bill.waiting !== undefined) this.#opened.set(bill, orderId);
  }

  /** Law 7: while a sale is open, or unknown to it, for the bill that it is asking about, there is no second one. */
  objects({ orderId }: Sale): Violation | undefined {
    const before = this.#bill === undefined ? undefined : this.#opened.get(this.#bill);
    if (before === undefined || this.#mayBeRefused(before)) return undefined;
    return { law: 'law 7', words: `${orderId} is a second charge for one request of the register` };
  }

  /** Nobody says whether a refusal was heard in this dialect: what has ended without money may be tried again. */
  #mayBeRefused(orderId: string): boolean {
    const at = this.#parts.laws.sales.get(orderId)?.state.at;
    const says = this.#dialect.acknowledgesRefusals && this.#manners.acknowledges;
    return !says && (at === 'closed' || at === 'refused');
  }

  hasWord(sale: Sale): boolean {
    // What reached its end of the line counts as heard, also where it had given up: that is what "assumed" says.
    return this.#goods.has(sale.orderId) || (this.#everAssumed && this.#reached.has(sale.orderId));
  }

  /** Another word in `acknowledge`, or another register in the place of this one, with the `profile` and `acknowledge` that it needs. */
  reconfigured(change: number): void {
    const draw = new Stream(this.#parts.seed, CHANGED + change);
    const before = this.#manners;
    if (draw.fraction() < 0.5) this.#exchange(draw);
    else if (!before.acknowledges)
      this.#manners = mannersFor(false, this.#everAcknowledged || before.acknowledge === 'required');
    const { acknowledges, acknowledge } = this.#manners;
    this.#everAssumed ||= acknowledge === 'assumed';
    // Whoever edits the file has seen to the last customer.
    this.#sold = undefined;
    this.#parts.story.say(
      () => `configuration: sale ${this.#dialect.types.sale}, acknowledge ${acknowledge}, 06 ${acknowledges}`,
    );
  }

  #exchange(draw: Stream): void {
    this.#dialect = draw.pick(DIALECTS);
    const acknowledges = draw.fraction() < 0.7;
    // The page: where one that never acknowledges takes the place of one that does, "assumed" is set.
    this.#manners = mannersFor(
      acknowledges,
      !acknowledges && (this.#everAcknowledged || draw.fraction() < 0.5),
    );
    this.#everAcknowledged ||= acknowledges;
    this.#cable.noisy = acknowledges;
    this.#last = undefined;
    this.#errands = [];
    this.#errand?.stopWaiting();
    const errand = this.#errand;
    this.#errand = undefined;
    // Its bill is rung up no more.
    if (this.#bill !== undefined) this.#end(this.#bill);
    else if (errand !== undefined) this.#rest();
  }

  wantsBack({ orderId }: Sale): boolean {
    return this.#returned.has(orderId);
  }

  get idle(): boolean {
    return this.#bill === undefined;
  }

  #written(bytes: Uint8Array, asked: boolean): void {
    if (bytes.length < 2) return;
    const { laws, story } = this.#parts;
    const answer = this.#dialect.read(bytes);
    if (answer === undefined) return laws.broken('law 7', `no answer of this frame: ${hex(bytes)}`);
    const { code, rrn } = answer;
    story.say(() => `line -> answer ${code} rrn ${rrn.trim()}`);
    laws.answerWritten(hex(bytes), code, rrn, asked);
    this.#cross(bytes.length);
  }

  /** Of a bill that crossed its answer: a customer who was waiting for it to end. */
  #nextMs: number | undefined;

  /** Its patience may end while an answer is on the line, of which it knows nothing yet. */
  #cross(lineMs: number): void {
    const { time, chance } = this.#parts;
    const bill = this.#bill;
    const asked = bill?.waiting;
    if (asked === undefined || !chance.now('registerCrosses')) return;
    time.after(chance.detail('registerCrosses', 0, lineMs), () => {
      if (this.#bill !== bill || bill?.waiting !== asked) return;
      bill.crossed = true;
      this.#nextMs = chance.detail('registerCrosses', 20, 400, 3);
      this.#ask(asked);
    });
  }

  #rest(): void {
    const { time, takeBill, chance, pace } = this.#parts;
    this.#bill = undefined;
    const restMs = this.#random.between(...pace.rest);
    const nextMs = this.#nextMs;
    this.#nextMs = undefined;
    time.after(nextMs ?? restMs, () => {
      this.#errand = this.#errands.shift();
      if (this.#errand !== undefined) return this.#askErrand(this.#errand);
      if (chance.off || !takeBill()) return;
      // The next customer of the same bill, as early as anybody can tell him from a repeat.
      const ms = this.#mayBeNext() && this.#random.fraction() < 0.5 ? this.#untilNextMs() : undefined;
      if (ms === undefined) return this.#begin(this.#amount(nextMs !== undefined));
      time.after(ms, () => {
        const amount = this.#mayBeNext() ? this.#sold?.bill.amount : undefined;
        this.#begin(amount ?? this.#amount());
      });
    });
  }

  #begin(amount: number): void {
    const { chance } = this.#parts;
    this.#bill = {
      amount,
      asks: 0,
      askedAtMs: Number.NEGATIVE_INFINITY,
      hurried: false,
      crossed: false,
      turns: this.#cable.turns,
      waiting: undefined,
      stopWaiting: none,
    };
    this.#ask('sale');
    if (chance.now('registerGivesUp'))
      this.#givesUp(this.#bill, chance.detail('registerGivesUp', 300, 120_000));
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
  #amount(hurries = false): number {
    const { laws } = this.#parts;
    const last = this.#last;
    const over =
      this.#manners.acknowledges &&
      last?.orderId !== undefined &&
      laws.sales.get(last.orderId)?.state.at === 'delivered';
    if (last !== undefined && over && (this.#random.fraction() < 0.3 || hurries)) return last.amount;
    this.#amounts += 1;
    return 1_000 + this.#amounts * 7;
  }

  /**
   * Whether the same bill again is the next customer's as far as anybody can tell: the money was taken on a line that has held
   * since the question, and it has not repeated that as one does that hears nothing.
   */
  #mayBeNext(): boolean {
    const { acknowledge, acknowledges } = this.#manners;
    if (acknowledges || this.#sold === undefined || this.#sold.bill !== this.#lastBill) return false;
    const { bill } = this.#sold;
    const suspect = acknowledge === 'required' ? bill.hurried : bill.crossed;
    return !suspect && bill.turns === this.#cable.turns;
  }

  #untilNextMs(): number {
    const atMs = this.#sold?.atMs ?? 0;
    const earliest = Math.max(0, atMs + this.#manners.crossesMs - this.#parts.time.nowMs);
    return earliest + this.#random.between(50, 3_000);
  }

  #lastBill: Bill | undefined;
  #ask(asked: Asked): void {
    const { time, story, chance } = this.#parts;
    const bill = this.#bill;
    if (bill === undefined) return;
    bill.asks += 1;
    bill.hurried ||= time.nowMs - bill.askedAtMs < REPEAT_MS;
    bill.askedAtMs = time.nowMs;
    if (bill.asks > MOST_ASKS || chance.off) return this.#end(bill);
    bill.stopWaiting();
    bill.waiting = asked;
    story.say(() => `register asks ${asked} ${bill.amount}`);
    const { ask, types } = this.#dialect;
    const sells = asked === 'sale';
    this.#cable.fromDevice(ask((sells ? undefined : types.inquiry) ?? types.sale, sells ? bill.amount : 0));
    const repeats = chance.now('registerRepeats');
    const ms = repeats ? chance.detail('registerRepeats', 200, 60_000) : PATIENCE_MS;
    bill.stopWaiting = time.after(ms, () => this.#ask(repeats ? asked : this.#again()));
  }

  #again(): Asked {
    const sells = this.#random.fraction() < 0.5 || this.#dialect.types.inquiry === undefined;
    return sells ? 'sale' : 'inquiry';
  }

  #end(bill: Bill): void {
    this.#lastBill = bill;
    bill.stopWaiting();
    bill.waiting = undefined;
    this.#last = { amount: bill.amount, orderId: this.#last?.orderId };
    this.#rest();
  }

  #askErrand(errand: Errand): void {
    const { time, chance, story } = this.#parts;
    const { type, amount, rrn } = errand;
    errand.asks += 1;
    errand.stopWaiting();
    if (errand.asks > MOST_ASKS || chance.off) {
      this.#errand = undefined;
      return this.#rest();
    }
    story.say(() => `register asks ${type} ${rrn ?? ''}`);
    if (errand.orderId !== undefined) this.#returned.add(errand.orderId);
    this.#cable.fromDevice(this.#dialect.ask(type, amount, rrn));
    errand.stopWaiting = time.after(this.#random.between(20_000, 60_000), () => this.#askErrand(errand));
  }

  /** What it does besides, once the bill that was just paid is put away. */
  #plan(orderId: string | undefined, { amount, rrn }: FrameAnswer): void {
    const { chance } = this.#parts;
    const { refund, settlement } = this.#dialect.types;
    const errand = { asks: 0, stopWaiting: none };
    if (refund !== undefined && orderId !== undefined && chance.now('registerRefunds'))
      this.#errands.push({ ...errand, type: refund, amount, rrn, orderId });
    if (settlement !== undefined && chance.now('registerClosesShift'))
      this.#errands.push({ ...errand, type: settlement, amount: 0 });
  }

  #hear(bytes: Uint8Array): void {
    // What comes in one go was written in one go. Of control bytes an ACK needs nothing, and after a NAK the wait does
    // the rest.
    if (bytes[0] !== 0x02) return;
    const answer = this.#dialect.read(bytes);
    if (answer !== undefined) {
      if (answer.code === '00') this.#reached.add(this.#parts.laws.orderOf(answer.rrn) ?? '');
      return this.#answer(answer, hex(bytes));
    }
    this.#cable.fromDevice(Uint8Array.of(0x15));
  }

  #answer(answer: FrameAnswer, bytes: string): void {
    const { story } = this.#parts;
    const errand = this.#errand;
    if (errand !== undefined && answer.type === errand.type) return this.#errandAnswered(errand, answer);
    const bill = this.#bill;
    const mine = bill !== undefined && this.#isMine(bill, answer);
    // It does not listen when it has asked nothing, except that it knows its last answer again.
    if (!mine && !(this.#taken.has(answer.rrn) && bill?.waiting === undefined)) {
      story.say(() => `register does not take ${answer.code} ${answer.rrn}`);
      return;
    }
    if (mine && bill !== undefined) this.#take(bill, answer, bytes);
    this.#acknowledge(answer, mine);
  }

  #acknowledge({ code }: FrameAnswer, now = true): void {
    if (!this.#manners.acknowledges) return;
    if (code !== '00' && !this.#dialect.acknowledgesRefusals) return;
    if (!now || !this.#parts.chance.now('neverAcks')) this.#cable.fromDevice(Uint8Array.of(ACK));
  }

  #errandAnswered(errand: Errand, answer: FrameAnswer): void {
    const { laws, story, time } = this.#parts;
    const { orderId } = errand;
    story.say(() => `register takes ${answer.code} for ${errand.type}`);
    errand.stopWaiting();
    this.#acknowledge(answer);
    const transaction = orderId === undefined ? undefined : laws.transaction(orderId);
    const back = transaction === undefined ? 0 : refundTotal(transaction);
    const paid = transaction === undefined ? answer.amount : booked(transaction);
    if (orderId !== undefined && answer.code === '00' && back < paid)
      laws.broken('law 4', `the register is told that ${orderId} was given back, and ${back} was`);
    if (answer.code === 'TO' || answer.code === 'S3') {
      errand.stopWaiting = time.after(10_000, () => this.#askErrand(errand));
      return;
    }
    this.#errand = undefined;
    this.#rest();
  }

  #isMine(bill: Bill, answer: FrameAnswer): boolean {
    const { laws } = this.#parts;
    const { types } = this.#dialect;
    if (bill.waiting === undefined || answer.type !== types[bill.waiting]) return false;
    const inquired = bill.waiting === 'inquiry';
    // An inquiry is about the last sale, whichever that is: the amount and a new RRN tell.
    const none = answer.code === 'aa' || (answer.code === 'ER' && answer.amount === 0);
    if (!(inquired && none) && answer.amount !== bill.amount) return false;
    const before = this.#taken.get(answer.rrn);
    if (answer.code !== '00' || before === undefined || before === bill) return true;
    if (!inquired) laws.broken('law 6', `RRN ${answer.rrn} pays a second bill of the register`);
    return false;
  }

  #take(bill: Bill, answer: FrameAnswer, bytes: string): void {
    const { laws, story, time } = this.#parts;
    story.say(() => `register takes ${answer.code} ${answer.rrn}`);
    bill.stopWaiting();
    const asked = bill.waiting;
    bill.waiting = undefined;
    const again = (ms: number, next: Asked): void => {
      bill.stopWaiting = time.after(ms, () => this.#bill === bill && this.#ask(next));
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
        this.#sold = { bill, atMs: time.nowMs };
        this.#plan(orderId, answer);
        return this.#end(bill);
      }
      case 'S3':
      case 'TO':
        return again(this.#random.between(2_000, 30_000), this.#again());
      case 'S2':
      case 'S4':
      case 'P3':
        this.#opened.delete(bill);
        return this.#random.fraction() < 0.2 ? again(3_000, 'sale') : this.#end(bill);
      default:
        // The one word for no: as much may be told as that nothing is under way.
        if (answer.code === 'ER' && answer.amount === bill.amount) {
          this.#opened.delete(bill);
          if (this.#random.fraction() < 0.4) return this.#end(bill);
        }
        // Busy, not ready, no connection: nothing is under way for this question, and the operator tries again.
        if (asked === 'sale') this.#opened.delete(bill);
        return again(this.#random.between(3_000, 20_000), asked === 'inquiry' ? 'sale' : this.#again());
    }
  }
}

/** Whether it says 06, and what the terminal has been told of that. */
interface Manners {
  readonly acknowledges: boolean;
  readonly acknowledge: 'required' | 'assumed';
  /** How long after an answer the same question may still be a repeat that has crossed it. */
  readonly crossesMs: number;
}

function mannersOf(seed: number): Manners {
  const draw = new Stream(seed, 4_003).fraction();
  return mannersFor(draw >= 0.25, draw < 0.12);
}

function mannersFor(acknowledges: boolean, assumed: boolean): Manners {
  if (acknowledges) return { acknowledges, acknowledge: 'required', crossesMs: 0 };
  return assumed
    ? { acknowledges, acknowledge: 'assumed', crossesMs: 1_500 }
    : { acknowledges, acknowledge: 'required', crossesMs: REPEAT_MS };
}

/** Which of the frames a seed has: most of them the one that registers speak most. */
function dialectOf(seed: number): Dialect {
  const draw = new Stream(seed, 4_002);
  return draw.fraction() < 0.5 ? DIALECTS[0] : draw.pick(DIALECTS);
}

function none(): void {}
