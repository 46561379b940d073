import { join } from 'node:path';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { ArchiveFolder } from '../journal/archive-folder.js';
import { timesOf } from '../journal/commit.js';
import { Journal } from '../journal/journal.js';
import { ownerName } from '../journal/owner.js';
import type { Environment } from './environment.js';

export interface JournalStart {
  readonly config: TerminalConfig;
  readonly version: string;
  readonly environment: Environment;
}

/** The journal of this terminal. @throws Failure as `Journal` */
export function openJournal({ config, version, environment: { clock, log } }: JournalStart): Journal {
  const { directory, archiveDirectory = join(directory, 'archive') } = config.journal;
  const archive = new ArchiveFolder(archiveDirectory);
  const owner = ownerName(config.terminal);
  const journal = new Journal({ directory, owner, archive, version, ...timesOf(clock) });
  if (journal.pagesKept !== undefined)
    log.warn(`the journal keeps its large pages, and each sale writes more: ${journal.pagesKept}`);
  return journal;
}
