import { FAULT } from '../core/fault/table.js';
import { type AnyTable, type Contradiction, type Tables, tableKeys } from '../settings/schema.js';
import { shownKey } from '../settings/shown.js';
import type { Places, TomlPath } from './locate.js';
import type { ConfigProblem } from './problem.js';
import { nearest } from './suggest.js';

/** A problem as the reader meets it: with the way to the value, from which the line follows. */
type Finding = Omit<ConfigProblem, 'line' | 'column'> & { readonly path: TomlPath };

/** `["terminal", 1, "id"]` is called `terminal[2].id`: people count from one. */
export function keyName(path: TomlPath): string {
  let name = '';
  for (const part of path)
    name += typeof part === 'number' ? `[${part + 1}]` : `${name === '' ? '' : '.'}${shownKey(part)}`;
  return name;
}

/** Gathers everything that is wrong with one file. */
export class Findings {
  readonly problems: ConfigProblem[] = [];
  readonly #tables: Tables;
  readonly #places: Places;
  readonly #lines = new Map<string, number>();
  readonly #faulty = new Set<string>();
  readonly #partial = new Set<string>();

  constructor(tables: Tables, places: Places) {
    this.#tables = tables;
    this.#places = places;
  }

  add(finding: Finding): void {
    const { path, ...problem } = finding;
    const line = this.#lineOf(path);
    this.problems.push({ ...problem, ...(line !== undefined && { line }) });
  }

  /** The key or table `name` stands in the file at `path`. */
  saw(name: string, path: TomlPath): void {
    const line = this.#lineOf(path);
    if (line !== undefined) this.#lines.set(name, line);
  }

  /** What `name` holds (a key, or a whole table) is not to be relied on. */
  fault(name: string): void {
    this.#faulty.add(name);
  }

  isFaulty(name: string): boolean {
    return this.#faulty.has(name) || this.#faulty.has(tableOf(name));
  }

  /** A part of the table was not read: what seems to be missing may stand there. */
  markPartial(table: string): void {
    this.#partial.add(table);
  }

  isPartial(table: string): boolean {
    return this.#partial.has(table);
  }

  /** What was marked under a misspelt table name holds for the right one. */
  rename(written: string, name: string): void {
    if (this.#partial.has(written)) this.#partial.add(name);
    for (const each of this.#faulty)
      if (each.startsWith(`${written}.`)) this.#faulty.add(`${name}${each.slice(written.length)}`);
  }

  /** A key that `table` does not have. `table` is undefined for the top of the file. */
  unknown(path: TomlPath, given: string, table: AnyTable | undefined, name: string): void {
    const known = table === undefined ? Object.keys(this.#tables) : tableKeys(table);
    const near = nearest(given, known);
    const home = Object.entries(this.#tables).find(([, each]) => tableKeys(each).includes(given))?.[0];
    let hint: string | undefined;
    if (near !== undefined) hint = `Did you mean ${near}?`;
    else if (home !== undefined) hint = `There is such a key in [${home}].`;
    const found = table === undefined ? 'an unknown name' : 'an unknown key';
    const allowed =
      table === undefined ? `the tables ${known.join(', ')}` : `in [${name}] ${known.join(', ')}`;
    this.add({
      code: FAULT.configUnknownKey,
      path,
      key: keyName(path),
      found,
      allowed,
      ...(hint !== undefined && { hint }),
    });
  }

  /** Reported only where every key that the rule looked at is sound: no error follows from another one. */
  contradiction(it: Contradiction): void {
    if (it.keys.some((key) => this.isFaulty(key) || this.isPartial(tableOf(key)))) return;
    // A key that stands in the file is a better place than the table of one that does not.
    const line = [...it.keys, ...it.keys.map(tableOf)]
      .map((key) => this.#lines.get(key))
      .find((each) => each !== undefined);
    const key = it.keys.join(', ');
    const code = it.note === true ? FAULT.configNote : FAULT.configContradiction;
    const { found, allowed } = it;
    this.problems.push({ code, key, found, allowed, ...(line !== undefined && { line }) });
  }

  /** The line of the value, or of the nearest thing around it that has one. */
  #lineOf(path: TomlPath): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.#places.lineOf(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return undefined;
  }
}

function tableOf(key: string): string {
  return key.replace(/\.[^.]*$/, '');
}
