import { readFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { ConfigProblem } from './problem.js';

export const SAVE_AS_UTF8 = 'a text: in the spreadsheet "Save as", then "CSV UTF-8"';

/** @returns why it cannot be read, with its first bad line where it is no UTF-8 */
export function readProductFile(path: string): Result<string, ConfigProblem & { readonly gone?: boolean }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const gone = code === 'ENOENT';
    const found = gone ? 'no such file' : code === 'EISDIR' ? 'a folder' : messageOf(thrown);
    return err({ ...unreadable(found, 'a file that can be read, in UTF-8'), gone });
  }
  const text = textOf(bytes);
  if (text !== undefined) return ok(text);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return err(unreadable('UTF-16, which spreadsheets call "Unicode text"', SAVE_AS_UTF8));
  // Every byte one character: no end of a line is within a character of UTF-8.
  const lines = bytes.toString('latin1').split(/\r\n|\r|\n/);
  const bad = lines.findIndex((line) => textOf(Buffer.from(line, 'latin1')) === undefined);
  return err({ ...unreadable('bytes that are no UTF-8', SAVE_AS_UTF8), line: bad + 1 });
}

export function unreadable(found: string, allowed: string): ConfigProblem {
  return { code: FAULT.productFileUnreadable, key: '', found, allowed };
}

/** @returns undefined for what is no UTF-8 */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}
