import type { JournalEvent } from './commit.js';

/** Of all sales together. What is not at hand any more is a row of its own when it comes again. */
const KEPT_MOST = 64;

/**
 * What has happened to sales since something changed them last: a poll that finds it pending, an answer that stays away, the
 * question of a register that waits. The same again is counted in the row that says it, so that the story of a sale is no
 * longer for a customer who takes his time. Known of this process alone: what happened before a restart and after it are two
 * rows.
 */
export class Repeats {
  readonly #rows = new Map<string, number>();

  /** The row that says all of it. */
  find(text: string): number | undefined {
    return this.#rows.get(text);
  }

  /** @param seq the row that says it */
  keep(text: string, seq: number): void {
    this.#rows.delete(text);
    this.#rows.set(text, seq);
    if (this.#rows.size <= KEPT_MOST) return;
    for (const oldest of this.#rows.keys()) {
      this.#rows.delete(oldest);
      return;
    }
  }

  /** Something else has happened to it: what comes now is told behind that. */
  end(orderId: string): void {
    for (const text of this.#rows.keys()) if (text.startsWith(`${orderId} `)) this.#rows.delete(text);
  }

  /** The rows may not be there any more. */
  forget(): void {
    this.#rows.clear();
  }
}

/** Word for word what has happened, and to which sale. */
export function textOf({ orderId = '', kind, body, ignored, led }: JournalEvent): string {
  return `${orderId} ${JSON.stringify([kind, ignored, led, body])}`;
}
