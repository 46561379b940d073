import { refundTotal } from '../../../src/sandbox/midtrans/transaction.js';
import type { Stream } from '../chance.js';
import { booked } from '../laws.js';
import type { JsonAnswer } from './json-words.js';
import type { SourceParts } from './source.js';

const AGAIN_MS = 40_000;
const MOST_ASKS = 6;

export interface ErrandParts extends SourceParts {
  readonly whims: Stream;
  /** @param elsewhere by its other door, where it knows one */
  readonly say: (message: Readonly<Record<string, unknown>>, elsewhere?: boolean) => void;
  readonly doors: number;
}

interface Errand {
  readonly message: { readonly op: string; readonly ref?: string; readonly id?: string };
  asks: number;
  /** Its answer was lost at the one door: it tries the other. */
  elsewhere: boolean;
  stop: () => void;
}

/** What the register wants besides its bills: money returned, the shift closed, its totals. */
export class Errands {
  readonly #parts: ErrandParts;
  readonly #random: Stream;
  readonly #open = new Map<string, Errand>();
  readonly #wanted = new Set<string>();
  /** Shifts that were closed for one frame, by its id. */
  readonly #closed = new Map<string, number>();
  #days = 0;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
    this.#random = parts.whims;
  }

  wantsBack(ref: string): boolean {
    return this.#wanted.has(ref);
  }

  /** Between two bills. */
  between(): void {
    const { chance } = this.#parts;
    if (!chance.now('registerClosesShift')) return;
    this.#days += 1;
    this.#begin({ op: this.#random.fraction() < 0.3 ? 'totals' : 'endOfDay', id: `day-${this.#days}` });
  }

  sold(ref: string): void {
    const { chance, time } = this.#parts;
    if (!chance.now('registerRefunds')) return;
    time.after(chance.detail('registerRefunds', 1_000, 300_000), () => {
      if (chance.off) return;
      this.#wanted.add(ref);
      this.#begin({ op: 'refund', ref });
    });
  }

  #begin(message: Errand['message']): void {
    const errand: Errand = { message, asks: 0, elsewhere: false, stop: () => undefined };
    this.#open.set(keyOf(message), errand);
    this.#ask(errand);
  }

  #ask(errand: Errand): void {
    const { time, chance, say } = this.#parts;
    errand.asks += 1;
    if (errand.asks > MOST_ASKS || chance.off) return;
    say(errand.message, errand.elsewhere);
    const repeats = chance.now('registerRepeats');
    const ms = repeats ? chance.detail('registerRepeats', 200, 60_000) : AGAIN_MS;
    errand.stop = time.after(ms, () => this.#ask(errand));
  }

  hear(answer: JsonAnswer): void {
    const { chance, doors, say } = this.#parts;
    const errand = this.#open.get(keyOf(answer));
    if (answer.op === 'endOfDay' && answer.code === 'done') {
      // It has crashed over the answer, and asks again.
      const elsewhere = doors > 1 && chance.now('otherDoor');
      if (errand !== undefined && (elsewhere || chance.now('neverAcks'))) {
        errand.elsewhere = elsewhere;
        errand.stop();
        errand.stop = this.#parts.time.after(1_000, () => this.#ask(errand));
        return;
      }
      say({ op: 'ack', id: answer.id });
    }
    if (errand === undefined) return;
    errand.stop();
    if (answer.code === 'unknown' || answer.code === 'pending' || answer.code === 'busy')
      errand.stop = this.#parts.time.after(this.#random.between(5_000, 60_000), () => this.#ask(errand));
    else this.#open.delete(keyOf(answer));
  }

  /** An answer leaves the terminal. */
  written(answer: JsonAnswer): void {
    const { laws } = this.#parts;
    const { op, code, id = '', shift, sale } = answer;
    if (op === 'endOfDay' && code === 'done' && shift !== undefined) {
      const before = this.#closed.get(id);
      this.#closed.set(id, shift.number);
      laws.shiftTold(shift.number, shift.settled.sum);
      // What came to its end in between is another day's; nothing is closed twice.
      if (before !== undefined && before !== shift.number) laws.mustNotBeEmpty(shift.number);
    }
    if (sale === undefined) return;
    const transaction = laws.transaction(sale.order_id);
    const back = transaction === undefined ? 0 : refundTotal(transaction);
    // A person who clears a sale as given back did it by other means than the gateway's: cash, another terminal.
    const { state } = laws.sales.get(sale.order_id) ?? {};
    const byHand = state?.at === 'resolved' && state.how === 'refunded' && state.by !== 'gateway';
    if (code === 'refunded' && !byHand && (transaction === undefined || back < booked(transaction)))
      laws.broken(
        'law 4',
        `the register is told "refunded" of ${sale.order_id}, Midtrans has given back ${back}`,
      );
    // What somebody gave back at the dashboard is nothing that the terminal could know of before the gateway has told it.
    const known = laws.isRefundedElsewhere(sale.order_id)
      ? laws.sales.get(sale.order_id)?.evidence?.status === 'refund'
      : back > 0;
    if (op === 'refund' && code === 'not_refunded' && known)
      laws.broken('law 2', `the register is told that ${sale.order_id} is not refunded, and it is`);
  }
}

function keyOf({
  op,
  ref,
  id,
}: {
  readonly op: string;
  readonly ref?: string;
  readonly id?: string;
}): string {
  return `${op} ${ref ?? ''} ${id ?? ''}`;
}
