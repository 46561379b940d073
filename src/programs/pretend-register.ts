import { hex } from '../base/bytes.js';
import type { RegisterQuestion, RegisterResult, RegisterSale } from '../base/register-messages.js';
import { formatRupiah, isRupiah, type Rupiah } from '../base/rupiah.js';
import { sumOf } from '../base/sold-item.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Register, RegisterEvent } from '../port/register.js';

/** How a pretended sale ends. Only `approved` is asked for with a warning: a register books it as paid. */
export const REGISTER_ANSWERS = ['cancelled', 'expired', 'unknown', 'denied', 'busy', 'approved'] as const;
export type RegisterAnswer = (typeof REGISTER_ANSWERS)[number];

/** What the QR of a pretended sale says: no wallet can pay it. */
const HARMLESS_QR = 'UJI COBA - BUKAN PEMBAYARAN';

export interface PretendRegisterOptions {
  readonly register: Register;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly say: (text: string) => void;
  /** From the question to the answer. */
  readonly afterMs: number;
  readonly answer: RegisterAnswer;
}

type SaleQuestion = Extract<RegisterQuestion, { ask: 'sale' }>;

interface Pretended {
  readonly sale: RegisterSale;
  /** The register's own name for it, or the frame where it has none. */
  readonly key: string;
  readonly named: boolean;
  /** Of the question that was asked last: it gets the answer. */
  frame: Uint8Array;
  end?: { readonly result: RegisterResult; readonly bytes: Uint8Array; acknowledged: boolean };
}

/** As many are remembered for a register that asks again. */
const MOST_REMEMBERED = 64;
/** The highest number on a slip; real ones begin with 1. */
const TOP_INVOICE = 999_999;

/**
 * The desk of a terminal that has no money: it answers every question of a register, as the port wants it, out of
 * nothing but its settings. It knows no gateway and no journal.
 */
export class PretendRegister {
  readonly #options: PretendRegisterOptions;
  readonly #sales: Pretended[] = [];
  #open: Pretended | undefined;
  #cancelEnd: (() => void) | undefined;
  #made = 0;
  #sends: Promise<unknown> = Promise.resolve();

  constructor(options: PretendRegisterOptions) {
    this.#options = options;
  }

  take(event: RegisterEvent): void {
    const { say } = this.#options;
    if (event.kind === 'present') return say('the register is there');
    if (event.kind === 'gone') return say(`the register is not there: ${event.why}`);
    const { question, frame } = event;
    say(`asked: ${wordsOf(question)}`);
    if (question.ask === 'sale') this.#sale(question, frame);
    else if (question.ask === 'cancel') this.#cancel(frame);
    else this.#answer(frame, this.#other(question));
  }

  /** Ends what is open, so that the register does not wait in vain. Settles when its answer is out. */
  async stop(): Promise<void> {
    if (this.#open !== undefined) this.#end('cancelled', 'the test ends');
    await this.#sends;
  }

  #sale(question: SaleQuestion, frame: Uint8Array): void {
    const key = question.reference ?? hex(frame);
    const before = this.#sales.findLast((each) => each.key === key);
    const amount = amountOf(question);
    if (amount === undefined)
      return this.#answer(frame, { result: 'invalid', why: 'no catalogue here: say the amount as well' });
    if (before !== undefined && this.#repeat(before, amount, frame)) return;
    if (this.#open !== undefined || this.#options.answer === 'busy')
      return this.#answer(frame, { result: 'busy' });
    const pretended: Pretended = {
      sale: this.#newSale(amount, question.reference),
      key,
      named: question.reference !== undefined,
      frame,
    };
    this.#sales.push(pretended);
    if (this.#sales.length > MOST_REMEMBERED) this.#sales.shift();
    this.#open = pretended;
    const { timers, afterMs, answer, say } = this.#options;
    say(`a pretended sale begins; "${answer}" in ${afterMs / 1000} s`);
    this.#progress('charging');
    this.#progress('scan');
    this.#cancelEnd = timers.after(afterMs, () => this.#end(answer, `--answer ${answer}`));
  }

  /** Law 7: the same request gets the same answer. @returns false where it is a new one */
  #repeat(before: Pretended, amount: Rupiah, frame: Uint8Array): boolean {
    if (before.sale.amount !== amount) {
      this.#answer(frame, { result: 'conflict', sale: before.sale });
      return true;
    }
    const { end } = before;
    if (end === undefined) {
      before.frame = frame;
      this.#options.say('the same request again: its answer will come');
      this.#progress('scan');
      return true;
    }
    if (!before.named && end.acknowledged) return false;
    this.#options.say('the same request again: the same answer');
    const same = hex(before.frame) === hex(frame);
    this.#send(
      frame,
      same ? end.bytes : this.#options.register.encode(frame, end.result),
      end.result.result,
      before,
    );
    return true;
  }

  #cancel(frame: Uint8Array): void {
    if (this.#open === undefined) return this.#answer(frame, this.#last());
    this.#answer(frame, { result: 'done', sale: this.#open.sale });
    this.#end('cancelled', 'the register gave it up');
  }

  #end(answer: Exclude<RegisterAnswer, 'busy'> | 'busy', why: string): void {
    const open = this.#open;
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (open === undefined) return;
    if (answer !== 'approved') this.#progress('closing');
    this.#open = undefined;
    const result: RegisterResult =
      answer === 'busy'
        ? { result: 'busy' }
        : answer === 'denied'
          ? { result: 'denied', sale: open.sale, code: FAULT.denied }
          : { result: answer, sale: open.sale };
    this.#options.say(`${open.sale.orderId} ends: ${answer} (${why})`);
    const bytes = this.#options.register.encode(open.frame, result);
    open.end = { result, bytes, acknowledged: false };
    this.#send(open.frame, bytes, result.result, open);
  }

  #other(question: Exclude<RegisterQuestion, { ask: 'sale' | 'cancel' }>): RegisterResult {
    const { clock, answer } = this.#options;
    const none = { count: 0, sum: 0 };
    const shift = { number: 1, openedAtMs: clock.wallMs(), settled: none, delivered: none, refunded: none };
    const nothing = { ...shift, owed: none, cancelled: none, expired: none };
    switch (question.ask) {
      case 'inquiry':
      case 'reprint':
        return this.#last();
      case 'refund':
        return { result: 'notRefunded', code: FAULT.refundsOff };
      case 'totals':
        return { result: 'totals', shift: nothing };
      case 'endOfDay':
        // A register that hears "closed" closes its own day, of real sales.
        return answer === 'approved'
          ? { result: 'shiftClosed', shift: { ...nothing, closedAtMs: clock.wallMs() } }
          : { result: 'busy' };
      case 'shown':
      case 'display':
      case 'print':
        return { result: 'done' };
      case 'shop':
        return { result: 'shop', shop: { soldOut: [] } };
      case 'echo':
        return { result: 'echo' };
      // Nothing is closed or sold out by a test.
      case 'setShop':
      case 'unsupported':
        return { result: 'unsupported' };
      case 'invalid':
        return { result: 'invalid', why: question.why };
    }
  }

  /** Of a sale before this test nothing is known, and "no such sale" could be taken for "not paid": ask later. */
  #last(): RegisterResult {
    const last = this.#sales.at(-1);
    if (last === undefined) return { result: 'busy' };
    return last.end?.result ?? { result: 'pending', sale: last.sale };
  }

  #answer(frame: Uint8Array, result: RegisterResult): void {
    this.#send(frame, this.#options.register.encode(frame, result), result.result);
  }

  /** In order: a newer answer waits for the one under way. */
  #send(frame: Uint8Array, bytes: Uint8Array, what: string, about?: Pretended): void {
    const { register, say } = this.#options;
    this.#sends = this.#sends.then(async () => {
      const outcome = await register.send(bytes, frame);
      say(`the answer "${what}": ${OUTCOMES[outcome]}`);
      if ((outcome === 'acknowledged' || outcome === 'assumed') && about?.end !== undefined)
        about.end.acknowledged = true;
    });
  }

  #progress(step: 'charging' | 'scan' | 'closing'): void {
    const open = this.#open;
    if (open === undefined) return;
    const { register, afterMs } = this.#options;
    const { orderId, amount, reference } = open.sale;
    const told = { frame: open.frame, orderId, amount, ...(reference === undefined ? {} : { reference }) };
    if (step === 'scan') register.progress?.({ ...told, step, payload: HARMLESS_QR, leftMs: afterMs });
    else register.progress?.({ ...told, step });
  }

  /** With numbers that no real sale has: day 000 in the RRN, and slips counted down from the top. */
  #newSale(amount: Rupiah, reference: string | undefined): RegisterSale {
    const invoice = TOP_INVOICE - this.#made;
    this.#made += 1;
    return {
      orderId: `UJICOBA-${this.#made}`,
      amount,
      rrn: String(invoice).padStart(12, '0'),
      approvalCode: '000000',
      invoice,
      atMs: this.#options.clock.wallMs(),
      ...(reference === undefined ? {} : { reference }),
    };
  }
}

const OUTCOMES = {
  acknowledged: 'the register acknowledged it',
  assumed: 'sent; registers of this protocol acknowledge no such answer',
  silent: 'sent, and not acknowledged',
  unheard: 'sent, and perhaps not heard',
  rejected: 'the register does not take it',
  partly: 'the register handed over a part',
  gone: 'not sent, or the register went away',
} as const;

/** Undefined where only a catalogue could tell. */
function amountOf({ amount, items = [] }: SaleQuestion): Rupiah | undefined {
  if (amount !== undefined) return amount;
  const own = items.flatMap((item) => ('name' in item ? [item] : []));
  const sum = sumOf(own);
  return own.length === items.length && isRupiah(sum) ? sum : undefined;
}

function wordsOf(question: RegisterQuestion): string {
  switch (question.ask) {
    case 'sale': {
      const { reference, patienceMs, items } = question;
      const amount = amountOf(question);
      const what = amount === undefined ? `${items?.length} lines` : formatRupiah(amount);
      const named = reference === undefined ? '' : `, reference ${reference}`;
      const waits = patienceMs === undefined ? '' : `, waits ${Math.round(patienceMs / 1000)} s`;
      return `sale of ${what}${named}${waits}`;
    }
    case 'cancel':
    case 'inquiry':
    case 'reprint':
    case 'refund':
      return `${question.ask} of ${question.sale.by === 'last' ? 'the last sale' : `a sale by ${question.sale.by}`}`;
    case 'display':
    case 'print':
      return `${question.ask}: ${question.lines.join(' / ')}`;
    case 'unsupported':
      return `${question.type}, which no terminal of ours does`;
    case 'invalid':
      return `something impossible: ${question.why}`;
    default:
      return question.ask;
  }
}
