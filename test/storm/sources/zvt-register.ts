import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { isSettled, type Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';
import { ZvtErrands } from './zvt-errands.js';
import { type End, NOT_MINE, type Question, Talk } from './zvt-talk.js';
import { type Till, tillOf } from './zvt-till.js';
import { SerialWire, StreamWire, type Wire } from './zvt-wire.js';
import {
  CONFIRMED,
  COPY,
  commandOf,
  PARTLY,
  partly,
  payloadOf,
  type ResultWords,
  readResult,
  refusal,
  SAYS,
} from './zvt-words.js';

const MOST_ASKS = 8;
const PLEASE_WAIT = 0x9c;
/** What it says to a result that it does not take: cannot hand out, a part only, no. */
const REFUSALS = [0x66, 0x6c, PARTLY] as const;
const MOST_WAITS = 4;

interface Bill {
  readonly amount: number;
  /** Its request, the same bytes each time. */
  readonly message: Uint8Array;
  asks: number;
  /** The newest sale that was opened for it, until the register has confirmed that it came to nothing. */
  opened: string | undefined;
  /** The number of the payment that it has confirmed. */
  paid: number | undefined;
  /** It has confirmed, and nobody has said that this was not heard: to ask for the same again would be another sale. */
  kept: boolean;
  /** How often it still says "wait". */
  waits: number;
  /** The last answer was a no that it has confirmed, or a yes that it has refused. */
  over: boolean;
  stop: () => void;
}

/**
 * A cash register that speaks ZVT: registers, asks for payments, asks again after any silence, restart or lost line, gives
 * up, refuses, and confirms; goods are handed out once, for a payment whose status information it has confirmed.
 */
export class ZvtPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #random: Stream;
  readonly #till: Till;
  readonly #wire: Wire;
  readonly #talk: Talk;
  readonly #errands: ZvtErrands;
  /** The newest bill of each request, in hex. */
  readonly #asked = new Map<string, Bill>();
  readonly #orders = new Map<number, string>();
  /** Orders whose status information it has confirmed, with the bill that each has paid. */
  readonly #confirmed = new Map<string, Bill>();
  readonly #goods = new Set<string>();
  /** Orders of which a part was handed out. */
  readonly #parted = new Set<string>();
  readonly #said = new Map<string, string>();
  #bill: Bill | undefined;
  #busy = false;
  #bills = 0;
  #lives = 0;
  #amounts = 0;
  #last: { readonly amount: number; readonly orderId: string } | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    const { seed, time, chance } = parts;
    this.#random = new Stream(seed, 4_203);
    this.#till = tillOf(seed);
    const written = (message: Uint8Array, asked: boolean): void => this.#written(message, asked);
    this.#wire = this.#till.serial
      ? new SerialWire({ ...parts, written })
      : new StreamWire({ ...parts, written });
    this.#talk = new Talk({ ...parts, wire: this.#wire, repliesToStrays: this.#till.repliesToStrays });
    this.#errands = new ZvtErrands({ ...parts, talk: this.#talk, lives: () => this.#lives });
    hourly(time, chance, 'machineResets', () => this.#restarts(chance.detail('machineResets', 300, 20_000)));
    this.#rest();
  }

  owns(sale: Sale): boolean {
    return sale.source.kind === 'register';
  }

  get idle(): boolean {
    return this.#bill === undefined && !this.#busy;
  }

  plug(process: ProcessParts): Partial<Adapters> {
    const { timers, log } = process;
    this.#lives += 1;
    const settings = { currency: '0360', minorUnits: 2, zoneMinutes: 420 } as const;
    const ids = { merchantId: '', terminalId: '12345678' };
    const line = this.#wire.plug(process);
    const register = new ZvtRegister({ line, timers, log, ...settings, ...ids });
    return { registers: [{ register, kind: 'register', acknowledge: 'required' }] };
  }

  /** Law 7: no second sale for a bill while the register does not know that the first came to nothing. */
  objects({ orderId, amount, source }: Sale): Violation | undefined {
    const bill = this.#asked.get(source.reference ?? '');
    if (bill === undefined) return { law: 'law 13', words: `${orderId}: the register did not ask for it` };
    if (bill.amount !== amount)
      return { law: 'law 4', words: `${orderId} is for ${amount}, the register asked for ${bill.amount}` };
    if (bill.opened === undefined) return undefined;
    return { law: 'law 7', words: `${orderId} is a second charge for one request, after ${bill.opened}` };
  }

  sale(sale: Sale, before: Sale | undefined): void {
    const { orderId, invoice, source, state } = sale;
    const failed = 'why' in state && state.why === 'deliveryFailed';
    if (failed && (this.#parted.has(orderId) || this.#confirmed.has(orderId)))
      this.#parts.laws.broken(
        'law 6',
        `${orderId} is ${state.at} because nothing was handed out, and it was`,
      );
    if (before !== undefined) return;
    this.#orders.set(invoice % 1_000_000, orderId);
    const bill = this.#asked.get(source.reference ?? '');
    if (bill !== undefined) bill.opened = orderId;
  }

  hasWord({ orderId }: Sale): boolean {
    return this.#confirmed.has(orderId);
  }

  wantsBack({ orderId }: Sale): boolean {
    return this.#errands.wantsBack(orderId);
  }

  /** A message leaves the terminal. */
  #written(message: Uint8Array, asked: boolean): void {
    const { laws } = this.#parts;
    if (commandOf(message) !== SAYS.result) return;
    if (!asked) laws.broken('law 6', 'a result that nobody asked for went out');
    const words = readResult(message);
    if (words?.trace === undefined) {
      // Of all results the end of a shift is the one without a number.
      if (words?.code === 0) this.#errands.written(words.amount ?? 0);
      return;
    }
    const orderId = this.#orders.get(words.trace);
    if (words.code === 0) laws.saidPaid(orderId);
    else if (words.code !== PLEASE_WAIT) laws.saidEnded(orderId, words.code.toString(16));
  }

  // Between two bills.

  #rest(): void {
    const { time, pace } = this.#parts;
    this.#bill = undefined;
    this.#busy = false;
    time.after(this.#random.between(...pace.rest), () => this.#next());
  }

  #next(): void {
    const { takeBill, chance } = this.#parts;
    if (this.#errands.next(() => this.#rest())) {
      this.#busy = true;
      return;
    }
    if (chance.off || !takeBill()) return;
    this.#bills += 1;
    const amount = this.#amount();
    const message = this.#till.authorization(amount);
    const bill: Bill = {
      ...{ amount, message, asks: 0, opened: undefined },
      ...{ paid: undefined, kept: false, over: false, stop: () => undefined },
      waits: this.#till.dispenses ? this.#random.between(0, MOST_WAITS) : 0,
    };
    this.#bill = bill;
    if (this.#bills % this.#till.registersEvery === 1) this.#register(() => this.#ask(bill));
    else this.#ask(bill);
    if (chance.now('registerGivesUp')) this.#givesUp(bill, chance.detail('registerGivesUp', 300, 120_000));
  }

  /** The same amount twice running only where the first is over for both sides: there is no other reference. */
  #amount(): number {
    const last = this.#last;
    // One that comes to nothing is not over for the terminal.
    this.#last = undefined;
    const over = last !== undefined && this.#parts.laws.sales.get(last.orderId)?.state.at === 'delivered';
    if (over && this.#random.fraction() < 0.3) return last.amount;
    this.#amounts += 1;
    return 1_000 + this.#amounts * 7;
  }

  /** Whatever comes of it, it goes on. */
  #register(then: () => void): void {
    const { registration: message } = this.#till;
    if (message === undefined) return then();
    this.#talk.ask({ words: '06 00 registration', message, result: () => CONFIRMED, ended: then });
  }

  #restarts(ms: number): void {
    const { story, time } = this.#parts;
    story.say(() => `register is without power for ${ms} ms`);
    this.#bill?.stop();
    this.#talk.drop();
    this.#wire.power(false);
    time.after(ms, () => {
      this.#wire.power(true);
      if (!this.idle) this.#register(() => this.#takeUp());
    });
  }

  #takeUp(): void {
    if (this.#bill !== undefined) return this.#goesOn(this.#bill);
    if (this.#busy && !this.#errands.takeUp(() => this.#rest())) this.#rest();
  }

  // A bill.

  #givesUp(bill: Bill, ms: number): void {
    this.#parts.time.after(ms, () => {
      if (this.#bill !== bill || bill.paid !== undefined) return;
      this.#parts.story.say(() => `register gives up its bill of ${bill.amount}`);
      if (this.#random.fraction() < 0.5) this.#talk.giveUp();
      this.#talk.drop();
      this.#end(bill);
    });
  }

  /** After a restart, a silence, or a lost line. */
  #goesOn(bill: Bill): void {
    // Many ask for the last receipt first, as the protocol's description has it; where there is none, they pay again.
    const looksBack = !bill.kept && bill.opened !== undefined && this.#random.fraction() < 0.4;
    if (looksBack && bill.asks < MOST_ASKS) return this.#askForCopy(bill);
    if (!bill.kept) return this.#ask(bill);
    // It has confirmed, and may be the only one who knows: the receipt again, or the goods on its own word.
    if (bill.asks < MOST_ASKS && this.#random.fraction() < 0.5) return this.#askForCopy(bill);
    this.#handOut(bill);
  }

  #ask(bill: Bill): void {
    const { time, chance } = this.#parts;
    bill.stop();
    bill.asks += 1;
    if (bill.asks > MOST_ASKS || chance.off) return this.#end(bill);
    bill.over = false;
    this.#asked.set(Buffer.from(bill.message).toString('hex'), bill);
    this.#talk.ask(this.#question(bill, `06 01 payment of ${bill.amount}`, bill.message));
    if (chance.now('registerRepeats'))
      bill.stop = time.after(chance.detail('registerRepeats', 200, 60_000), () => {
        if (this.#bill === bill && !bill.kept) this.#ask(bill);
      });
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => this.#bill === bill && this.#talk.giveUp());
  }

  #askForCopy(bill: Bill): void {
    bill.stop();
    bill.asks += 1;
    this.#talk.ask(this.#question(bill, '06 20 copy', COPY));
  }

  #question(bill: Bill, words: string, message: Uint8Array): Question {
    const frame = Buffer.from(message).toString('hex');
    // What it has confirmed in answer to another question is not taken back by the end of this one.
    const before = bill.kept;
    return {
      words,
      message,
      result: (result, bytes) => this.#result(bill, result, frame, Buffer.from(bytes).toString('hex')),
      told: (command, told) => this.#told(command, told),
      ended: (end) => {
        if (end.how === 'refused') bill.kept = before;
        if (this.#bill === bill) this.#ended(bill, end);
      },
    };
  }

  #told(command: number, message: Uint8Array): void {
    const { laws } = this.#parts;
    if (command === SAYS.status && !this.#till.wantsStatus)
      laws.broken('a law of the product', 'a register that wants no intermediate status got one');
    const payload = command === SAYS.printBlock ? payloadOf(message) : undefined;
    if (payload === undefined) return;
    // It may be that of a bill before: "accepted", said again by a line without an ACK, fits any question.
    const orders = [...this.#orders.values()].reverse();
    if (!orders.some((orderId) => laws.transaction(orderId)?.payload === payload))
      laws.broken('law 4', `the QR on the register's paper is none that Midtrans made: ${payload}`);
  }

  /** @returns what it says to it */
  #result(bill: Bill, { code, amount, trace }: ResultWords, frame: string, bytes: string): Uint8Array {
    const { chance, laws } = this.#parts;
    const mine = amount === undefined || amount === bill.amount;
    if (code !== 0) {
      if (!mine || code === PLEASE_WAIT) return CONFIRMED;
      bill.over = true;
      bill.opened = undefined;
      return CONFIRMED;
    }
    const orderId = this.#orders.get(trace ?? -1);
    if (trace === undefined || orderId === undefined) return NOT_MINE;
    const before = this.#confirmed.get(orderId);
    if (before !== undefined && before !== bill) {
      if (mine && frame.startsWith('0601'))
        laws.broken('law 6', `${orderId} pays a second bill of the register`);
      return CONFIRMED;
    }
    if (!mine) return NOT_MINE;
    const key = `${frame} ${trace}`;
    if ((this.#said.get(key) ?? bytes) !== bytes)
      laws.broken('law 7', `the same question got another "paid" than before: ${bytes}`);
    this.#said.set(key, bytes);
    if (before === undefined) {
      bill.waits -= 1;
      if (bill.waits >= 0) return refusal(PLEASE_WAIT);
      if (chance.now('registerRefuses')) {
        bill.over = true;
        const code = this.#random.pick(REFUSALS);
        if (code !== PARTLY) return refusal(code);
        // It knows what it has handed out: whoever wants the rest, or the same once more, pays anew.
        this.#parted.add(orderId);
        bill.opened = undefined;
        return partly(Math.floor(bill.amount / 2));
      }
    }
    this.#confirmed.set(orderId, bill);
    bill.paid = trace;
    bill.kept = true;
    return this.#till.issued;
  }

  #ended(bill: Bill, end: End): void {
    const { time } = this.#parts;
    bill.stop();
    const later = (go: () => void): void => {
      bill.stop = time.after(this.#random.between(1_000, 20_000), () => this.#bill === bill && go());
    };
    if (end.how === 'completed' && bill.kept) return this.#handOut(bill);
    if (end.how === 'refused') {
      // Nobody has heard that it confirmed: there is nothing to hand out yet.
      if (bill.kept) return later(() => this.#goesOn(bill));
      if (bill.over && this.#random.fraction() < 0.75) return this.#end(bill);
      const copy = bill.paid !== undefined && this.#random.fraction() < 0.4;
      return later(() => (copy && bill.asks < MOST_ASKS ? this.#askForCopy(bill) : this.#ask(bill)));
    }
    const registers = end.how === 'lost' && this.#random.fraction() < 0.5;
    later(() =>
      registers ? this.#register(() => this.#bill === bill && this.#goesOn(bill)) : this.#goesOn(bill),
    );
  }

  #end(bill: Bill): void {
    bill.stop();
    if (this.#bill === bill) this.#rest();
  }

  /** A hand takes the goods. */
  #handOut(bill: Bill): void {
    const { laws, story } = this.#parts;
    const { paid = -1, amount } = bill;
    const orderId = this.#orders.get(paid) ?? 'no sale';
    const sale = laws.sales.get(orderId);
    story.say(() => `goods of ${orderId} are handed out`);
    if (this.#goods.has(orderId)) laws.broken('law 6', `goods are handed out twice for ${orderId}`);
    this.#goods.add(orderId);
    if (sale === undefined || !isSettled(sale))
      return laws.broken('law 4', `goods are handed out for ${orderId}, which is not paid`);
    const { state } = sale;
    const gone = state.at === 'refunding' || (state.at === 'resolved' && state.how === 'refunded');
    if (gone && !this.#parts.laws.refundsUnknown)
      laws.broken('law 6', `goods are handed out for ${orderId}, whose money went back`);
    this.#last = { amount, orderId };
    this.#errands.sold({ orderId, trace: paid, amount });
    this.#end(bill);
  }
}
