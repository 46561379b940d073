import { FAULT } from '../core/fault/table.js';
import type { Reading } from '../core/readiness.js';
import type { Sale } from '../core/sale/sale.js';
import type { Adapters } from './context.js';

/** How long a program may take until it says that the QR is on its screen: longer, and nobody has it in front of him. */
const SHOWN_MS = 15_000;

/**
 * The screen of programs that show the QR themselves. It is a way to a customer (law 9) while one of them is there; and a QR
 * is in front of him once it says so.
 */
export class ProgramScreen {
  readonly #adapters: Pick<Adapters, 'registers' | 'timers' | 'clock'>;
  #shown: string | undefined;
  #awaiting: ((orderId: string | undefined) => void) | undefined;

  constructor(adapters: Pick<Adapters, 'registers' | 'timers' | 'clock'>) {
    this.#adapters = adapters;
  }

  get used(): boolean {
    return this.#adapters.registers.some(({ register }) => register.shows !== undefined);
  }

  /** A program says that the QR of this sale is on its screen. */
  shown(orderId: string): void {
    this.#shown = orderId;
    this.#awaiting?.(orderId);
  }

  /** @returns whether the program that wants this sale says so, now or within {@link SHOWN_MS}: it shows nobody else's */
  seen({ orderId, source }: Sale): Promise<boolean> {
    const shows = this.#adapters.registers.some(
      ({ kind, register }) =>
        kind === source.kind && register.name === source.name && register.shows !== undefined,
    );
    if (!shows || this.#shown === orderId) return Promise.resolve(shows);
    this.#awaiting?.(undefined);
    return new Promise((resolve) => {
      const cancel = this.#adapters.timers.after(SHOWN_MS, () => this.#awaiting?.(undefined));
      this.#awaiting = (shown) => {
        if (shown !== undefined && shown !== orderId) return;
        this.#awaiting = undefined;
        cancel();
        resolve(shown === orderId);
      };
    });
  }

  reading(): Reading {
    const there = this.#adapters.registers.some(({ register }) => register.shows?.() === true);
    const atMs = this.#adapters.clock.monoMs();
    return there
      ? { code: 0, detail: 'a program that shows the QR is there', atMs }
      : { code: FAULT.noProgramShows, detail: 'no program that shows the QR is there', atMs };
  }

  stop(): void {
    this.#awaiting?.(undefined);
  }
}
