import type { LogEntry } from './log.js';

export interface RecentLine extends LogEntry {
  /** From 1. */
  readonly seq: number;
}

/** Some hundred bytes each. */
const KEPT = 400;

/** The newest lines of this process, for a technician who may not read the machine's log. */
export class RecentLines {
  /** Which process it is: numbers begin anew with each. */
  readonly began: number;
  #lines: RecentLine[] = [];
  #count = 0;

  constructor(wallMs: number) {
    this.began = wallMs;
  }

  add(entry: LogEntry): void {
    this.#count += 1;
    this.#lines.push({ ...entry, seq: this.#count });
    // Seldom, and then half of them: each line would move all others.
    if (this.#lines.length > 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
  }

  /** Those behind the line of that number, the oldest first. */
  after(seq: number): readonly RecentLine[] {
    return this.#lines.filter((line) => line.seq > seq).slice(-KEPT);
  }
}
