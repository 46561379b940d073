import { randomBytes } from 'node:crypto';
import { assert } from '../base/assert.js';
import type { Clock, Random, Timers } from '../port/clock.js';

/** The machine's own clocks. */
export class SystemClock implements Clock {
  wallMs(): number {
    return Date.now();
  }

  /** CLOCK_MONOTONIC, so no step of NTP or of a technician moves it. Fractions of a millisecond are kept. */
  monoMs(): number {
    return performance.now();
  }
}

/** The longest delay that setTimeout takes; it runs a longer one after 1 ms, with no more than a warning. */
const LONGEST_MS = 2 ** 31 - 1;

/** Timers of the event loop. */
export class SystemTimers implements Timers {
  /** Any finite `ms` from 0 up: delays of 25 days and more are waited for in pieces. */
  after(ms: number, run: () => void): () => void {
    assert(Number.isFinite(ms) && ms >= 0, `a timer of ${ms} ms`);
    let left = ms;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const piece = Math.min(left, LONGEST_MS);
      left -= piece;
      timer = setTimeout(left > 0 ? wait : run, piece);
    };
    wait();
    return () => clearTimeout(timer);
  }
}

/** The kernel's random numbers: ids made of them name money, so they must not repeat on two terminals. */
export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    return new Uint8Array(randomBytes(count));
  }

  fraction(): number {
    const bytes = randomBytes(6);
    return bytes.readUIntBE(0, 6) / 2 ** 48;
  }
}
