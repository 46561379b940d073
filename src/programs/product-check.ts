import { existsSync } from 'node:fs';
import { ok } from '../base/result.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { checkProducts, readProductFile } from '../config/products.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { Usage } from './arguments.js';

/** @throws Usage that says why it cannot be read */
export function productText(file: string): string {
  const text = readProductFile(file);
  if (!text.ok) throw new Usage(`${file}: ${text.error ?? 'no such file'}`);
  return text.value;
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
  const loaded = config === undefined ? ok(undefined) : load(terminalSchema, config);
  if (!loaded.ok)
    return { lines: loaded.error.map((problem) => formatProblem(config ?? '', problem)), good: false };
  const checked = checkProducts(productText(file), loaded.value);
  if (!checked.ok)
    return { lines: checked.error.map((problem) => formatProblem(file, problem)), good: false };
  const beside = config === undefined ? 'by itself, without a terminal.toml' : `beside ${config}`;
  return { lines: [`${file}: good, ${checked.value.length} products (${beside})`], good: true };
}
