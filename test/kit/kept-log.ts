import type { Log, LogText } from '../../src/port/log.js';

/** Keeps what was logged, as `level text`. */
export class KeptLog implements Log {
  readonly lines: string[];

  constructor(lines: string[] = []) {
    this.lines = lines;
  }

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

  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  protected keep(line: string): void {
    this.lines.push(line);
  }

  #add(level: string, text: LogText): void {
    this.keep(`${level} ${typeof text === 'string' ? text : text()}`);
  }
}
