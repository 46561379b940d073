/** A text, or a function that makes it only when the level is on. */
export type LogText = string | (() => string);

/** One line an event. Registered secrets cannot be printed: the writer replaces them (law 12). */
export interface Log {
  error(text: LogText): void;
  warn(text: LogText): void;
  info(text: LogText): void;
  debug(text: LogText): void;
  /** A log whose lines begin with `scope:`. */
  child(scope: string): Log;
}
