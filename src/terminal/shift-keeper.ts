import { shiftSlip } from '../core/text/shift-slip.js';
import { timesOf } from '../journal/commit.js';
import type { TerminalContext } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SaleProcessor } from './sale-processor.js';
import type { SlipDesk } from './slip-desk.js';

/** Between two looks at how long the shift has been open. */
const LOOK_MS = 60_000;

/**
 * Closes what is not closed by hand: a machine that is visited once a year has a shift a week all the same. Never an
 * empty one.
 */
export class ShiftKeeper {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #slips: SlipDesk;
  #stopTimer: (() => void) | undefined;
  /** The shift that was due at the last look. A clock that jumps is found out of within a minute, and set right. */
  #due: number | undefined;

  constructor(context: TerminalContext, sales: SaleProcessor, keeper: ReadinessKeeper, slips: SlipDesk) {
    this.#context = context;
    this.#sales = sales;
    this.#keeper = keeper;
    this.#slips = slips;
  }

  start(): void {
    if (this.#context.settings.closeShiftAfterMs === undefined) return;
    this.#stopTimer = this.#context.adapters.timers.after(LOOK_MS, () => {
      this.start();
      this.#context.post({ on: 'command', run: () => this.#look() });
    });
  }

  stop(): void {
    this.#stopTimer?.();
  }

  #look(): void {
    const { clock, journal } = this.#context.adapters;
    const { shifts } = journal;
    const { closeShiftAfterMs = Number.POSITIVE_INFINITY } = this.#context.settings;
    const before = this.#due;
    // One that was opened by a clock that was years ahead would not be old for years.
    const old = Math.abs(clock.wallMs() - shifts.openedAtMs) >= closeShiftAfterMs;
    // A clock that jumped would close a shift that has just begun.
    this.#due = old && this.#keeper.clockGood && !shifts.isEmpty() ? shifts.current : undefined;
    // The slip must not come between a customer and the QR.
    if (this.#due === undefined || this.#due !== before || this.#sales.open !== undefined) return;
    this.#close();
  }

  #close(): void {
    const { clock, journal, log } = this.#context.adapters;
    const at = timesOf(clock);
    const report = journal.closeShift(at.wallMs, 'gopay-pos', ({ number }) => ({
      ...at,
      events: [{ kind: 'shiftClosedByItself', body: { number } }],
    }));
    log.info(`shift ${report.number} was open for long, and is closed`);
    void this.#slips.print(shiftSlip(report, this.#context.settings.head, false));
  }
}
