import type { Clock, Timers } from './clock.js';
import type { Log } from './log.js';

/** What everything that waits and tells is given. */
export interface Runtime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}
