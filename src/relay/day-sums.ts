import { NewestMap } from '../bounds/newest-map.js';
import type { Clock } from '../port/clock.js';

const DAY_MS = 86_400_000;
const TERMINALS_MOST = 10_000;
/** Of one terminal a day; more than any has customers. */
const CHARGES_MOST = 5_000;

interface Charge {
  readonly orderId: string;
  readonly amount: number;
  readonly atMs: number;
}

/** What terminals have charged within 24 hours, paid or not, for those whose token limits it. Counted in this process, and from its start. */
export class DaySums {
  readonly #clock: Pick<Clock, 'monoMs'>;
  readonly #recent = new NewestMap<readonly Charge[]>(TERMINALS_MOST);

  constructor(clock: Pick<Clock, 'monoMs'>) {
    this.#clock = clock;
  }

  /** Whether one more may pass; it counts from now on when it may. The same order again is counted once. */
  admit(terminal: string, orderId: string, amount: number, most: number): boolean {
    const atMs = this.#clock.monoMs();
    const fresh = (this.#recent.get(terminal) ?? []).filter((one) => atMs - one.atMs < DAY_MS);
    const others = fresh.filter((one) => one.orderId !== orderId);
    // The first of its charges may stand at Midtrans, whatever is asked for under its name later.
    const before = fresh.find((one) => one.orderId === orderId)?.amount ?? 0;
    const counted = Math.max(before, amount);
    const sum = others.reduce((total, one) => total + one.amount, counted);
    if (sum > most || others.length >= CHARGES_MOST) return false;
    this.#recent.set(terminal, [...others, { orderId, amount: counted, atMs }]);
    return true;
  }
}
