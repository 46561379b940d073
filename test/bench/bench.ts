import type { Unit } from './unit.js';

/** One line of a table: ours and a peer or a floor, measured in the same rounds. */
export interface Comparison {
  readonly what: string;
  /** Who or what it is held against. */
  readonly against: string;
  readonly unit: 'ms' | 'MiB' | 'KiB' | 'bytes' | 'syncs' | 'commits';
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export interface BenchResult {
  readonly title: string;
  readonly comparisons: readonly Comparison[];
  /** Raw medians of parts, and what was found on the way. */
  readonly notes: readonly string[];
  /** Tables of another shape, below. */
  readonly pages?: readonly string[];
}

export interface Context {
  /** An empty folder of this bench's own, on the disk of the checkout. */
  readonly directory: string;
  /** A short path for sockets, whose names may not be long. */
  readonly sockets: string;
  /** How systemd starts the terminal. */
  readonly unit: Unit;
}

export type Bench = (context: Context) => Promise<BenchResult>;
