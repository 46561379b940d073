import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { counted } from '../base/counted.js';
import { err, ok, type Result } from '../base/result.js';
import { formatProblem } from '../config/problem.js';
import { readProductFile } from '../config/product-file.js';
import { pictureNotes } from '../config/product-pictures.js';
import { checkProducts, picturesIn, productFile } from '../config/products.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { loadTerminal } from './terminal-file.js';

/** @returns why it cannot be read, in a line */
export function productText(file: string): Result<string, string> {
  const text = readProductFile(file);
  return text.ok ? text : err(formatProblem(file, text.error));
}

/**
 * What `products check` says of a file, line by line. Beside the configuration that is named, or the one of this machine; on
 * a desk without any, what a machine can give is not looked at.
 */
export function checkProductFile(
  file: string,
  named: string | undefined,
): { readonly lines: readonly string[]; readonly good: boolean } {
  const config = named ?? (existsSync(terminalSchema.file) ? terminalSchema.file : undefined);
  const loaded = config === undefined ? ok(undefined) : loadTerminal(config);
  if (!loaded.ok)
    return { lines: loaded.error.map((problem) => formatProblem(config ?? '', problem)), good: false };
  const text = productText(file);
  if (!text.ok) return { lines: [text.error], good: false };
  const checked = checkProducts(text.value, loaded.value);
  if (!checked.ok)
    return { lines: checked.error.map((problem) => formatProblem(file, problem)), good: false };
  const folder = dirname(loaded.value === undefined ? file : productFile(loaded.value));
  const notes = pictureNotes(picturesIn(text.value), folder);
  const beside = config === undefined ? 'by itself, without a terminal.toml' : `beside ${config}`;
  const lines = notes.map((problem) => formatProblem(file, problem));
  return {
    lines: [...lines, `${file}: good, ${counted(checked.value.length, 'product')} (${beside})`],
    good: true,
  };
}
