import type { Network } from '../bounds/network.js';
import type { Clock, Random, Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';

/** The machine that is looked at. */
export interface Machine {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** As the program itself has it. */
  readonly network?: Network | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** `/sys`, or a tree like it. */
  readonly sysfs: string;
  /** Of this program. */
  readonly version: string;
  /** How long a line is listened to. */
  readonly listenMs: number;
}
