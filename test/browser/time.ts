import type { Clock, Timers } from '../../src/port/clock.js';

/** The bound of `show`: a length that no other timer of the page's server has. */
const CONFIRM_WITHIN_MS = 3_000;

/**
 * For pages that a real browser shows: beats come in real time, but the browser may paint and answer as late as it likes,
 * since the clock stands still and `show` waits for as long as it takes.
 */
export const PATIENT_TIME: Clock & Timers = {
  wallMs: () => Date.now(),
  monoMs: () => 0,
  after: (ms, run) => {
    if (ms === CONFIRM_WITHIN_MS) return () => undefined;
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
