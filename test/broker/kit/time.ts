import type { Clock, Random, Timers } from '../../../src/port/clock.js';
import { realTimers } from '../../kit/pty/until.js';

/** For an acknowledgement in real time: a slow machine is no story. */
export const PATIENCE_MS = 150_000;

/** The machine's own clock and timers, for what a library forces to happen in real time. */
export function realTime(): { readonly clock: Clock; readonly timers: Timers } {
  return {
    clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
    timers: realTimers,
  };
}

/** Always the same fraction; bytes count up. */
export function fixedRandom(fraction = 0.5): Random {
  let next = 0;
  return {
    fraction: () => fraction,
    bytes: (count) => Uint8Array.from({ length: count }, () => next++ & 0xff),
  };
}
