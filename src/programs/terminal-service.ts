import { Failure, type Fault } from '../base/fault.js';
import { JOURNAL_FAULTS } from '../core/fault/journal.js';
import { FAULT, faultOf, faultText, isOf } from '../core/fault/table.js';
import { helpOf } from '../core/text/contact.js';
import { makeDisplays } from './screens.js';
import type { ServedProgram } from './service.js';
import { waitsForCode } from './terminal-file.js';
import { openJournal } from './terminal-journal.js';
import { startTerminal, type TerminalStart } from './terminal-program.js';

/** How often a terminal without a journal tries to get it back. */
const RETRY_MS = 30_000;

/**
 * The daemon: a terminal, or, as long as its journal cannot be opened or written, one that is plainly out of service; or one that is
 * installed and waits for its code.
 * @throws Failure for everything else that keeps it from starting
 */
export async function serveTerminal(start: TerminalStart): Promise<ServedProgram> {
  const { file } = start;
  if (file !== undefined && waitsForCode(start.config)) {
    const { serveSetUp } = await import('./set-up.js');
    return serveSetUp({ ...start, file, sell: serveTerminal });
  }
  try {
    return await startTerminal(start);
  } catch (error) {
    return closed(start, journalFault(error));
  }
}

/**
 * Sells nothing, and says so where people look: on the screen and in `systemctl status`, with the number. It goes on by
 * itself when the disk is good again.
 */
async function closed(start: TerminalStart, found: Fault): Promise<ServedProgram> {
  const { config, environment, fatal } = start;
  const { timers, log } = environment;
  const displays = await makeDisplays(config, environment);
  let fault = found;
  let opened: ServedProgram | undefined;
  let turns = 0;
  let cancel = (): void => undefined;
  const tell = (): void => {
    const { code } = fault;
    const { terminal, terminalContact } = config;
    // Nothing is printed either.
    const help = helpOf(terminalContact, { terminal: terminal.id, code }, true);
    const more = help === undefined ? {} : { help };
    const screen = { show: 'outOfService', words: faultText(code), code, ...more } as const;
    for (const display of displays) void display.show(screen);
    cancel = timers.after(RETRY_MS, () => void again().catch(fatal));
  };
  const again = async (): Promise<void> => {
    const next = tryJournal(start);
    if (next === undefined) {
      log.info('the journal is good again: opening');
      await stop();
      opened = await startTerminal(start);
      return;
    }
    if (next.code !== fault.code) log.error(`not selling: E${next.code} ${next.detail}`);
    fault = next;
    tell();
  };
  const stop = async (): Promise<void> => {
    cancel();
    await Promise.all(displays.map((display) => display.stop()));
  };
  log.error(`not selling: E${fault.code} ${fault.detail}`);
  await Promise.all(displays.map((display) => display.start()));
  tell();
  return {
    status: () =>
      opened?.status() ?? `not selling: E${fault.code} ${fault.detail} (${faultOf(fault.code).remedy.en})`,
    stop: () => (opened === undefined ? stop() : opened.stop()),
    progress: () => {
      turns += 1;
      return opened?.progress?.() ?? turns;
    },
  };
}

function tryJournal(start: TerminalStart): Fault | undefined {
  try {
    openJournal(start).close();
    return undefined;
  } catch (error) {
    return journalFault(error);
  }
}

/** The fault of a start that failed because of the journal; anything else is thrown on. */
function journalFault(error: unknown): Fault {
  if (!(error instanceof Failure)) throw error;
  const { code } = error.fault;
  if (isOf(JOURNAL_FAULTS, code) || code === FAULT.journalOfAnother) return error.fault;
  throw error;
}
