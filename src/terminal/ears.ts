import { type Notice, noticeKey } from '../base/notice.js';
import { FAULT } from '../core/fault/table.js';
import { RateWindow } from '../host/rate-window.js';
import type { LinkState } from '../port/link.js';
import type { Hall, TerminalEvent } from './parts.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { Till } from './till.js';

/** Different words about one order within a minute. A sale has four in its life; each costs two synced commits and a look. */
const NOTICES_A_MINUTE = 20;
/** From the first notice of an order that is dropped to the look at that order. */
const DROPPED_MS = 60_000;

/** What reaches us from the relay and of the gateway: each only makes the till ask (law 3). */
export class Ears {
  readonly #hall: Hall;
  readonly #till: Till;
  readonly #keeper: ReadinessKeeper;
  readonly #perOrder: RateWindow;
  /** Orders with dropped notices, the longest waiting first. As many as have had {@link NOTICES_A_MINUTE} commits within a minute. */
  readonly #dropped = new Map<string, { readonly says: string; readonly dueMs: number }>();
  #link: LinkState = { up: false, why: 'not configured' };

  constructor(hall: Hall, till: Till, keeper: ReadinessKeeper) {
    this.#hall = hall;
    this.#till = till;
    this.#keeper = keeper;
    this.#perOrder = new RateWindow(NOTICES_A_MINUTE, hall.roster.clock);
  }

  get link(): LinkState {
    return this.#link;
  }

  /** Returns after the commit, with the notice and what it led to in one transaction. */
  notice(notice: Notice): void {
    const { journal, log } = this.#hall.roster;
    const key = noticeKey(notice);
    // Nothing new, so nothing to write: a replay must not cost the disk what a sale needs (law 16).
    if (journal.sawNotice(key)) return log.debug(() => `${notice.orderId} notice ${notice.id} again`);
    if (!this.#perOrder.admit(notice.orderId)) return this.#drop(notice);
    log.info(`${notice.orderId} <- notice: ${notice.says}`);
    this.#till.happen(
      notice.orderId,
      { type: 'rang', says: notice.says },
      { why: { orderId: notice.orderId, kind: 'notice', body: notice }, noticeId: key },
    );
  }

  /** A refund of what was delivered is polled by nobody: what was dropped leads to one look, once the minute is over. */
  tick(): void {
    for (const [orderId, { says, dueMs }] of this.#dropped) {
      if (this.#hall.roster.clock.monoMs() < dueMs) return;
      this.#dropped.delete(orderId);
      this.#till.happen(orderId, { type: 'rang', says });
    }
  }

  #drop({ orderId, says }: Notice): void {
    const { clock, log } = this.#hall.roster;
    log.warn(`${orderId} more than ${NOTICES_A_MINUTE} notices a minute; one is dropped`);
    const { says: before = says, dueMs = clock.monoMs() + DROPPED_MS } = this.#dropped.get(orderId) ?? {};
    // What is settled is moved by news of a refund alone.
    this.#dropped.set(orderId, { says: before.includes('refund') ? before : says, dueMs });
  }

  /** On every connect the gateway is asked about each open sale: what rang while the link was down is not lost. */
  linkChanged(state: LinkState): void {
    const back = state.up && !this.#link.up;
    this.#link = state;
    const atMs = this.#hall.roster.clock.monoMs();
    const reading = state.up
      ? { code: 0, detail: 'up', atMs }
      : { code: FAULT.linkDown, detail: state.why, atMs };
    this.#keeper.take('link', reading);
    if (!back) return;
    // Where the relay was away, the gateway was, too: no need to be out of service until the next round.
    this.#keeper.checkGateway();
    this.#ringOpenSales('the link is back');
  }

  /** A gateway that answers again is asked about each open sale at once: they may be waiting out a long pause. */
  read({ fact, reading }: Extract<TerminalEvent, { on: 'reading' }>): void {
    const before = this.#keeper.reading(fact);
    this.#keeper.take(fact, reading);
    const wasBad = before !== undefined && before.code !== 0;
    if (fact === 'gateway' && wasBad && reading.code === 0) this.#ringOpenSales('the gateway is back');
  }

  #ringOpenSales(says: string): void {
    for (const sale of this.#hall.roster.journal.openSales())
      this.#till.happen(sale.orderId, { type: 'rang', says });
  }
}
