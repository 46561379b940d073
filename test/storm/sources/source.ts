import type { Screen } from '../../../src/base/screen.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Clock, Random, Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { Adapters } from '../../../src/terminal/context.js';
import type { Chance } from '../chance.js';
import type { StormJournal } from '../disk.js';
import type { Belief } from '../house.js';
import type { Laws, Violation } from '../laws.js';
import type { Pace } from '../pace.js';
import type { Story } from '../story.js';
import type { VirtualTime } from '../time.js';

/** What every source is given. */
export interface SourceParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly pace: Pace;
  /** One more bill may be rung up. */
  readonly takeBill: () => boolean;
  /** What people have said of a product; nothing is known of it while they say so. */
  readonly isSoldOut: (id: string) => Belief;
  /** The face says that it is closed. */
  readonly isShut: () => boolean;
}

/** One process of the terminal, as what is plugged into its box sees it. */
export interface ProcessParts {
  readonly alive: () => boolean;
  /** Power may go in the middle of an act: ask {@link alive} after it. */
  readonly act: (what: string) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** What a customer has before him; undefined where no screen is lit. */
  readonly face: () => Screen | undefined;
}

/**
 * Whoever rings up sales, with the device that it does it by. A new kind of source is one file with one of these, and a
 * line in `drawSources` of world.ts: nothing else knows them apart.
 */
export interface SaleSource {
  /** Whether a sale is this one's. */
  owns(sale: Sale): boolean;
  /** It is between two bills. */
  readonly idle: boolean;
  /** What a new process finds where it looks for this device. */
  plug(process: ProcessParts): Partial<Adapters>;
  /** A sale of its own is new on disk, or has changed there. */
  sale(sale: Sale, before: Sale | undefined): void;
  /** Which law a new sale of its own breaks; undefined where it asked for it. */
  objects(sale: Sale): Violation | undefined;
  /**
   * A sale of its own counts as delivered: whether it has had the word.
   * @param told whether a screen or a slip said so to the customer
   */
  hasWord(sale: Sale, told: boolean): boolean;
  /** A program that stops in order waits for what it has under way here, and knows the end of it. */
  readonly endsInOrder?: boolean;
  /**
   * Between two processes somebody has edited the file: what it says of this device may be another thing now, and another device
   * may be in its place.
   * @param change how manieth configuration it is, from 1
   */
  reconfigured?(change: number): void;
  /** All faults are over for hours: what must be true by now. */
  atTheEnd?(journal: StormJournal): void;
  /** Whether it has asked to have the money of one that it was given returned. */
  wantsBack?(sale: Sale): boolean;
}
