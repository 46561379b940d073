import type { TerminalContext } from './context.js';

/** What goes on beside the sales, a piece at a time: each is a command of the queue, so long after the one before. */
export class Pace {
  readonly #context: TerminalContext;
  readonly #next: () => void;
  #stopTimer: (() => void) | undefined;
  #stopped = false;

  constructor(context: TerminalContext, next: () => void) {
    this.#context = context;
    this.#next = next;
  }

  wait(ms: number): void {
    if (this.#stopped) return;
    const { timers } = this.#context.adapters;
    this.#stopTimer = timers.after(ms, () => this.#context.post({ on: 'command', run: this.#next }));
  }

  /** For good, also while a piece is under way. */
  stop(): void {
    this.#stopped = true;
    this.#stopTimer?.();
  }
}
