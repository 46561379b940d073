import type { VendOutcome } from '../../src/base/vending-messages.js';

/** Who waits for the outcome of which request; more than one may wait for the same. */
export class AwaitedVends {
  readonly #waiting = new Map<string, ((outcome: VendOutcome) => void)[]>();

  of(reference: string): Promise<VendOutcome> {
    return new Promise((resolve) => {
      this.#waiting.set(reference, [...(this.#waiting.get(reference) ?? []), resolve]);
    });
  }

  settle(reference: string, outcome: VendOutcome): void {
    const waiting = this.#waiting.get(reference) ?? [];
    this.#waiting.delete(reference);
    for (const resolve of waiting) resolve(outcome);
  }
}
