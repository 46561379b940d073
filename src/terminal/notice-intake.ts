import { type Notice, noticeKey } from '../base/notice.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT } from '../core/fault/table.js';
import type { LinkState } from '../port/link.js';
import type { TerminalContext, TerminalEvent } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SaleProcessor } from './sale-processor.js';

/** Different notices about one order within a minute. A sale has four in its life; each costs a row and a look. */
const NOTICES_A_MINUTE = 20;
/** From the first notice of an order that is dropped to the look at that order. */
const DROPPED_MS = 60_000;

/** What reaches us from the relay and of the gateway: each only makes the terminal ask (law 3). */
export class NoticeIntake {
  readonly #context: TerminalContext;
  readonly #sales: SaleProcessor;
  readonly #keeper: ReadinessKeeper;
  readonly #perOrder: RateWindow;
  /** Orders with dropped notices, the longest waiting first. As many as have had {@link NOTICES_A_MINUTE} commits within a minute. */
  readonly #dropped = new Map<string, { readonly hint: string; readonly dueMs: number }>();
  #link: LinkState = { up: false, why: 'not configured' };

  constructor(context: TerminalContext, sales: SaleProcessor, keeper: ReadinessKeeper) {
    this.#context = context;
    this.#sales = sales;
    this.#keeper = keeper;
    this.#perOrder = new RateWindow(NOTICES_A_MINUTE, context.adapters.clock);
  }

  get link(): LinkState {
    return this.#link;
  }

  /**
   * Returns when notice and what it led to are written, in one transaction: the broker's acknowledgement follows. That may
   * wait for the next commit where the sale is open on disk, or the notice changes nothing: a restart asks about each open
   * sale by itself, and the acknowledged notice would have led to no more. One that alone leads to a question (of what was
   * closed, of a refund) is on disk first (`mustSurvive`).
   */
  notice(notice: Notice): void {
    const { journal, log } = this.#context.adapters;
    const key = noticeKey(notice);
    // Nothing new, so nothing to write: a replay must not cost the disk what a sale needs (law 16).
    if (journal.sawNotice(key)) return log.debug(() => `${notice.orderId} notice ${notice.id} again`);
    if (!this.#perOrder.admit(notice.orderId)) return this.#drop(notice);
    log.info(`${notice.orderId} <- notice: ${notice.says}`);
    this.#sales.happen(
      notice.orderId,
      { type: 'notified', hint: notice.says },
      { why: { orderId: notice.orderId, kind: 'notice', body: notice }, noticeId: key },
    );
  }

  /** A refund of what was delivered is not polled: what was dropped leads to one look, once the minute is over. */
  tick(): void {
    for (const [orderId, { hint, dueMs }] of this.#dropped) {
      if (this.#context.adapters.clock.monoMs() < dueMs) return;
      this.#dropped.delete(orderId);
      this.#sales.happen(orderId, { type: 'notified', hint });
    }
  }

  #drop({ orderId, says }: Notice): void {
    const { clock, log } = this.#context.adapters;
    log.warn(`${orderId} more than ${NOTICES_A_MINUTE} notices a minute; one is dropped`);
    const { hint: before = says, dueMs = clock.monoMs() + DROPPED_MS } = this.#dropped.get(orderId) ?? {};
    // What is settled is moved by news of a refund alone.
    this.#dropped.set(orderId, { hint: before.includes('refund') ? before : says, dueMs });
  }

  /** On every connect the gateway is asked about each open sale: what was notified while the link was down is not lost. */
  linkChanged(state: LinkState): void {
    const back = state.up && !this.#link.up;
    this.#link = state;
    const atMs = this.#context.adapters.clock.monoMs();
    const reading = state.up
      ? { code: state.contested === undefined ? 0 : FAULT.idTakenOver, detail: state.contested ?? 'up', atMs }
      : { code: FAULT.linkDown, detail: state.why, atMs };
    this.#keeper.take('link', reading);
    if (!back) return;
    // Where the relay was away, the gateway was, too: no need to be out of service until the next round.
    this.#keeper.checkGateway();
    this.#askAboutOpenSales('the link is back');
  }

  /** A gateway that answers again is asked about each open sale at once: they may be waiting out a long pause. */
  read({ fact, reading }: Extract<TerminalEvent, { on: 'reading' }>): void {
    const before = this.#keeper.reading(fact);
    this.#keeper.take(fact, reading);
    const wasBad = before !== undefined && before.code !== 0;
    if (fact === 'gateway' && wasBad && reading.code === 0) this.#askAboutOpenSales('the gateway is back');
  }

  #askAboutOpenSales(hint: string): void {
    for (const sale of this.#context.adapters.journal.openSales())
      this.#sales.happen(sale.orderId, { type: 'notified', hint });
  }
}
