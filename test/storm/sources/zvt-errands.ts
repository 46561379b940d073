import { refundTotal } from '../../../src/sandbox/midtrans/transaction.js';
import { Stream } from '../chance.js';
import type { SourceParts } from './source.js';
import type { End, Question, Talk } from './zvt-talk.js';
import { CONFIRMED, END_OF_DAY, type ResultWords, reversal, TURNOVER, textOf } from './zvt-words.js';

const MOST_ASKS = 6;
const PLEASE_WAIT = 0x9c;
const NOT_CONFIRMED = 0x9b;
const REVERSAL_NOT_POSSIBLE = 0xb5;

/** What the register has sold. */
export interface Sold {
  readonly orderId: string;
  readonly trace: number;
  readonly amount: number;
}

export interface ErrandParts extends SourceParts {
  readonly talk: Talk;
  /** Processes of the terminal so far. */
  readonly lives: () => number;
}

interface Errand {
  readonly words: string;
  readonly message: Uint8Array;
  readonly sold?: Sold;
  asks: number;
  /** It has confirmed a result: it asks no more. */
  confirmed: boolean;
  /** The sum that was sent first, whether or not it was heard. */
  sent: number | undefined;
  /** The sum that it has confirmed, and the number on the receipt. */
  sum: number | undefined;
  shift: number | undefined;
  /** It has had its money back in this life of the terminal, and asks all the same. */
  hadIn: number | undefined;
  /** What was printed of the answer. */
  paper: string;
}

/** What the register wants besides its bills, one after the other between two of them: money returned, the shift closed. */
export class ZvtErrands {
  readonly #parts: ErrandParts;
  readonly #random: Stream;
  readonly #wanted = new Set<string>();
  #waiting: Errand[] = [];
  #now: Errand | undefined;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 4_202);
  }

  wantsBack(orderId: string): boolean {
    return this.#wanted.has(orderId);
  }

  sold(sold: Sold): void {
    const { chance, time } = this.#parts;
    const errand = {
      ...{ asks: 0, confirmed: false, sent: undefined, sum: undefined, shift: undefined },
      ...{ hadIn: undefined, paper: '' },
    };
    if (chance.now('registerClosesShift')) {
      const turnover = this.#random.fraction() < 0.3;
      const [words, message] = turnover ? ['06 12 turnover', TURNOVER] : ['06 50 end of day', END_OF_DAY];
      this.#waiting.push({ ...errand, words: words as string, message: message as Uint8Array });
    }
    if (!chance.now('registerRefunds')) return;
    const by = this.#random.fraction() < 0.5 ? 'receipt' : 'trace';
    const amount = this.#random.fraction() < 0.5 ? sold.amount : undefined;
    const message = reversal(sold.trace, by, amount);
    const words = `06 30 reversal of ${sold.trace} by ${by}`;
    time.after(chance.detail('registerRefunds', 1_000, 300_000), () =>
      this.#waiting.push({ ...errand, words, message, sold }),
    );
  }

  /** Does what is to be done. @returns false where nothing is */
  next(done: () => void): boolean {
    this.#now = this.#waiting.shift();
    if (this.#now === undefined) return false;
    this.#ask(this.#now, done);
    return true;
  }

  /** The register comes back from a power cut, and goes on with it. @returns false where there was nothing */
  takeUp(done: () => void): boolean {
    if (this.#now === undefined) return false;
    this.#ask(this.#now, done);
    return true;
  }

  /** The sum of a shift leaves the terminal. */
  written(sum: number): void {
    if (this.#now !== undefined) this.#now.sent ??= sum;
  }

  #ask(errand: Errand, done: () => void): void {
    const { chance, talk, time } = this.#parts;
    errand.asks += 1;
    if (errand.confirmed || errand.asks > MOST_ASKS || chance.off) {
      this.#now = undefined;
      return done();
    }
    errand.paper = '';
    if (errand.sold !== undefined) this.#wanted.add(errand.sold.orderId);
    const question: Question = {
      words: errand.words,
      message: errand.message,
      result: (words) => this.#result(errand, words),
      told: (_command, message) => {
        errand.paper += textOf(message);
        errand.shift ??= Number(/SHIFT (\d+)/.exec(textOf(message))?.[1] ?? 0) || undefined;
      },
      ended: (end) => {
        const again = this.#again(errand, end);
        if (!again) errand.confirmed = true;
        const ms = this.#random.between(2_000, 20_000);
        time.after(again ? ms : 0, () => this.#now === errand && this.#ask(errand, done));
      },
    };
    talk.ask(question);
    if (errand.sold !== undefined && chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => this.#now === errand && talk.giveUp());
  }

  #result(errand: Errand, { code, amount, trace }: ResultWords): Uint8Array {
    const { laws } = this.#parts;
    const { sold } = errand;
    if (code !== 0) return CONFIRMED;
    errand.confirmed = true;
    if (sold === undefined) {
      if (amount !== undefined) errand.sum = amount;
      return CONFIRMED;
    }
    const back = this.#back(sold);
    if (trace !== sold.trace || amount !== sold.amount || back < sold.amount)
      laws.broken(
        'law 4',
        `the register is told that ${sold.orderId} was given back, and ${back} was: ${amount} of ${trace}`,
      );
    return CONFIRMED;
  }

  #back({ orderId }: Sold): number {
    const transaction = this.#parts.laws.transaction(orderId);
    return transaction === undefined ? 0 : refundTotal(transaction);
  }

  /** Whether it asks for what it has had back already: then its paper must say that it is a copy. */
  #oncemore(errand: Errand): boolean {
    const { laws, lives } = this.#parts;
    const { hadIn, paper, words } = errand;
    const again = hadIn === undefined && this.#random.fraction() < 0.7;
    if (hadIn === lives() && /REFUNDED/.test(paper) && !/COPY/.test(paper))
      laws.broken('law 6', `the receipt of ${words} is printed a second time, and does not say COPY`);
    if (again) {
      errand.hadIn = lives();
      errand.confirmed = false;
    }
    return again;
  }

  /** Whether it asks once more. */
  #again(errand: Errand, end: End): boolean {
    const { sold, confirmed, sent, sum, shift } = errand;
    const { laws } = this.#parts;
    if (end.how === 'completed') {
      if (sold !== undefined) return this.#oncemore(errand);
      if (sum === undefined || shift === undefined) return false;
      laws.shiftTold(shift, sum);
      // What came to its end since the first answer is another day's; nothing is closed twice.
      if (sent !== sum) laws.mustNotBeEmpty(shift);
      return false;
    }
    if (end.how !== 'refused') return !confirmed;
    const no = end.code === REVERSAL_NOT_POSSIBLE;
    // What somebody gave back at the dashboard is nothing that the terminal could know of before the gateway has told it.
    const known =
      sold !== undefined &&
      (!laws.isRefundedElsewhere(sold.orderId) ||
        laws.sales.get(sold.orderId)?.evidence?.status === 'refund');
    if (no && known && this.#back(sold) >= sold.amount)
      laws.broken('law 2', `the register is told that ${sold.orderId} was not given back, and it was`);
    return end.code === PLEASE_WAIT || end.code === NOT_CONFIRMED;
  }
}
