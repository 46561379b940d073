import { dayOver } from '../core/shift/closing-time.js';
import { shiftSlip } from '../core/text/shift-slip.js';
import type { TerminalContext } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SaleProcessor } from './sale-processor.js';
import type { SlipDesk } from './slip-desk.js';

/** Between two looks at how long the shift has been open. */
const LOOK_MS = 60_000;

/**
 * Closes what is not closed by hand: a machine that is visited once a year has a shift a day, or a week, all the same. Never
 * an empty one.
 */
export class ShiftKeeper {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #slips: SlipDesk;
  #stopTimer: (() => void) | undefined;
  /** The shift that was due at the last look. A clock that jumps is found out of within a minute, and set right. */
  #due: number | undefined;
  /** The open shift, and when it was seen first. */
  #seen: { readonly shift: number; readonly atMs: number } | undefined;

  constructor(context: TerminalContext, sales: SaleProcessor, keeper: ReadinessKeeper, slips: SlipDesk) {
    this.#context = context;
    this.#sales = sales;
    this.#keeper = keeper;
    this.#slips = slips;
  }

  start(): void {
    const { closeShiftAfterMs, closeShiftAt } = this.#context.settings;
    if (closeShiftAfterMs === undefined && closeShiftAt === undefined) return;
    this.#stopTimer = this.#context.adapters.timers.after(LOOK_MS, () => {
      this.start();
      this.#context.post({ on: 'command', run: () => this.#look() });
    });
  }

  stop(): void {
    this.#stopTimer?.();
  }

  #look(): void {
    const { shifts } = this.#context.adapters.journal;
    const before = this.#due;
    // A clock that jumped would close a shift that has just begun.
    const reason = this.#keeper.clockTrusted && !shifts.isEmpty() ? this.#reason() : undefined;
    this.#due = reason === undefined ? undefined : shifts.current;
    // The slip must not come between a customer and the QR.
    if (reason === undefined || this.#due !== before || this.#sales.open !== undefined) return;
    this.#close(reason);
  }

  /** Why it is to be closed; undefined where it is not. */
  #reason(): { readonly day?: string } | undefined {
    const { settings, adapters } = this.#context;
    const { closeShiftAfterMs = Number.POSITIVE_INFINITY, closeShiftAt } = settings;
    const { shifts } = adapters.journal;
    const nowMs = adapters.clock.wallMs();
    if (this.#seen?.shift !== shifts.current) this.#seen = { shift: shifts.current, atMs: nowMs };
    if (closeShiftAt !== undefined) {
      // An empty one is as old as its first sale; and none was opened after we saw it, whatever its clock said.
      const sinceMs = Math.max(shifts.openedAtMs, shifts.firstSaleMs ?? 0);
      const day = dayOver(closeShiftAt, Math.min(sinceMs, this.#seen.atMs), nowMs);
      if (day !== undefined) return { day };
    }
    // One that was opened by a clock that was years ahead would not be old for years.
    return Math.abs(nowMs - shifts.openedAtMs) >= closeShiftAfterMs ? {} : undefined;
  }

  #close({ day }: { readonly day?: string }): void {
    const report = this.#context.closeShift({
      ...{ by: 'gopay-pos', day },
      after: ({ number }) => ({ events: [{ kind: 'shiftClosedByItself', body: { number, day } }] }),
    });
    const why = day === undefined ? 'was open for long' : `ends with ${day}`;
    this.#context.adapters.log.info(`shift ${report.number} ${why}, and is closed`);
    void this.#slips.print(shiftSlip(report, this.#context.settings.head, false));
  }
}
