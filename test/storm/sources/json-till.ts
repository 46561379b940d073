import { hex } from '../../../src/base/bytes.js';
import { isSettled, type Sale } from '../../../src/core/sale/sale.js';
import type { Stream } from '../chance.js';
import type { Violation } from '../laws.js';
import { Lan } from './callers.js';
import { Errands } from './json-errands.js';
import { codeOf, type JsonAnswer, readJson } from './json-words.js';
import type { SourceParts } from './source.js';

const PATIENCE_MS = 150_000;
const MOST_ASKS = 8;
/** Of these the register asks again; anything else is the end of the bill. */
const PASSING: readonly string[] = [
  'pending',
  'unknown',
  'busy',
  'no_connection',
  'not_ready',
  'no_such_sale',
];

/** A person, or the gateway, has ended what was owed. */
const CLEARED: readonly string[] = ['refunded', 'handed_over', 'seen_to'];

interface Bill {
  readonly ref: string;
  readonly amount: number;
  readonly deadlineS: number | undefined;
  asks: number;
  /** A question about it is out. */
  waiting: 'charge' | 'status' | undefined;
  stopWaiting: () => void;
  /** A sale for it is on disk. */
  opened: boolean;
  /** Its goods were handed out. */
  taken: boolean;
  /** It tried the reference for another amount, and may hear "conflict". */
  meddled: boolean;
  /** The answer that ended its charge, as it was heard. */
  final: { readonly code: string; readonly line: string } | undefined;
}

export interface TillParts extends SourceParts {
  readonly random: Stream;
  /** What it does beside its bills. */
  readonly whims: Stream;
  /** What it calls itself, and whether in each message or in its hello. */
  readonly named?: { readonly till: string; readonly by: 'message' | 'hello' };
  /** `@` and its address, where that is what it is known by. */
  readonly address?: string;
  /** How many doors it knows: one, or another program of its own beside it. */
  readonly doors: number;
}

/**
 * A till that names its sales: one reference, one charge for ever. It asks again after any silence and long after the
 * end, inquires, cancels, tries its reference for another amount, returns what it sold, and closes the shift.
 */
export class JsonTill {
  /** One to each door of the terminal that it knows. */
  readonly lans: readonly Lan[];
  /** Whose its sales are, as the journal has it. */
  readonly label: string | undefined;
  readonly #parts: TillParts;
  readonly #random: Stream;
  readonly #errands: Errands;
  readonly #bills = new Map<string, Bill>();
  #bill: Bill | undefined;
  /** The door that it uses now. */
  #door = 0;

  constructor(parts: TillParts) {
    this.#parts = parts;
    const { random, named, address, doors } = parts;
    this.#random = random;
    this.label = named?.till ?? address;
    this.lans = Array.from({ length: doors }, (_, door) => {
      const from = address === undefined ? {} : { address };
      const lan = new Lan({ ...parts, ...from, written: (bytes) => this.#written(bytes) });
      lan.hear = (text) => this.#hear(text, door);
      if (named?.by === 'hello')
        lan.through = () => void lan.say(JSON.stringify({ op: 'hello', till: named.till }));
      return lan;
    });
    this.#errands = new Errands({ ...parts, say: (message, elsewhere) => this.#say(message, elsewhere) });
    this.#rest();
  }

  get idle(): boolean {
    return this.#bill === undefined;
  }

  objects({ orderId, amount, source }: Sale): Violation | undefined {
    const bill = this.#bills.get(source.reference ?? '');
    if (bill === undefined) return { law: 'law 13', words: `${orderId}: no bill ${source.reference}` };
    if (bill.opened)
      return { law: 'law 7', words: `${orderId} is a second charge for reference ${bill.ref}` };
    bill.opened = true;
    if (bill.amount === amount) return undefined;
    return { law: 'law 4', words: `${orderId} is for ${amount}, bill ${bill.ref} for ${bill.amount}` };
  }

  hasWord({ source }: Sale): boolean {
    return this.#bills.get(source.reference ?? '')?.taken === true;
  }

  wantsBack({ source }: Sale): boolean {
    return this.#errands.wantsBack(source.reference ?? '');
  }

  #rest(): void {
    const { time, takeBill, chance, pace } = this.#parts;
    this.#bill = undefined;
    time.after(this.#random.between(...pace.rest), () => {
      if (chance.off || !takeBill()) return;
      this.#errands.between();
      this.#oldBill();
      const ref = `N-${this.#bills.size + 1}`;
      const deadlineS = this.#random.fraction() < 0.2 ? this.#random.between(15, 90) : undefined;
      const amount = this.#random.between(1, 99) * 500;
      const state = { asks: 0, waiting: undefined, opened: false, taken: false, meddled: false };
      const bill: Bill = { ref, amount, deadlineS, ...state, final: undefined, stopWaiting: none };
      this.#bills.set(ref, bill);
      this.#bill = bill;
      this.#ask(bill, 'charge');
      this.#meddle(bill);
    });
  }

  /** What else happens while it waits. */
  #meddle(bill: Bill): void {
    const { time, chance } = this.#parts;
    if (chance.now('registerGivesUp'))
      time.after(chance.detail('registerGivesUp', 300, 120_000), () => this.#end(bill));
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => {
        if (this.#bill === bill) this.#say({ op: 'cancel', ref: bill.ref });
      });
    if (chance.now('registerConflict'))
      time.after(chance.detail('registerConflict', 100, 200_000), () => {
        if (!bill.opened || chance.off) return;
        bill.meddled = true;
        this.#say({ op: 'charge', ref: bill.ref, amount: bill.amount + 500 });
      });
  }

  /** A bill of before is asked for once more, as after a crash of the register's own books. */
  #oldBill(): void {
    if (!this.#parts.chance.now('registerRepeats') || this.#bills.size === 0) return;
    const old = [...this.#bills.values()][this.#random.between(0, this.#bills.size - 1)];
    if (old === undefined || old.waiting !== undefined) return;
    old.asks = MOST_ASKS - 2;
    this.#ask(old, 'charge');
  }

  #say(message: Readonly<Record<string, unknown>>, elsewhere = false): void {
    const { chance, named, story } = this.#parts;
    const { lans } = this;
    const till = named?.by === 'message' ? { till: named.till } : {};
    const text = JSON.stringify({ ...message, ...till });
    // It answers where it was told, and asks wherever it likes.
    if (elsewhere || (lans.length > 1 && message['op'] !== 'ack' && chance.now('otherDoor')))
      this.#door = (this.#door + 1) % lans.length;
    const sent = lans[this.#door]?.say(text) === true;
    story.say(() => `${this.#name} says ${text}${sent ? '' : ' to nobody'}`);
  }

  get #name(): string {
    const door = this.lans.length > 1 ? ` at door ${this.#door + 1}` : '';
    return `${this.label === undefined ? 'register' : `till ${this.label}`}${door}`;
  }

  #ask(bill: Bill, op: 'charge' | 'status'): void {
    const { time, chance } = this.#parts;
    bill.asks += 1;
    bill.stopWaiting();
    if (bill.asks > MOST_ASKS || chance.off) return this.#end(bill);
    bill.waiting = op;
    const { ref, amount, deadlineS } = bill;
    if (op === 'status') this.#say({ op, ref });
    else this.#say({ op, ref, amount, ...(deadlineS === undefined ? {} : { deadline_s: deadlineS }) });
    const repeats = chance.now('registerRepeats');
    const ms = repeats ? chance.detail('registerRepeats', 200, 60_000) : PATIENCE_MS;
    bill.stopWaiting = time.after(ms, () => this.#ask(bill, repeats ? op : this.#again()));
  }

  #again(): 'charge' | 'status' {
    return this.#random.fraction() < 0.6 ? 'charge' : 'status';
  }

  #end(bill: Bill): void {
    bill.stopWaiting();
    bill.waiting = undefined;
    if (this.#bill === bill) this.#rest();
  }

  /** A line leaves the terminal. */
  #written(bytes: Uint8Array): void {
    const { laws, story } = this.#parts;
    const answer = readJson(Buffer.from(bytes).toString());
    if (answer?.msg !== 'answer') return;
    story.say(() => `line -> ${this.#to}${answer.op} ${answer.ref ?? answer.id ?? ''} ${answer.code}`);
    // Nobody builds on a greeting.
    if (answer.op === 'hello') return;
    // What is no question, or came too fast, was never asked: nothing is journalled of it.
    if (answer.field !== undefined || (answer.code === 'busy' && answer.why !== undefined)) return;
    if (answer.op === 'status' && ['pending', 'unknown', 'no_such_sale'].includes(answer.code))
      return this.#isTrue(answer);
    this.#isOurs(answer);
    laws.answerWritten(hex(bytes), codeOf(answer), answer.sale?.rrn ?? '', true);
    this.#errands.written(answer);
  }

  get #to(): string {
    return this.label === undefined ? '' : `${this.label} `;
  }

  /** What became of another till's sale is no answer to this one, whatever number it was asked under. */
  #isOurs({ op, code, sale }: JsonAnswer): void {
    if (sale === undefined || code === 'conflict') return;
    const whose = this.#parts.laws.sales.get(sale.order_id)?.source;
    if (whose?.own === true && whose.till !== this.label)
      this.#parts.laws.broken(
        'law 4',
        `${this.#name} is told "${code}" (${op}) of ${sale.order_id}, a sale of ${whose.till ?? 'no name'}`,
      );
  }

  /** Law 1: a word that passes need not be on disk, but has to be true of what is there when it is said. */
  #isTrue({ code, ref }: JsonAnswer): void {
    const { laws } = this.#parts;
    const sale = [...laws.sales.values()].findLast(
      ({ source }) => source.own && source.reference === ref && source.till === this.label,
    );
    const at = sale?.state.at ?? 'nowhere';
    const isSo =
      code === 'no_such_sale'
        ? sale === undefined
        : code === 'pending'
          ? ['requested', 'charging', 'chargeUnknown', 'awaitingPayment', 'closing'].includes(at)
          : ['closing', 'refunding', 'owed'].includes(at);
    if (!isSo) laws.broken('law 1', `the register is told "${code}" of ${ref}, which is ${at} on disk`);
  }

  #hear(text: string, door: number): void {
    const answer = readJson(text);
    if (answer?.msg !== 'answer' || answer.op === 'hello') return;
    this.#door = door;
    const bill = this.#bills.get(answer.ref ?? '');
    if (bill !== undefined && (answer.op === 'charge' || answer.op === 'status'))
      return this.#answered(bill, answer, text);
    this.#errands.hear(answer);
  }

  #acknowledge({ ref }: Bill): void {
    if (!this.#parts.chance.now('neverAcks')) this.#say({ op: 'ack', ref });
  }

  #answered(bill: Bill, answer: JsonAnswer, line: string): void {
    const { time, laws } = this.#parts;
    const { code, op } = answer;
    // It knows an answer again that it has taken, and takes none that it does not wait for.
    if (bill.waiting !== op) {
      if (code === 'approved' && bill.taken) this.#acknowledge(bill);
      return;
    }
    if (code === 'conflict') return this.#conflicts(bill);
    if (bill.opened && (code === 'no_connection' || code === 'not_ready'))
      laws.broken(
        'law 7',
        `${bill.ref} has a sale, and is told "${code}": it would never hear anything else`,
      );
    bill.stopWaiting();
    bill.waiting = undefined;
    if (PASSING.includes(code)) {
      const ms = this.#random.between(2_000, 20_000);
      const next = code === 'no_such_sale' ? 'charge' : this.#again();
      bill.stopWaiting = time.after(ms, () => this.#ask(bill, next));
      return;
    }
    if (op === 'charge') this.#isTheSame(bill, code, line);
    if (code === 'approved') {
      if (!bill.taken) this.#errands.sold(bill.ref);
      bill.taken = true;
      this.#acknowledge(bill);
    }
    this.#end(bill);
  }

  /** Another amount was tried; or the number is another till's, who has none to be told apart by: this bill is paid in cash. */
  #conflicts(bill: Bill): void {
    if (bill.meddled) return;
    if (this.#parts.named !== undefined || bill.opened)
      this.#parts.laws.broken('law 7', `${this.#name} is told that its own ${bill.ref} is another's`);
    this.#end(bill);
  }

  /** Law 7: what ended a charge ends each repeat of it, byte for byte, unless the money went back meanwhile, or came after all. */
  #isTheSame(bill: Bill, code: string, line: string): void {
    const { laws } = this.#parts;
    const { final } = bill;
    bill.final = { code, line };
    if (final === undefined || final.line === line) return;
    if (CLEARED.includes(code) && this.#isCleared(bill)) return;
    const wasUnpaid = final.code !== 'approved' && !CLEARED.includes(final.code);
    if (code === 'approved' && wasUnpaid && this.#isPaid(bill)) return;
    laws.broken('law 7', `${bill.ref} was answered "${final.code}", and now "${code}": ${line.trim()}`);
  }

  #isCleared(bill: Bill): boolean {
    return this.#saleOf(bill, ({ state }) => state.at === 'resolved');
  }

  #isPaid(bill: Bill): boolean {
    return this.#saleOf(bill, isSettled);
  }

  #saleOf({ ref }: Bill, is: (sale: Sale) => boolean): boolean {
    for (const sale of this.#parts.laws.sales.values())
      if (sale.source.reference === ref && sale.source.till === this.label && is(sale)) return true;
    return false;
  }
}

function none(): void {}
