import { inspect } from 'node:util';
import type { Clock } from '../port/clock.js';
import type { Log } from '../port/log.js';

/** Exit codes of all three programs, after sysexits(3) where it has one. */
export const EXIT = {
  /** Ended because it was asked to, and drained. */
  ok: 0,
  /** A command that ran and whose answer is no: `config check` with errors, `reconcile` with a difference. */
  failed: 1,
  /** The command line was wrong. */
  usage: 64,
  /** Something that is needed cannot be had now: port taken, journal not to be opened. Starting again may help. */
  unavailable: 69,
  /** A bug of ours, or a commit whose outcome is unknown: start again from what the journal says. */
  misuse: 70,
  /** The configuration or a secret is wrong; starting again does not help. */
  config: 78,
  /** Ctrl-C twice: 128 + SIGINT. */
  interrupted: 130,
  /** Nobody reads what is written any more, as in `sales | head`: 128 + SIGPIPE. */
  pipeClosed: 141,
} as const;

/** What is used of `process`. */
export interface ProcessLike {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
}

export interface ProcessOptions {
  /** Another than this one, for tests. */
  readonly process?: ProcessLike;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, for the first signal: take no new sale, make the open one safe, then exit with `EXIT.ok`. */
  readonly drain: (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP') => void;
  /** A service does not end for SIGHUP: it is asked to read its configuration again. */
  readonly isService?: boolean;
  /** What a service does then; false where it reads nothing again. */
  readonly reload?: () => boolean;
}

/** A wrapper that passes Ctrl-C on to us makes one key press arrive twice; a person needs longer than this. */
const SAME_KEY_PRESS_MS = 500;

/**
 * Connects the signals and the last line of defence. Returns a function that disconnects them.
 *
 * SIGTERM, SIGINT and, where a person runs it, SIGHUP (the window was closed) drain once. Ctrl-C again ends at once with 130. Whatever
 * was not caught is a bug of ours: one line in the log, and exit code 70, because going on with unknown state is worse
 * than starting again from the journal.
 */
export function superviseProcess(options: ProcessOptions): () => void {
  const { process = globalThis.process as ProcessLike, clock, log, drain, isService = false } = options;
  let drainingSinceMs: number | undefined;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP') => () => {
    if (drainingSinceMs === undefined) {
      drainingSinceMs = clock.monoMs();
      log.info(`${signal}: draining`);
      drain(signal);
    } else if (signal === 'SIGINT' && clock.monoMs() - drainingSinceMs >= SAME_KEY_PRESS_MS) {
      log.warn('SIGINT again: ending at once; the journal has what was committed');
      process.exit(EXIT.interrupted);
    }
  };
  const onReload = () => {
    if (options.reload?.() !== true)
      log.warn('SIGHUP: nothing is read again while it runs; restart it for a new configuration');
  };
  const onCrash = (how: string) => (thrown: unknown) => {
    // Stack, cause and own fields; the log joins the lines and takes the secrets out. `inspect` survives circles and proxies.
    log.error(`${how}: ${inspect(thrown, { depth: 3, maxStringLength: 2_000, maxArrayLength: 20 })}`);
    process.exit(EXIT.misuse);
  };
  const listeners: readonly (readonly [string, (...args: unknown[]) => void])[] = [
    ['SIGTERM', onSignal('SIGTERM')],
    ['SIGINT', onSignal('SIGINT')],
    ['SIGHUP', isService ? onReload : onSignal('SIGHUP')],
    ['uncaughtException', onCrash('not caught')],
    ['unhandledRejection', onCrash('promise rejected and not caught')],
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}
