export interface PricedSlot {
  /** In the controller's own unit. */
  readonly price: number;
  readonly paused: boolean;
}

/** Slots are numbered 1 to 999; other numbers stand for many at once. */
const LAST_SLOT = 999;

/** What the controller has told of its slots. It holds at most one entry for each. */
export class PriceList {
  readonly #slots = new Map<number, PricedSlot>();

  of(slot: number): PricedSlot | undefined {
    return this.#slots.get(slot);
  }

  slot(slot: number, price: number, paused: boolean): void {
    if (isOne(slot)) this.#slots.set(slot, { price, paused });
  }

  /** @returns false for a number that means many slots: then no price is known until they are told one by one */
  price(slot: number, price: number): boolean {
    if (!isOne(slot)) {
      this.#slots.clear();
      return false;
    }
    this.#slots.set(slot, { price, paused: this.#slots.get(slot)?.paused ?? false });
    return true;
  }

  clear(): void {
    this.#slots.clear();
  }
}

function isOne(slot: number): boolean {
  return slot >= 1 && slot <= LAST_SLOT;
}
