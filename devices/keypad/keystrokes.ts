import type { Key, PadKey } from '../../src/base/key.js';
import { KEY_NUMLOCK, meaningOf } from './keymap.js';
import { EV_KEY, EV_SYN, type InputRecord, SYN_DROPPED, SYN_REPORT } from './records.js';

export type Keystroke =
  /** `code` as linux/input-event-codes.h has it. */
  | { readonly kind: 'key'; readonly key: Key; readonly name: string; readonly code: number }
  /** The last announcement once more. */
  | { readonly kind: 'again'; readonly name: string; readonly code: number }
  /** The kernel's buffer ran over: keys are missing, and it is not known which. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'ignored'; readonly name: string; readonly code: number };

/** How long CLEAR is held to take the whole amount. */
const LONG_PRESS_MS = 700;

/**
 * Records to keys. Nothing is debounced: a key marked 000 is three presses of 0 within a few milliseconds, and the
 * kernel has debounced real contacts already.
 */
export class Keystrokes {
  readonly #own: ReadonlyMap<number, PadKey>;
  #dropping = false;
  #eraseDownMs: number | undefined;

  constructor(own: ReadonlyMap<number, PadKey>) {
    this.#own = own;
  }

  take(record: InputRecord): Keystroke | undefined {
    if (record.type === EV_SYN) return this.#sync(record.code);
    if (this.#dropping || record.type !== EV_KEY || record.code === KEY_NUMLOCK) return undefined;
    const { name, key } = meaningOf(record.code, this.#own);
    if (key === 'erase') return this.#erase(record, name);
    const pressed = record.value === 1;
    // A finger resting on a digit must not type it twice; resting on backspace it means "more".
    const repeated = record.value === 2 && key === 'back';
    if (!pressed && !repeated) return undefined;
    const { code } = record;
    if (key === 'again') return { kind: 'again', name, code };
    return key === undefined ? { kind: 'ignored', name, code } : { kind: 'key', key, name, code };
  }

  reset(): void {
    this.#dropping = false;
    this.#eraseDownMs = undefined;
  }

  /** What follows SYN_DROPPED, up to and with the next SYN_REPORT, is the rest of a packet whose head is missing. */
  #sync(code: number): Keystroke | undefined {
    if (code === SYN_DROPPED) {
      const first = !this.#dropping;
      this.#dropping = true;
      this.#eraseDownMs = undefined;
      return first ? { kind: 'lost' } : undefined;
    }
    if (code === SYN_REPORT) this.#dropping = false;
    return undefined;
  }

  /** One digit at once, all of them after a long press. Pads without auto-repeat tell only when the key comes up. */
  #erase(record: InputRecord, name: string): Keystroke | undefined {
    if (record.value === 1) {
      this.#eraseDownMs = record.atMs;
      return { kind: 'key', key: 'back', name, code: record.code };
    }
    const down = this.#eraseDownMs;
    if (down === undefined || record.atMs - down < LONG_PRESS_MS) {
      if (record.value === 0) this.#eraseDownMs = undefined;
      return undefined;
    }
    this.#eraseDownMs = undefined;
    return { kind: 'key', key: 'clear', name: `${name} held`, code: record.code };
  }
}
