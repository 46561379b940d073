import type { Timers } from '../../src/port/clock.js';

/** Writes under way, each with a limit. */
export class Writes {
  readonly #settles = new Set<(sent: boolean) => void>();

  /**
   * @param hand hands the bytes over, and is to be told when they have left
   * @param late told with the reason when that takes too long; it ends the line
   */
  begin(
    count: number,
    { timers, limitMs = 5_000 }: { readonly timers: Timers; readonly limitMs?: number | undefined },
    hand: (settle: (sent: boolean) => void) => void,
    late: (why: string) => void,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = timers.after(limitMs, () => late(`${count} bytes did not leave within ${limitMs} ms`));
      const settle = (sent: boolean): void => {
        if (!this.#settles.delete(settle)) return;
        cancel();
        resolve(sent);
      };
      this.#settles.add(settle);
      hand(settle);
    });
  }

  /** The line is over: what has not left does not leave any more. */
  end(): void {
    for (const settle of [...this.#settles]) settle(false);
  }
}
