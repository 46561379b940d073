import type { Clock, Timers } from '../../src/port/clock.js';

/** True time when each story begins. */
export const START_WALL_MS = Date.UTC(2026, 10, 22, 7, 0, 0);

interface Item {
  readonly atMs: number;
  readonly order: number;
  /** Undefined once it was called off. */
  run: (() => void) | undefined;
}

/** The one clock and the one queue of a run: what is due first happens first, and of two at the same time the older. */
export class VirtualTime implements Clock, Timers {
  nowMs = 0;
  readonly #heap: Item[] = [];
  #made = 0;
  readonly #startWallMs: number;

  constructor(startWallMs: number) {
    this.#startWallMs = startWallMs;
  }

  /** True time; whoever has a wrong clock adds to it. */
  wallMs(): number {
    return this.#startWallMs + this.nowMs;
  }

  monoMs(): number {
    return this.nowMs;
  }

  after(ms: number, run: () => void): () => void {
    this.#made += 1;
    const item: Item = { atMs: this.nowMs + Math.max(0, Math.ceil(ms)), order: this.#made, run };
    this.#push(item);
    return () => {
      item.run = undefined;
    };
  }

  /** Runs what is due next. @returns false when nothing is left, or nothing until `untilMs` */
  next(untilMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return false;
      }
      this.#pop();
      if (first.run === undefined) continue;
      this.nowMs = first.atMs;
      first.run();
      return true;
    }
  }

  #push(item: Item): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = heap[up];
      if (above === undefined || before(above, item)) break;
      heap[at] = above;
      at = up;
    }
    heap[at] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (heap[down] === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && before(right, heap[down] as Item)) down += 1;
      const below = heap[down];
      if (below === undefined || before(last, below)) break;
      heap[at] = below;
      at = down;
    }
    heap[at] = last;
  }
}

function before(a: Item, b: Item): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/**
 * Everything that promises have to do before time goes on, done at once. Node runs them by itself when a turn of its own
 * loop ends; a turn takes ten times as long as most events of the storm, so they are run as a turn would run them, ticks
 * and microtasks in their order. Only to be called where no promise is being served: from a turn of the loop itself.
 */
export function drain(): void {
  runTicks();
}

/** Runs `work` as a turn of Node's loop. @returns what it returned */
export function asTurn<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Node's own end of a turn, which it has had under this name since its first versions. */
function runTicks(): void {
  (process as unknown as { readonly _tickCallback: () => void })._tickCallback();
}
