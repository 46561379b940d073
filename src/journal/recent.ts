import { isOpen, type Sale } from '../core/sale/sale.js';

/** Sales that are over and still at hand; older ones are read from the disk. */
const OTHERS_MOST = 64;

/**
 * Open sales and the newest others, as the last commits left them, so that no event reads back what the one before it
 * wrote. Told of a commit when it has returned and not before: what this says is on disk.
 */
export class Recent {
  readonly #open = new Map<string, Sale>();
  readonly #others = new Map<string, Sale>();

  get(orderId: string): Sale | undefined {
    return this.#open.get(orderId) ?? this.#others.get(orderId);
  }

  keep(sale: Sale): void {
    const { orderId } = sale;
    this.#others.delete(orderId);
    if (isOpen(sale)) {
      this.#open.set(orderId, sale);
      return;
    }
    this.#open.delete(orderId);
    this.#others.set(orderId, sale);
    if (this.#others.size <= OTHERS_MOST) return;
    for (const oldest of this.#others.keys()) {
      this.#others.delete(oldest);
      return;
    }
  }

  /** What is at hand of a sale that is over is not as the disk has it any more. */
  forget(orderId: string): void {
    this.#others.delete(orderId);
  }

  /** Oldest first; all of them, once all that the disk had at the start were kept here. */
  open(): Sale[] {
    return [...this.#open.values()].sort((a, b) => a.invoice - b.invoice);
  }
}
