import type { Random } from '../../src/port/clock.js';
import type { Runtime } from '../../src/port/runtime.js';

/** What every driver is opened with. */
export interface Tools extends Runtime {
  readonly random: Random;
  /** Sees the raw bytes of registers and vending machines: a technician's tool. */
  readonly tap?: LineTap;
}

/** A tap on a line: a technician's tool. It is told, and changes nothing. */
export interface LineTap {
  opened(): void;
  heard(bytes: Uint8Array): void;
  /** Told before the bytes leave, so that what answers them is never seen first. */
  wrote(bytes: Uint8Array): void;
}
