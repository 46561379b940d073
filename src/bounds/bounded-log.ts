import type { Timers } from '../port/clock.js';
import type { Log, LogText } from '../port/log.js';

const WINDOW_MS = 60_000;

/**
 * What strangers can cause as often as they like is written so many times a minute, and counted beyond that (law 16): a
 * flood of wrong passwords must not fill the disk, or push out of the journal what the day was about. Debug is for who
 * asked for all of it.
 */
export class BoundedLog implements Log {
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #about: string;
  readonly #mostAMinute: number;
  #lines = 0;
  #endWindow: (() => void) | undefined;

  /** @param about what is left out, in words: `12 more <about> in this minute are not written here` */
  constructor(log: Log, timers: Timers, about: string, mostAMinute = 60) {
    this.#log = log;
    this.#timers = timers;
    this.#about = about;
    this.#mostAMinute = mostAMinute;
  }

  error(text: LogText): void {
    if (this.#admit()) this.#log.error(text);
  }

  warn(text: LogText): void {
    if (this.#admit()) this.#log.warn(text);
  }

  info(text: LogText): void {
    if (this.#admit()) this.#log.info(text);
  }

  debug(text: LogText): void {
    this.#log.debug(text);
  }

  /** Bounded by itself. */
  child(scope: string): BoundedLog {
    return new BoundedLog(this.#log.child(scope), this.#timers, this.#about, this.#mostAMinute);
  }

  /** Tells what was left out until now, and lets go of the timer. */
  stop(): void {
    this.#endWindow?.();
    this.#close();
  }

  #admit(): boolean {
    this.#lines += 1;
    this.#endWindow ??= this.#timers.after(WINDOW_MS, () => this.#close());
    return this.#lines <= this.#mostAMinute;
  }

  #close(): void {
    const leftOut = this.#lines - this.#mostAMinute;
    this.#endWindow = undefined;
    this.#lines = 0;
    if (leftOut > 0) this.#log.warn(`${leftOut} more ${this.#about} in this minute are not written here`);
  }
}
