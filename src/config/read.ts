import { asObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import type { WrongValue } from '../settings/kinds.js';
import {
  type AnyField,
  type AnyTable,
  camel,
  type Keys,
  type Siblings,
  tableKeys,
  type Variants,
} from '../settings/schema.js';
import { shown, shownKey, typeName } from '../settings/shown.js';
import type { Findings } from './findings.js';
import type { TomlPath } from './locate.js';
import { nearest } from './suggest.js';

type Raw = Readonly<Record<string, unknown>>;
type Built = Record<string, unknown>;

/** One body of a table: where it stands, and whether its required keys are asked for. */
interface Body {
  readonly table: AnyTable;
  readonly name: string;
  readonly path: TomlPath;
  readonly raw: Raw;
  readonly active: boolean;
  readonly findings: Findings;
}

/**
 * Reads one table into its typed value. Always gives a value: in place of what is wrong stands the default or the
 * example, so that the rules can look at the whole file; the findings say that it is not to be relied on.
 * @param path where it stands in the file: its name there may be misspelt.
 */
export function readTable(
  name: string,
  path: TomlPath,
  table: AnyTable,
  raw: unknown,
  findings: Findings,
): unknown {
  const place = { table, name, path, findings };
  if (table.use === 'many') return readMany(place, raw);
  if (raw !== undefined && !isTable(raw)) {
    const isList = Array.isArray(raw);
    const hint = isList
      ? `It stands once, in single brackets: [${name}].`
      : `Its keys stand below a line [${name}].`;
    const found = isList ? 'a list' : typeName(raw);
    findings.fault(name);
    findings.add({ code: FAULT.configType, path, key: name, found, allowed: 'a table', hint });
    const value = readBody({ ...place, raw: {}, active: false });
    return table.use === 'always' ? value : { enabled: false };
  }
  const body = { ...place, raw: raw ?? {}, active: true };
  if (raw !== undefined) findings.saw(name, path);
  if (table.use === 'always') return readBody(body);
  const enabled = readEnabled(body, raw !== undefined);
  const value = readBody({ ...body, active: enabled });
  return enabled ? { enabled, ...value } : { enabled };
}

function readEnabled(body: Body, stands: boolean): boolean {
  const { findings } = body;
  const value = body.raw['enabled'];
  const absent = body.table.use === 'on' || stands;
  if (value === undefined || findings.isFaulty(`${body.name}.enabled`)) return absent;
  findings.saw(`${body.name}.enabled`, [...body.path, 'enabled']);
  if (typeof value === 'boolean') return value;
  refuse(body, 'enabled', 'true or false', [{ code: FAULT.configType, found: typeName(value) }]);
  return absent;
}

function readMany(place: Omit<Body, 'raw' | 'active'>, raw: unknown): unknown[] {
  const { table, name, path, findings } = place;
  if (raw === undefined) return [];
  const allowed = `tables that each begin with [[${name}]]`;
  if (!Array.isArray(raw) || !raw.every(isTable)) {
    const found = Array.isArray(raw) ? 'a list of something else' : typeName(raw);
    const hint = `Two brackets on each side: [[${name}]].`;
    findings.add({ code: FAULT.configType, path, key: name, found, allowed, ...(isTable(raw) && { hint }) });
    if (isTable(raw)) return [readBody({ ...place, name: `${name}[1]`, raw, active: true })];
    findings.fault(name);
    return [];
  }
  const found = `${raw.length} of them`;
  if (raw.length > table.max)
    findings.add({ code: FAULT.configRange, path, key: name, found, allowed: `at most ${table.max}` });
  return raw.slice(0, table.max).map((each, i) => {
    const body = { ...place, name: `${name}[${i + 1}]`, path: [...path, i], raw: each, active: true };
    findings.saw(body.name, body.path);
    return readBody(body);
  });
}

function readBody(body: Body): Built {
  const { table } = body;
  const choices = table.by.map((by) => readChoice(by, body));
  const keys = Object.assign({}, table.keys, ...choices.map((choice) => choice.keys)) as Keys;
  reportOthers(keys, choices, body);
  const siblings: Built = {};
  const built: Built = {};
  for (const { by, name } of choices) {
    siblings[by.key] = name;
    built[camel(by.key)] = name;
  }
  // Where a choice itself is in doubt, it is not known which of its keys are needed.
  const doubtful = new Set(choices.flatMap(({ keys, sure }) => (sure ? [] : Object.keys(keys))));
  for (const [key, field] of Object.entries(keys)) {
    const active = body.active && !doubtful.has(key);
    const value = readField(key, field, { ...body, active }, siblings);
    siblings[key] = value;
    if (value !== undefined) built[camel(key)] = value;
  }
  return built;
}

/** What the file has chosen of some variants. */
interface Chosen {
  readonly by: Variants;
  readonly name: string;
  readonly keys: Keys;
  /** False where the file does not say which, or says something else. */
  readonly sure: boolean;
}

function readChoice(by: Variants, body: Body): Chosen {
  const { findings } = body;
  const names = Object.keys(by.choices);
  const at = (name: string, sure: boolean): Chosen => {
    return { by, name, keys: by.choices[name]?.keys ?? {}, sure };
  };
  const first = at(by.default ?? names[0] ?? '', false);
  const key = `${body.name}.${by.key}`;
  const allowed = `one of ${names.map((name) => JSON.stringify(name)).join(', ')}`;
  const value = body.raw[by.key];
  if (findings.isFaulty(key)) return first;
  if (value === undefined) {
    if (by.default !== undefined) return { ...first, sure: true };
    if (body.active) missing(body, by.key, allowed);
    return first;
  }
  findings.saw(key, [...body.path, by.key]);
  if (typeof value === 'string' && names.includes(value)) return at(value, true);
  const code = typeof value === 'string' ? FAULT.configForm : FAULT.configType;
  refuse(body, by.key, allowed, [{ code, found: shown(value) }]);
  return first;
}

function readField(key: string, field: AnyField, body: Body, siblings: Siblings): unknown {
  const { presence, kind } = field;
  const { findings } = body;
  const raw = body.raw[key];
  const name = `${body.name}.${key}`;
  if (findings.isFaulty(name)) return standIn(field, siblings);
  if (raw !== undefined) {
    findings.saw(name, [...body.path, key]);
    const result = kind.read(raw);
    if (result.ok) return result.value;
    refuse(body, key, kind.allowed, result.error);
    return standIn(field, siblings);
  }
  if (presence.is === 'optional') return undefined;
  if (presence.is === 'required' && body.active)
    missing(body, key, `${kind.allowed}; for example ${kind.toml(presence.example)}`);
  return standIn(field, siblings);
}

/** What stands in for a value that is not there or not right. */
function standIn(field: AnyField, siblings: Siblings): unknown {
  const { presence } = field;
  if (presence.is === 'defaulted') return presence.value;
  return presence.is === 'derived' ? presence.from(siblings) : presence.example;
}

function refuse(
  { findings, ...body }: Body,
  key: string,
  allowed: string,
  list: readonly WrongValue[],
): void {
  findings.fault(`${body.name}.${key}`);
  for (const { code, found, at, allowed: own } of list) {
    const name = `${body.name}.${key}${at === undefined ? '' : `[${at + 1}]`}`;
    const path = [...body.path, key, ...(at === undefined ? [] : [at])];
    findings.add({ code, path, key: name, found, allowed: own ?? allowed });
  }
}

function missing({ findings, ...body }: Body, key: string, allowed: string): void {
  findings.fault(`${body.name}.${key}`);
  if (findings.isPartial(body.name)) return;
  // A misspelt key is one error, not two.
  const known = tableKeys(body.table);
  const isMisspelt = Object.keys(body.raw).some(
    (given) => !known.includes(given) && nearest(given, known) === key,
  );
  if (isMisspelt) return;
  const name = `${body.name}.${key}`;
  findings.add({ code: FAULT.configMissingKey, path: body.path, key: name, found: 'nothing', allowed });
}

/** Keys that the table does not have, and keys that it only has beside another choice. */
function reportOthers(keys: Keys, choices: readonly Chosen[], { findings, ...body }: Body): void {
  const known = tableKeys(body.table);
  for (const given of Object.keys(body.raw)) {
    const path = [...body.path, given];
    if (!known.includes(given)) {
      findings.unknown(path, given, body.table, body.name);
      continue;
    }
    if (Object.hasOwn(keys, given)) continue;
    for (const { by, name, sure } of choices) {
      const homes = Object.entries(by.choices).filter(([, each]) => Object.hasOwn(each.keys, given));
      if (homes.length === 0 || !sure) continue;
      const found = `a key that has no effect with ${by.key} = ${JSON.stringify(name)}`;
      const key = `${body.name}.${shownKey(given)}`;
      const allowed = `only with ${homes.map(([home]) => `${by.key} = ${JSON.stringify(home)}`).join(' or ')}`;
      findings.add({ code: FAULT.configNote, path, key, found, allowed });
    }
  }
}

function isTable(value: unknown): value is Raw {
  return asObject(value) !== undefined && !(value instanceof Date);
}
