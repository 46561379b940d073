import { readFileSync, statSync } from 'node:fs';
import { asObject, type Json, parseObject } from '../base/json.js';
import type { Checked } from '../config/check.js';
import { type Brought, NOT_ENROLLED, withEnrolment } from '../config/enrolled.js';
import { load } from '../config/load.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { JOURNAL_DIRECTORY, type TerminalConfig } from '../config/terminal-tables.js';
import { enrolmentFile } from '../identity/enrolment-file.js';

/** terminal.toml, with what the box's enrolment says beside it, or with names that are nobody's where it is not enrolled yet. */
export function loadTerminal(file: string): Checked<TerminalConfig> {
  return load(terminalSchema, file, completed);
}

/** A document of terminal.toml with what this machine knows besides. */
export function completed(document: Json): Json {
  const directory = asObject(document['journal'])?.['directory'];
  const journal = typeof directory === 'string' ? directory : JOURNAL_DIRECTORY;
  return withEnrolment(document, broughtTo(journal) ?? NOT_ENROLLED);
}

/** Of one that cannot be read the program hears when it opens it. */
function broughtTo(journalDirectory: string): Brought | undefined {
  const known = parseObject(textOf(enrolmentFile(journalDirectory)) ?? '') ?? {};
  const { terminal, merchant, relay, broker, shop } = known;
  if (typeof terminal !== 'string' || typeof merchant !== 'string' || typeof relay !== 'string')
    return undefined;
  const told = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { terminal, merchant, relay, broker: told(broker), shop: told(shop) };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not enrolled, or not for who asks.
    return undefined;
  }
}

/** Whether a box is installed and not enrolled. A folder that cannot be entered says nothing: opening the journal does. */
export function waitsForCode({ gateway, journal }: TerminalConfig): boolean {
  if (!('enrolled' in gateway.secret)) return false;
  try {
    return statSync(enrolmentFile(journal.directory), { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
