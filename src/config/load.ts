import { readFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import { err } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Schema } from '../settings/schema.js';
import { type Checked, type Completion, check } from './check.js';

/** Reads and checks the file at `path`. A file that cannot be read, or is no UTF-8, is a problem with code 900. */
export function load<C>(schema: Schema<C>, path: string, complete?: Completion): Checked<C> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (thrown) {
    const found = thrown instanceof TypeError ? 'bytes that are no UTF-8' : messageOf(thrown);
    return {
      ...err([{ code: FAULT.configUnreadable, key: '', found, allowed: 'a readable file in UTF-8' }]),
      notes: [],
    };
  }
  return check(schema, text, complete);
}

/**
 * Whose file it is, by its heads: a relay's has [relay] and a [[terminal]] for each; a terminal's has one [terminal].
 * @returns undefined when it cannot be read, or could be either
 */
export function kindOf(path: string): 'relay' | 'terminal' | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Reading it once more to check it says why.
    return undefined;
  }
  const has = (name: string): boolean => new RegExp(`^\\s*\\[\\s*${name}\\s*\\]`, 'm').test(text);
  if (has('relay') === has('terminal')) return undefined;
  return has('relay') ? 'relay' : 'terminal';
}
