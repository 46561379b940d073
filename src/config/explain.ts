import { err, ok, type Result } from '../base/result.js';
import { GUIDE_PARTS, type Guide } from '../settings/guide.js';
import { type AnyField, type AnyTable, type Layout, tableKeys, type Variants } from '../settings/schema.js';
import { absence, sample } from './example.js';
import { nearest } from './suggest.js';

/**
 * The help text of `table.key`, of a `table`, of a `key` whose table is left out, or of a device by the name that a key
 * gives it (`zvt`): then with wiring, settings and first trial.
 * @returns as error, one sentence that names the nearest known key.
 */
export function explain(schema: Layout, wanted: string): Result<string, string> {
  const { tables } = schema;
  const { first, key, more } = partsOf(wanted.replace(/\[\d*\]/g, ''), tables);
  const table = Object.hasOwn(tables, first) ? tables[first] : undefined;
  if (more.length === 0 && table !== undefined && key === undefined)
    return ok(tableText(schema, first, table));
  if (more.length === 0 && table !== undefined && key !== undefined && tableKeys(table).includes(key))
    return ok(keyText(schema, first, table, key));
  if (key === undefined) {
    const devices = Object.entries(tables).flatMap(([name, each]) => deviceTexts(schema, name, each, first));
    if (devices.length > 0) return ok(devices.join('\n'));
    const homes = Object.entries(tables).filter(([, each]) => tableKeys(each).includes(first));
    if (homes.length > 0)
      return ok(homes.map(([name, each]) => keyText(schema, name, each, first)).join('\n'));
  }
  const names = keyNames(schema);
  const bare = key === undefined ? names.map((name) => name.split('.').at(-1) ?? name) : names;
  const near = nearest(wanted, bare);
  const hint = near === undefined ? `Tables: ${Object.keys(tables).join(', ')}.` : `Did you mean ${near}?`;
  return err(`There is no key ${JSON.stringify(wanted.slice(0, 80))}. ${hint}`);
}

/** A table within another one has a dot in its name. */
function partsOf(
  wanted: string,
  tables: Layout['tables'],
): { readonly first: string; readonly key: string | undefined; readonly more: readonly string[] } {
  const [outer = '', inner = '', ...rest] = wanted.split('.');
  if (Object.hasOwn(tables, `${outer}.${inner}`)) {
    const [key, ...more] = rest;
    return { first: `${outer}.${inner}`, key, more };
  }
  const [first = '', key, ...more] = wanted.split('.');
  return { first, key, more };
}

/** What can be explained: tables, keys, devices. */
export function explainable(schema: Layout): string[] {
  const choices = Object.values(schema.tables).flatMap(({ by }) => by.map((each) => each.choices));
  const guided = choices.flatMap((each) =>
    Object.keys(each).filter((name) => each[name]?.guides !== undefined),
  );
  return [...keyNames(schema), ...guided];
}

/** Each table and each `table.key`. */
function keyNames({ tables }: Layout): string[] {
  return Object.entries(tables).flatMap(([name, table]) => [
    name,
    ...tableKeys(table).map((key) => `${name}.${key}`),
  ]);
}

function tableText(schema: Layout, name: string, table: AnyTable): string {
  const header = table.use === 'many' ? `[[${name}]]` : `[${name}]`;
  const lines = [`${header} in ${schema.file}`, `  ${table.about}`, `  ${tableUse(table)}`];
  const rows = entriesOf(table).map(({ key, about }): [string, string] => [key, about]);
  const width = Math.max(...rows.map(([key]) => key.length));
  for (const [key, about] of rows) lines.push(`    ${key.padEnd(width)}  ${about}`);
  return `${[...lines, ...guideLines(table.guides)].join('\n')}\n`;
}

/** Of each choice of that name that is a device. */
function deviceTexts(schema: Layout, name: string, { by }: AnyTable, wanted: string): string[] {
  return by.flatMap(({ key, choices }) => {
    const choice = Object.hasOwn(choices, wanted) ? choices[wanted] : undefined;
    if (choice?.guides === undefined) return [];
    const head = `${name}.${key} = ${JSON.stringify(wanted)} in ${schema.file}`;
    const keys = Object.keys(choice.keys).map((each) => `${name}.${each}`);
    const lines = [head, `  ${choice.about}`, `  Keys: ${keys.join(', ')}.`, ...guideLines(choice.guides)];
    return [`${lines.join('\n')}\n`];
  });
}

function guideLines(guides: readonly Guide[] = []): string[] {
  return guides.flatMap((guide) =>
    (['id', 'en'] as const).flatMap((language) => [
      '',
      `  ${guide.title[language]}`,
      ...GUIDE_PARTS.flatMap(({ part, heads }) => [
        `  ${heads[language]}:`,
        ...guide[part][language].split('\n').map((line) => `    ${line}`),
      ]),
    ]),
  );
}

/** When a table holds, as a sentence. */
export function tableUse(table: AnyTable): string {
  switch (table.use) {
    case 'always':
      return 'Its keys hold also where the table is not in the file.';
    case 'on':
      return 'In use, unless enabled = false.';
    case 'off':
      return 'In use where the table stands in the file, unless enabled = false.';
    case 'many':
      return `Any number of times, up to ${table.max}.`;
  }
}

/** One key of a table, for a person. */
export interface KeyEntry {
  readonly key: string;
  readonly about: string;
  readonly allowed: string;
  /** What holds when it is not in the file, as a sentence. */
  readonly absence: string;
  /** `key = value`. */
  readonly example: string;
  readonly unit?: string;
  /** `transport = "serial"`, where the key exists only beside that. */
  readonly only?: string;
}

/** All keys of a table in the order of explanation, `enabled` and the choices of variants included. */
export function entriesOf(table: AnyTable): KeyEntry[] {
  const entries: KeyEntry[] = [];
  if (table.use === 'on' || table.use === 'off') entries.push(enabledEntry(table.use));
  for (const by of table.by) {
    const names = Object.keys(by.choices).map((name) => JSON.stringify(name));
    const meanings = Object.entries(by.choices).map(([name, each]) => `${name}: ${each.about}`);
    entries.push({
      key: by.key,
      about: `${by.about} ${meanings.join(' ')}`,
      allowed: `one of ${names.join(', ')}`,
      absence: by.default === undefined ? 'Must be set.' : `Default: ${JSON.stringify(by.default)}.`,
      example: `${by.key} = ${by.default === undefined ? names[0] : JSON.stringify(by.default)}`,
    });
    entries.push(...variantEntries(by));
  }
  return [...entries, ...Object.entries(table.keys).map(([key, field]) => fieldEntry(key, field))];
}

/** Keys beside choices; what several choices share is told once. */
function variantEntries({ key: by, choices }: Variants): KeyEntry[] {
  const homes = new Map<AnyField, { readonly key: string; readonly of: string[] }>();
  for (const [name, { keys }] of Object.entries(choices))
    for (const [key, field] of Object.entries(keys)) {
      const home = homes.get(field);
      if (home?.key === key) home.of.push(JSON.stringify(name));
      else homes.set(field, { key, of: [JSON.stringify(name)] });
    }
  return [...homes].map(([field, { key, of }]) => ({
    ...fieldEntry(key, field),
    only: `${by} = ${of.join(' or ')}`,
  }));
}

function enabledEntry(use: 'on' | 'off'): KeyEntry {
  return {
    key: 'enabled',
    about: 'Whether it is used.',
    allowed: 'true or false',
    absence:
      use === 'on' ? 'Default: true.' : 'Default: true where the table stands in the file, else false.',
    example: 'enabled = false',
  };
}

function fieldEntry(key: string, field: AnyField): KeyEntry {
  return {
    key,
    about: field.about,
    allowed: field.kind.allowed,
    absence: absence(field),
    example: `${key} = ${sample(field)}`,
    ...(field.kind.unit !== undefined && { unit: field.kind.unit }),
  };
}

function keyText(schema: Layout, name: string, table: AnyTable, key: string): string {
  const texts = entriesOf(table)
    .filter((entry) => entry.key === key)
    .map((entry) => {
      const lines = [`${name}.${key} in ${schema.file}`, `  ${entry.about}`, `  Allowed: ${entry.allowed}.`];
      if (entry.unit !== undefined) lines.push(`  Unit: ${entry.unit}.`);
      lines.push(`  ${entry.absence}`);
      if (entry.only !== undefined) lines.push(`  Only with ${entry.only}.`);
      lines.push(`  Example: ${entry.example}`);
      return `${lines.join('\n')}\n`;
    });
  return texts.join('\n');
}
