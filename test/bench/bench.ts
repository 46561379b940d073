import type { Unit } from './unit.js';

/** What a figure is to reach: the median of ours, or of the ratio. `--check` fails when it is not. */
export interface Goal {
  readonly of: 'ours' | 'ratio';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of a table: ours and a peer or a floor, measured in the same rounds. */
export interface Comparison {
  readonly what: string;
  /** Who or what it is held against. */
  readonly against: string;
  readonly unit: 'ms' | 'MiB' | 'KiB' | 'bytes' | 'syncs' | 'commits' | '/s';
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly goal?: Goal;
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
