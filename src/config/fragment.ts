import { stringify } from 'smol-toml';
import { asObject, type Json } from '../base/json.js';
import { err } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { type Checked, type Completion, check } from './check.js';
import type { ConfigProblem } from './problem.js';
import { PRODUCT_KEYS } from './product-table.js';
import { parseToml } from './syntax.js';
import { terminalSchema } from './terminal-schema.js';
import type { TerminalConfig } from './terminal-tables.js';

/** Characters of a fragment: with its signature it is one message of a broker. */
const FRAGMENT_MOST = 10_000;

/**
 * What can be set from afar, by table, and nothing else: what customers read and choose, when, and between which amounts. No secret,
 * device, address, path of a folder, program or operator is among it. `product` is the whole list, in the place of the one there.
 */
export const FRAGMENT_KEYS: Readonly<Record<string, readonly string[]>> = {
  product: PRODUCT_KEYS,
  catalogue: ['cart', 'free_amount', 'per_page', 'donation_amounts', 'donation_purpose'],
  terminal: ['language'],
  'terminal.contact': ['phone', 'whatsapp', 'hours'],
  sale: ['min', 'max'],
  hours: ['enabled', 'open', 'binds'],
  slip: ['language', 'dates', 'header', 'footer'],
  idle: ['seconds', 'after_seconds'],
  receipt: ['when', 'stay_seconds'],
};

/** That stand in terminal.toml or are not in use: what is switched on there has a device or a folder. */
const NOT_SWITCHED_ON: readonly string[] = ['catalogue', 'idle'];

/** What of `fragment` no terminal would take, whatever stands in its file. Pure. */
export function fragmentProblems(fragment: string): readonly ConfigProblem[] {
  if (fragment.length > FRAGMENT_MOST)
    return [problem('', `${fragment.length} characters`, `at most ${FRAGMENT_MOST}`)];
  const { document, problems } = parseToml(fragment);
  if (document === undefined || problems.length > 0) return problems;
  return tablesOf(document).flatMap(([name, table]) => {
    const allowed = Object.hasOwn(FRAGMENT_KEYS, name) ? FRAGMENT_KEYS[name] : undefined;
    if (allowed === undefined)
      return [
        problem(name, 'a table that is not set from afar', `one of ${Object.keys(FRAGMENT_KEYS).join(', ')}`),
      ];
    const rows = Array.isArray(table) ? table : [table];
    if (!rows.every((row) => asObject(row) !== undefined)) return [problem(name, 'no table', `[${name}]`)];
    const keys = new Set(rows.flatMap((row) => Object.keys(asObject(row) ?? {})));
    return [...keys]
      .filter((key) => !allowed.includes(key))
      .map((key) =>
        problem(`${name}.${key}`, 'a key that is not set from afar', `one of ${allowed.join(', ')}`),
      );
  });
}

/**
 * terminal.toml with a fragment over it, judged as one file. Amounts may only become narrower: whoever gets hold of an operator's
 * key must not be able to charge more than the owner wrote down. Pure.
 * @param file the text of terminal.toml, which is sound
 */
export function withFragment(file: string, fragment: string, complete?: Completion): Checked<TerminalConfig> {
  const wrong = fragmentProblems(fragment);
  const own = check(terminalSchema, file, complete);
  if (wrong.length > 0 || !own.ok) return { ...err(own.ok ? wrong : own.error), notes: [] };
  const base = parseToml(file).document ?? {};
  const over = parseToml(fragment).document ?? {};
  const off = NOT_SWITCHED_ON.filter((name) => over[name] !== undefined && base[name] === undefined);
  const [first] = off;
  if (first !== undefined)
    return {
      ...err([problem(first, 'a table that terminal.toml does not have', 'to switch it on there')]),
      notes: [],
    };
  const merged = check(terminalSchema, stringify(overlaid(base, over)), complete);
  // Its lines are those of a text that nobody has written.
  const bare = (each: ConfigProblem): ConfigProblem => {
    const { line: _line, column: _column, ...rest } = each;
    return rest;
  };
  if (!merged.ok) return { ...merged, error: merged.error.map(bare), notes: [] };
  const { min, max } = merged.value.sale;
  const wider = [
    ...(max > own.value.sale.max
      ? [problem('sale.max', String(max), `at most ${own.value.sale.max}, as terminal.toml says`)]
      : []),
    ...(min < own.value.sale.min
      ? [problem('sale.min', String(min), `at least ${own.value.sale.min}, as terminal.toml says`)]
      : []),
  ];
  return wider.length > 0 ? { ...err(wider), notes: [] } : { ...merged, notes: merged.notes.map(bare) };
}

/** Keys of the fragment win; tables within a table are tables of their own, and lists are whole. */
function overlaid(base: Json, over: Json): Record<string, unknown> {
  const made: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const [below, above] = [asObject(base[key]), asObject(value)];
    made[key] = below !== undefined && above !== undefined ? overlaid(below, above) : value;
  }
  return made;
}

/** Tables by name; those within another one as `outer.inner`. */
function tablesOf(document: Json): [string, unknown][] {
  return Object.entries(document).flatMap(([name, value]) => {
    const keys = asObject(value);
    if (keys === undefined) return [[name, value] satisfies [string, unknown]];
    const inner = Object.keys(keys).filter((key) => Object.hasOwn(FRAGMENT_KEYS, `${name}.${key}`));
    const rest = Object.fromEntries(Object.entries(keys).filter(([key]) => !inner.includes(key)));
    return [
      ...(Object.keys(rest).length > 0 || inner.length === 0
        ? [[name, rest] satisfies [string, unknown]]
        : []),
      ...inner.map((key): [string, unknown] => [`${name}.${key}`, keys[key]]),
    ];
  });
}

function problem(key: string, found: string, allowed: string): ConfigProblem {
  return { code: FAULT.fragmentRefused, key, found, allowed };
}
