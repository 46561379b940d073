import type { Clock, Timers } from '../../src/port/clock.js';
import type { Log, LogText } from '../../src/port/log.js';

/** Both clocks and the timers, turned by hand. */
export class FakeTime implements Clock, Timers {
  nowMs = 0;
  readonly #waiting = new Set<{ readonly atMs: number; readonly run: () => void }>();

  wallMs(): number {
    return Date.UTC(2026, 10, 22, 12) + this.nowMs;
  }

  monoMs(): number {
    return this.nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { atMs: this.nowMs + ms, run };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets `ms` pass, running what falls due in its order. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = [...this.#waiting].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) break;
      this.#waiting.delete(next);
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }
}

/** Keeps what was logged as `level text`. */
export class FakeLog implements Log {
  readonly lines: string[] = [];
  error(text: LogText): void {
    this.#add('error', text);
  }
  warn(text: LogText): void {
    this.#add('warn', text);
  }
  info(text: LogText): void {
    this.#add('info', text);
  }
  debug(text: LogText): void {
    this.#add('debug', text);
  }
  child(): Log {
    return this;
  }
  #add(level: string, text: LogText): void {
    this.lines.push(`${level} ${typeof text === 'string' ? text : text()}`);
  }
}
