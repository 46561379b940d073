import { setFlagsFromString } from 'node:v8';
import type { Timers } from '../port/clock.js';

/** By then all has been loaded that a sale needs: code that was compiled ahead fits the flags that it was compiled under. */
const SETTLED_MS = 10_000;

/**
 * For a process that works for months, and not for its start: V8 lets its heap grow by two megabytes between two collections
 * and not by eight, and does not take four for a moment to compile one large function (`npm run bench -- memory`).
 */
export function keepHeapSmall(timers: Timers): void {
  const flags = ['--optimize-for-size', '--max-inlined-bytecode-size-cumulative=200'];
  timers.after(SETTLED_MS, () => flags.forEach(setFlagsFromString));
}
