import { FAULT } from '../core/fault/table.js';
import type { TerminalContext } from './context.js';
import { Pace } from './pace.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SaleProcessor } from './sale-processor.js';

/** Between two pieces: some thirty sales, and some milliseconds of the loop. */
const PACE_MS = 2_000;
/** While a sale is open, or the clock is not known to be right. */
const BUSY_MS = 30_000;
/** Until it is looked again, when nothing was old enough, and when the medium took nothing. */
const REST_MS = 600_000;
/** For a piece, and for what the WAL takes of it. */
const ROOM_BYTES = 1024 * 1024;

/**
 * Moves stories of old shifts out of the journal while no sale is open. Where the disk is nearly full it does not wait for
 * their age: the room that they leave is what the next sales are written into.
 */
export class Archiver {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #pace: Pace;

  constructor(context: TerminalContext, sales: SaleProcessor, keeper: ReadinessKeeper) {
    this.#context = context;
    this.#pace = new Pace(context, () => this.#next());
    this.#sales = sales;
    this.#keeper = keeper;
  }

  start(): void {
    if (this.#context.settings.archiveAfterMs !== undefined) this.#pace.wait(PACE_MS);
  }

  stop(): void {
    this.#pace.stop();
  }

  #next(): void {
    const { freeBytes, clockGood } = this.#keeper;
    const { archiveAfterMs = Number.POSITIVE_INFINITY, minFreeBytes } = this.#context.settings;
    const tight = freeBytes < 2 * minFreeBytes;
    // A clock that is years ahead would call all of it old; and to move something takes room for it at first.
    if (this.#sales.open !== undefined || !(clockGood || tight) || freeBytes < ROOM_BYTES)
      return this.#pace.wait(BUSY_MS);
    const agoMs = this.#context.adapters.clock.wallMs() - archiveAfterMs;
    this.#context.endOnRejection(this.#move(tight ? Number.MAX_SAFE_INTEGER : agoMs));
  }

  async #move(closedByMs: number): Promise<void> {
    const { journal, log } = this.#context.adapters;
    const moved = await journal.archive?.move(closedByMs);
    if (moved?.kind === 'failed') this.#post(FAULT.archiveAway, moved.why);
    if (moved?.kind === 'moved') this.#post(0, 'takes what is moved');
    if (moved?.kind === 'moved' && moved.sales > 0) log.info(`archive: ${moved.sales} sales`);
    this.#pace.wait(moved?.kind === 'moved' || moved?.kind === 'passed' ? PACE_MS : REST_MS);
  }

  /** What the medium did: it is asked for nothing but to take a piece. */
  #post(code: number, detail: string): void {
    const atMs = this.#context.adapters.clock.monoMs();
    this.#context.post({ on: 'reading', fact: 'archive', reading: { code, detail, atMs } });
  }
}
