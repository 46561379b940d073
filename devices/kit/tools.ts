import type { Clock, Random, Timers } from '../../src/port/clock.js';
import type { Log } from '../../src/port/log.js';
import type { LineTap } from './tapped-line.js';

/** What every driver is opened with. */
export interface Tools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Sees the raw bytes of registers and vending machines: a technician's tool. */
  readonly tap?: LineTap;
}
