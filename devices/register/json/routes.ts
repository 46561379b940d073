import type { Caller } from '../../kit/callers.js';
import { NAMES, type Names } from './request.js';

/** More open questions than this, and the next one is turned away. */
const MOST_WAITING = 256;
/** How many sales' askers are remembered; the longest unasked one is forgotten. */
const MOST_KEPT = 256;

/** One answer for however many repeats, whenever it is known; the others get one answer a question, in their order. */
const LATE: readonly string[] = ['charge', 'refund'];

/** Who is to get which answer. An answer carries the names of its question, and is known by them. */
export class Routes {
  readonly #waiting = new Map<string, Caller[]>();
  readonly #kept = new Map<string, Caller>();
  #count = 0;

  /** @returns false when there is no room for it. */
  asked(op: string, names: Names, caller: Caller): boolean {
    const key = keyOf(op, names);
    if (LATE.includes(op)) {
      this.#kept.delete(key);
      this.#kept.set(key, caller);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
      return true;
    }
    if (this.#count >= MOST_WAITING) return false;
    this.#count += 1;
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), caller]);
    return true;
  }

  /** The client that asked, also when it has hung up since: the next in the row asked something of its own. */
  forAnswer(op: string, names: Names): Caller | undefined {
    const key = keyOf(op, names);
    if (LATE.includes(op)) return this.#kept.get(key);
    const [first, ...rest] = this.#waiting.get(key) ?? [];
    if (first === undefined) return undefined;
    this.#count -= 1;
    if (rest.length > 0) this.#waiting.set(key, rest);
    else this.#waiting.delete(key);
    return first;
  }

  /** The client that asked last for the sale of this reference. */
  ofSale(names: Names): Caller | undefined {
    return this.#kept.get(keyOf('charge', names));
  }
}

/** One answer, whatever it is about; an ack repeats the names without the operation. */
export function keyOf(op: string, names: Names): string {
  return JSON.stringify([op, ...NAMES.map((key) => names[key] ?? null)]);
}
