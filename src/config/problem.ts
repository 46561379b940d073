import { FAULT } from '../core/fault/table.js';
import type { ConfigCode } from '../settings/kinds.js';

/** One thing that is wrong (or, with FAULT.configNote, worth knowing). No field of it ever holds a secret. */
export interface ConfigProblem {
  readonly code: ConfigCode | typeof FAULT.fragmentRefused;
  /** From 1; undefined where nothing in the file stands for it. */
  readonly line?: number;
  /** From 1; only where the text itself is no TOML. */
  readonly column?: number;
  /** `table.key`, `table[2].key` for the second table of a list, `table` for a whole table; empty for the file. */
  readonly key: string;
  /** In words. */
  readonly found: string;
  /** In words. */
  readonly allowed: string;
  /** What was probably meant, as a whole sentence. */
  readonly hint?: string;
}

/**
 * One line for people: `terminal.toml:12: FAULT.configRange sale.paid_seconds: found 0; allowed: a whole number
 * from 2 to 60 (seconds).`
 */
export function formatProblem(file: string, problem: ConfigProblem): string {
  const place = [file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const number = problem.code === FAULT.configNote ? `N${problem.code}` : `E${problem.code}`;
  const key = problem.key === '' ? '' : ` ${problem.key}:`;
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${place}: ${number}${key} found ${problem.found}; allowed: ${problem.allowed}.${hint}`;
}

/** By line, those without a line first; the order of finding decides within one line. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
