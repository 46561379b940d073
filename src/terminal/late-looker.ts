import type { StatusOutcome } from '../base/gateway-answer.js';
import type { Sale } from '../core/sale/sale.js';
import { endOf } from '../core/sale/transition.js';
import type { TerminalContext } from './context.js';
import { Pace } from './pace.js';

/** Between two sales: thousands of them are no burst, at a start or at whatever time. */
export const LATE_PACE_MS = 5_000;
/** Until it is looked again whether one is due, after none was. */
const REST_MS = 60_000;

/**
 * Looks at sales that are over for days, one after the other: those whose time has come, and after a start and after the
 * close of a shift once at all of them. Only news is journalled of the latter.
 */
export class LateLooker {
  readonly #context: TerminalContext;
  readonly #good: { readonly gateway: () => boolean; readonly clock: () => boolean };
  readonly #pace: Pace;
  /** Invoices from here on have been looked at in this round; undefined when it is over. */
  #from: number | undefined = Number.MAX_SAFE_INTEGER;
  #shift: number | undefined;

  /**
   * @param good.gateway whether it answers at all: otherwise no sale is asked about
   * @param good.clock otherwise nothing is due: by a clock that is years wrong, all looks would be over within minutes
   */
  constructor(
    context: TerminalContext,
    good: { readonly gateway: () => boolean; readonly clock: () => boolean },
  ) {
    this.#context = context;
    this.#pace = new Pace(context, () => this.#next());
    this.#good = good;
  }

  start(): void {
    this.#pace.wait(LATE_PACE_MS);
  }

  stop(): void {
    this.#pace.stop();
  }

  #next(): void {
    const { clock, journal } = this.#context.adapters;
    const shift = journal.shifts.current;
    if (this.#shift !== undefined && this.#shift !== shift) this.#from = Number.MAX_SAFE_INTEGER;
    this.#shift = shift;
    if (!this.#good.gateway()) return this.#pace.wait(REST_MS);
    const due = this.#good.clock() ? journal.lateLooks.due(clock.wallMs()) : undefined;
    const sale = due ?? this.#nextOfRound();
    if (sale === undefined) return this.#pace.wait(REST_MS);
    if (this.#context.statusCalls.restMs(sale.orderId) > 0) return this.#pace.wait(LATE_PACE_MS);
    this.#context.endOnRejection(this.#look(sale, due !== undefined));
  }

  #nextOfRound(): Sale | undefined {
    if (this.#from === undefined) return undefined;
    const sale = this.#context.adapters.journal.lateLooks.before(this.#from);
    this.#from = sale?.invoice;
    return sale;
  }

  async #look({ orderId }: Sale, due: boolean): Promise<void> {
    this.#context.statusCalls.note(orderId);
    const outcome = await this.#context.adapters.gateway.status(orderId);
    if (due || isNews(outcome))
      this.#context.post({ on: 'sale', orderId, event: { type: 'statusAnswered', outcome } });
    this.#pace.wait(LATE_PACE_MS);
  }
}

/** Whatever is no end without money; the decision judges it. */
function isNews(outcome: StatusOutcome): boolean {
  return outcome.kind === 'evidence' && endOf(outcome.evidence) === undefined;
}
