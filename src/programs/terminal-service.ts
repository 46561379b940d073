import type { Fault } from '../base/fault.js';
import { Journal } from '../journal/journal.js';
import { journalFault, stayClosed } from './closed-terminal.js';
import { makeDisplays } from './screens.js';
import type { ServedProgram } from './service.js';
import { startTerminal, type TerminalStart } from './terminal-program.js';

/**
 * The daemon: a terminal, or, as long as its journal cannot be opened or written, one that is plainly out of service.
 * @throws Failure for everything else that keeps it from starting
 */
export async function serveTerminal(start: TerminalStart): Promise<ServedProgram> {
  try {
    return await startTerminal(start);
  } catch (error) {
    return closed(start, journalFault(error));
  }
}

async function closed(start: TerminalStart, fault: Fault): Promise<ServedProgram> {
  const { config, environment, fatal } = start;
  const displays = await makeDisplays(config, environment);
  let turns = 0;
  let current: ServedProgram;
  const refused = await stayClosed({
    fault,
    displays,
    environment,
    retry: async () => {
      const still = tryJournal(start);
      if (still !== undefined) return still;
      environment.log.info('the journal is good again: opening');
      await refused.stop();
      current = await startTerminal(start).catch((error: unknown) => {
        fatal(error);
        throw error;
      });
      return undefined;
    },
  });
  current = {
    ...refused,
    progress: () => {
      turns += 1;
      return turns;
    },
  };
  return {
    status: () => current.status(),
    stop: () => current.stop(),
    progress: () => current.progress?.() ?? 0,
  };
}

function tryJournal(start: TerminalStart): Fault | undefined {
  const { config, environment, version } = start;
  try {
    new Journal({ directory: config.journal.directory, wallMs: environment.clock.wallMs(), version }).close();
    return undefined;
  } catch (error) {
    return journalFault(error);
  }
}
