import type { Checked, Completion } from '../config/check.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { relaySchema } from '../config/relay-schema.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT, faultOf, faultText } from '../core/fault/table.js';
import type { Schema } from '../settings/schema.js';
import { systemEnvironment } from './environment.js';
import {
  formatTrouble,
  type Looker,
  type PreflightFinding,
  relayTroubles,
  terminalTroubles,
} from './preflight.js';
import { refuseConfig } from './service.js';
import { completed, waitsForCode } from './terminal-file.js';

/** A configuration file, and what of this machine it relies on. */
export interface Configured<C> {
  readonly schema: Schema<C>;
  /** What its file need not say, since the machine knows it. */
  readonly complete?: Completion;
  /** What is worth saying of a sound one. */
  readonly remark?: (config: C) => string | undefined;
  /** What the program's systemd credentials begin with. */
  readonly prefix: string;
  readonly troubles: (config: C, looker: Looker) => readonly PreflightFinding[];
  /** The tables that `troubles` looks at. */
  readonly tables: readonly string[];
}

export const TERMINAL_PROGRAM: Configured<TerminalConfig> = {
  schema: terminalSchema,
  complete: completed,
  remark: (config) =>
    waitsForCode(config)
      ? `E${FAULT.notEnrolled} ${faultText(FAULT.notEnrolled).en} ${faultOf(FAULT.notEnrolled).remedy.en}`
      : undefined,
  prefix: 'gopay-pos.',
  troubles: terminalTroubles,
  tables: ['gateway', 'mqtt', 'control', 'journal', 'printer'],
};

export const RELAY_PROGRAM: Configured<RelayConfig> = {
  schema: relaySchema,
  prefix: 'gopay-pos-relay.',
  troubles: relayTroubles,
  tables: ['midtrans', 'broker'],
};

/** What `config check` says of a file, line by line; `good` where there is nothing to mend. */
export function checkConfig<C>(of: Configured<C>, file: string): { lines: string[]; good: boolean } {
  const checked = load(of.schema, file, of.complete);
  const notes = checked.notes.map((note) => formatProblem(file, note));
  const wrong = wrongWith(of, checked, file, false);
  if (wrong.length > 0) return { lines: [...notes, ...wrong], good: false };
  const remark = checked.ok ? of.remark?.(checked.value) : undefined;
  const more = remark === undefined ? [] : [`${file}: ${remark}`];
  return { lines: [...notes, `${file}: good`, ...more], good: true };
}

/** For a program that starts with it: what is wrong ends the process, all of it in the log. */
export async function configOf<C>(of: Configured<C>, file: string): Promise<C> {
  const checked = load(of.schema, file, of.complete);
  const wrong = wrongWith(of, checked, file, true);
  if (checked.ok && wrong.length === 0) return checked.value;
  return refuseConfig(systemEnvironment({ level: 'error', credentialPrefix: of.prefix }), file, wrong);
}

/** All of it at once: what the file says, and what this machine has of it. */
function wrongWith<C>(of: Configured<C>, checked: Checked<C>, file: string, starting: boolean): string[] {
  if (checked.ok) return troubles(of, checked.value, file, starting);
  const { error, read } = checked;
  const lines = error.map((problem) => formatProblem(file, problem));
  if (read === undefined || !of.tables.every(read.isSound)) return lines;
  return [...lines, ...troubles(of, read.config, file, starting)];
}

function troubles<C>(of: Configured<C>, config: C, file: string, starting: boolean): string[] {
  const looker = { prefix: of.prefix, env: process.env, uid: process.geteuid?.() ?? 0, starting };
  return of.troubles(config, looker).map((trouble) => formatTrouble(file, trouble));
}
