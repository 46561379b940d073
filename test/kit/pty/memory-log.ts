import type { Log, LogText } from '../../../src/port/log.js';

/** A log that a test can read: `warn text`. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  error(text: LogText): void {
    this.#write('error', text);
  }
  warn(text: LogText): void {
    this.#write('warn', text);
  }
  info(text: LogText): void {
    this.#write('info', text);
  }
  debug(text: LogText): void {
    this.#write('debug', text);
  }
  child(): Log {
    return this;
  }

  #write(level: string, text: LogText): void {
    this.lines.push(`${level} ${typeof text === 'string' ? text : text()}`);
  }
}
