import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import type { JournalEvent } from '../../src/journal/commit.js';

/** Midtrans: "only retry check status after 10 second". */
const PACE_MS = 10_000;

/** What may be followed by a status call at once: somebody rang or wants it ended, or its time is over. */
function isReason(event: SaleEvent): boolean {
  if (event.type === 'timer') return event.timer === 'life' || event.timer === 'patience';
  return event.type === 'notified' || event.type === 'cancelAsked';
}

/** Status calls of each order, and why one came sooner than the pace that Midtrans asks for. */
export class StatusPace {
  readonly #askedMs = new Map<string, number>();
  readonly #reasons = new Set<string>();
  #person = false;
  /** Closings and refunds of which one answer was a reason already: the first is. */
  readonly #answered = new Set<string>();

  /** On disk, before anything of it leaves. */
  happened(events: readonly JournalEvent[]): void {
    for (const { orderId, kind, body, ignored } of events) {
      if (orderId === undefined || ignored !== undefined) continue;
      if (kind === 'closeAnswered' || kind === 'refundAnswered') this.#first(orderId, kind);
      else if (kind === 'timer' || kind === 'notified' || kind === 'cancelAsked')
        if (isReason(body as SaleEvent)) this.#reasons.add(orderId);
    }
  }

  /** A closing has a first answer of its own. */
  became(before: Sale | undefined, { orderId, state }: Sale): void {
    if (state.at === 'closing' && before?.state.at !== 'closing')
      this.#answered.delete(`${orderId} closeAnswered`);
  }

  #first(orderId: string, kind: string): void {
    const name = `${orderId} ${kind}`;
    if (this.#answered.has(name)) return;
    this.#answered.add(name);
    this.#reasons.add(orderId);
  }

  /** A question of somebody who compares: he waits for the terminal, and the terminal knows nothing of him. */
  byPerson<T>(ask: () => T): T {
    this.#person = true;
    const answer = ask();
    this.#person = false;
    return answer;
  }

  /** A new process knows nothing of what the one before has asked, or of answers on no disk, and may begin in the same instant. */
  booted(): void {
    this.#askedMs.clear();
    this.#answered.clear();
  }

  /** @returns what is wrong with a status call of now, where it is too soon after one of this process */
  asked(orderId: string, nowMs: number): string | undefined {
    if (this.#person) return undefined;
    const before = this.#askedMs.get(orderId);
    const reason = this.#reasons.delete(orderId);
    this.#askedMs.set(orderId, nowMs);
    if (before === undefined || reason || nowMs - before >= PACE_MS) return undefined;
    return `Midtrans is asked about ${orderId} ${(nowMs - before) / 1000} s after the last time, for no reason`;
  }
}
