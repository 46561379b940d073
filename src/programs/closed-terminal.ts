import { Failure } from '../base/fault.js';
import { JOURNAL_FAULTS } from '../core/fault/journal.js';
import { faultOf, faultText, isOf } from '../core/fault/table.js';
import type { Display } from '../port/display.js';
import type { Environment } from './environment.js';
import type { ServedProgram } from './service.js';

/** How often a terminal without a journal tries to get it back. */
const RETRY_MS = 30_000;

export interface ClosedOptions {
  readonly fault: Failure['fault'];
  readonly displays: readonly Display[];
  readonly environment: Environment;
  /** Tries again; undefined while it fails with another {@link Failure}. */
  readonly retry: () => Promise<Failure['fault'] | undefined>;
}

/**
 * A terminal whose journal cannot be opened or written sells nothing, and says so where people look: on the screen and
 * in `systemctl status`, with the number. It goes on by itself when the disk is good again.
 */
export async function stayClosed(options: ClosedOptions): Promise<ServedProgram> {
  const { displays, environment, retry } = options;
  const { timers, log } = environment;
  let { fault } = options;
  const show = (): void => {
    const screen = { show: 'outOfService', words: faultText(fault.code), code: fault.code } as const;
    for (const display of displays) void display.show(screen);
  };
  log.error(`not selling: E${fault.code} ${fault.detail}`);
  await Promise.all(displays.map((display) => display.start()));
  show();
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = timers.after(RETRY_MS, () => {
      void retry().then((next) => {
        if (next === undefined) return;
        if (next.code !== fault.code) log.error(`not selling: E${next.code} ${next.detail}`);
        fault = next;
        show();
        again();
      });
    });
  };
  again();
  return {
    status: () => `not selling: E${fault.code} ${fault.detail} (${faultOf(fault.code).remedy.en})`,
    stop: async () => {
      cancel();
      await Promise.all(displays.map((display) => display.stop()));
    },
  };
}

/** The fault of a start that failed because of the journal's disk; anything else is thrown on. */
export function journalFault(error: unknown): Failure['fault'] {
  if (error instanceof Failure && isOf(JOURNAL_FAULTS, error.fault.code)) return error.fault;
  throw error;
}
