import type { Clock, Timers } from '../port/clock.js';

interface Item {
  readonly dueMs: number;
  readonly run: () => void;
}

/** Longest wait of a timer, 2^31-1 ms; a later item is looked at again then. */
const LONGEST_MS = 2_147_483_647;

/**
 * The sandbox's own time: the clock of its owner plus what a test or a person turned it forward. Everything that the
 * sandbox does later (expiry, retries, slow answers) is an item here, so that turning the clock brings it about.
 */
export class SandboxClock implements Clock, Timers {
  private readonly clock: Clock;
  private readonly timers: Timers;
  private items: Item[] = [];
  private offsetMs = 0;
  private disarm: (() => void) | undefined;
  private turning: Promise<void> = Promise.resolve();

  constructor(clock: Clock, timers: Timers) {
    this.clock = clock;
    this.timers = timers;
  }

  wallMs(): number {
    return this.clock.wallMs() + this.offsetMs;
  }

  monoMs(): number {
    return this.clock.monoMs() + this.offsetMs;
  }

  after(ms: number, run: () => void): () => void {
    const item = { dueMs: this.monoMs() + Math.max(0, ms), run };
    const later = this.items.findIndex((other) => other.dueMs > item.dueMs);
    this.items.splice(later < 0 ? this.items.length : later, 0, item);
    if (this.items[0] === item) this.arm();
    return () => {
      const wasFirst = this.items[0] === item;
      this.items = this.items.filter((other) => other !== item);
      if (wasFirst) this.arm();
    };
  }

  /**
   * Turns the clock forward by `ms`, doing on the way what falls due, in order. After each item it waits for `settle`,
   * so that what an item began (a notification and its answer) is over before time goes on.
   */
  advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const turn = this.turning.then(() => this.turn(ms, settle));
    // The next turn waits for this one, however it ends; its error belongs to this caller alone.
    this.turning = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** Forgets everything due and, for a new start, how far the clock was turned. */
  clear(): void {
    this.items = [];
    this.offsetMs = 0;
    this.arm();
  }

  private async turn(ms: number, settle: () => Promise<void>): Promise<void> {
    const targetMs = this.monoMs() + Math.max(0, ms);
    await settle();
    for (;;) {
      const first = this.items[0];
      if (first === undefined || first.dueMs > targetMs) break;
      this.items.shift();
      this.offsetMs += Math.max(0, first.dueMs - this.monoMs());
      first.run();
      await settle();
    }
    this.offsetMs += Math.max(0, targetMs - this.monoMs());
    this.arm();
  }

  private runDue(): void {
    for (;;) {
      const first = this.items[0];
      if (first === undefined || first.dueMs > this.monoMs()) break;
      this.items.shift();
      first.run();
    }
    this.arm();
  }

  private arm(): void {
    this.disarm?.();
    this.disarm = undefined;
    const first = this.items[0];
    if (first === undefined) return;
    const waitMs = Math.min(LONGEST_MS, Math.max(0, Math.ceil(first.dueMs - this.monoMs())));
    this.disarm = this.timers.after(waitMs, () => {
      this.disarm = undefined;
      this.runDue();
    });
  }
}
