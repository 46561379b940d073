import type { LogFormat, LogLevel } from './log.js';

/** What {@link streamSink} needs of `process.stderr`. */
export interface LogStream {
  write(text: string): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What {@link chooseFormat} needs of a process. */
export interface LogEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTty: boolean;
  /** Device and inode of the file behind the log (`fstat(2)` of 2); undefined when it is closed. */
  readonly device: number | undefined;
  readonly inode: number | undefined;
}

/**
 * A sink that writes to a stream and outlives it. A reader that goes away (EPIPE after `| head`, a closed terminal) must
 * not take the terminal with it, and there is nowhere left to report that to: from then on the log is silent.
 */
export function streamSink(stream: LogStream): (line: string) => void {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return (line) => {
    if (gone) return;
    try {
      stream.write(`${line}\n`);
    } catch {
      // A stream that was destroyed throws at once instead of telling its listener.
      gone = true;
    }
  };
}

/** So many characters wait for more at most. */
const GATHER_MOST = 16_384;

/**
 * Lines are written once the work that they tell of has left, and several at a time: a write wakes its reader, who on a small box
 * takes the processor from us, and costs more than all else of a line. What is worse than info is written at once, with what came before it.
 * @param soon calls back when the time has come, and returns what takes that back
 * @returns the sink, and what writes now what is still held: for the end of the process
 */
export function gatheredSink(
  sink: (lines: string) => void,
  soon: (run: () => void) => () => void,
): { sink: (line: string, level: LogLevel) => void; flush(): void } {
  let held = '';
  let disarm = (): void => {};
  const flush = (): void => {
    const lines = held;
    held = '';
    disarm();
    if (lines !== '') sink(lines);
  };
  return {
    flush,
    sink: (line, level) => {
      if (held === '') disarm = soon(flush);
      held = held === '' ? line : `${held}\n${line}`;
      if (level === 'error' || level === 'warn' || held.length > GATHER_MOST) flush();
    },
  };
}

/**
 * How to write, and whether in colour. systemd.exec(5): JOURNAL_STREAM holds `device:inode` of the stream that it gave
 * us, and only a comparison tells that we still write there, because a shell inside a service inherits the variable as
 * well. `forced` comes from the command line. NO_COLOR counts when it is set and not empty (no-color.org).
 */
export function chooseFormat(
  environment: LogEnvironment,
  forced?: LogFormat,
): { readonly format: LogFormat; readonly colour: boolean } {
  const toJournal =
    environment.device !== undefined &&
    environment.env['JOURNAL_STREAM'] === `${environment.device}:${environment.inode}`;
  const format = forced ?? (toJournal ? 'journal' : environment.isTty ? 'terminal' : 'file');
  return { format, colour: format === 'terminal' && environment.isTty && !environment.env['NO_COLOR'] };
}
