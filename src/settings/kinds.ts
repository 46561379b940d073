import { err, ok, type Result } from '../base/result.js';
import { isRupiah, type Rupiah } from '../base/rupiah.js';
import type { CONFIGURATION_FAULTS } from '../core/fault/configuration.js';
import type { PRODUCT_FAULTS } from '../core/fault/products.js';
import type { NumberOf } from '../core/fault/row.js';
import { FAULT } from '../core/fault/table.js';
import { shown, typeName } from './shown.js';

/** What can be wrong with a configuration file or a file of products, by number. */
export type ConfigCode = NumberOf<typeof CONFIGURATION_FAULTS> | NumberOf<typeof PRODUCT_FAULTS>;

/** Why a value was refused. */
export interface WrongValue {
  readonly code: ConfigCode;
  readonly found: string;
  /** In place of the kind's own words. */
  readonly allowed?: string;
  /** Which entry of a list, from 0. */
  readonly at?: number;
}

/** What a value may be: parses once what TOML gave (integers as bigint), and says in words what it takes. */
export interface Kind<T> {
  /** Completes "allowed: ...". */
  readonly allowed: string;
  readonly unit?: string;
  read(value: unknown): Result<T, readonly WrongValue[]>;
  /** The value as TOML. */
  toml(value: T): string;
}

export function wrong(code: ConfigCode, found: string): Result<never, readonly WrongValue[]> {
  return err([{ code, found }]);
}

function wrongType(value: unknown): Result<never, readonly WrongValue[]> {
  const words = shown(value);
  const type = typeName(value);
  return wrong(FAULT.configType, words === type ? type : `${type}, ${words}`);
}

/**
 * Text that `parse` understands; it gives undefined for what it does not.
 * @param hidden where a person may paste a secret by mistake: what was found is then never shown.
 */
export function parsed<T extends string>(
  allowed: string,
  parse: (text: string) => T | undefined,
  hidden = false,
): Kind<T> {
  return {
    allowed,
    read: (value) => {
      if (typeof value !== 'string')
        return hidden ? wrong(FAULT.configType, `${typeName(value)} (not shown)`) : wrongType(value);
      const result = parse(value);
      if (result !== undefined) return ok(result);
      return wrong(
        FAULT.configForm,
        hidden ? `text of ${value.length} characters (not shown)` : shown(value),
      );
    },
    toml: (value) => JSON.stringify(value),
  };
}

/** Text of a given form. */
export function text(allowed: string, pattern: RegExp): Kind<string> {
  return parsed(allowed, (value) => (pattern.test(value) ? value : undefined));
}

/** One line of at most `max` characters; control characters never. `ascii` where a printer must have a glyph for it. */
export function line(max: number, { ascii = false, empty = false } = {}): Kind<string> {
  const allowed = `${empty ? 'at most' : '1 to'} ${max} ${ascii ? 'characters of plain ASCII' : 'characters'} on one line`;
  const pattern = ascii ? /^[ -~]*$/ : /^[^\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]*$/u;
  return parsed(allowed, (value) => {
    const length = [...value].length;
    return pattern.test(value) && length <= max && (empty || value.trim() !== '') ? value : undefined;
  });
}

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max: number, unit?: string): Kind<number> {
  const allowed = `a whole number from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`;
  return { allowed, ...(unit !== undefined && { unit }), read: readWhole(min, max), toml: String };
}

export function seconds(min: number, max: number): Kind<number> {
  return integer(min, max, 'seconds');
}

/** An amount of money in whole rupiah. */
export function amount(min: number, max: number): Kind<Rupiah> {
  const whole = readWhole(min, max);
  return {
    allowed: `a whole number of rupiah from ${grouped(min)} to ${grouped(max)}`,
    unit: 'rupiah',
    read: (value) => {
      const number = whole(value);
      if (!number.ok) return number;
      return isRupiah(number.value) ? ok(number.value) : wrong(FAULT.configRange, shown(value));
    },
    toml: grouped,
  };
}

function readWhole(min: number, max: number): (value: unknown) => Result<number, readonly WrongValue[]> {
  return (value) => {
    if (typeof value !== 'bigint') return wrongType(value);
    return value >= min && value <= max ? ok(Number(value)) : wrong(FAULT.configRange, shown(value));
  };
}

/** `10_000_000`: TOML takes underscores, and people miscount zeros. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}

export function flag(): Kind<boolean> {
  return {
    allowed: 'true or false',
    read: (value) => (typeof value === 'boolean' ? ok(value) : wrongType(value)),
    toml: String,
  };
}

/** One of a few words or numbers. */
export function choice<const O extends readonly (string | number)[]>(...options: O): Kind<O[number]> {
  const words = options.map((option) => JSON.stringify(option));
  const sample = typeof options[0];
  return {
    allowed: words.length === 1 ? `only ${words[0]}` : `one of ${words.join(', ')}`,
    read: (value) => {
      const given = typeof value === 'bigint' ? Number(value) : value;
      const isSameType = typeof given === sample && typeof value !== 'number';
      if (!isSameType) return wrongType(value);
      const found = options.find((option) => option === given);
      return found === undefined ? wrong(FAULT.configForm, shown(value)) : ok(found);
    },
    toml: (value) => JSON.stringify(value),
  };
}

/** At most `max` values of one kind; each wrong one is named by its place. */
export function list<T>(entry: Kind<T>, max: number): Kind<readonly T[]> {
  return {
    allowed: `a list of at most ${max}, each ${entry.allowed}`,
    read: (value) => {
      if (!Array.isArray(value)) return wrongType(value);
      if (value.length > max) return wrong(FAULT.configRange, `a list of ${value.length}`);
      return readEntries(entry, value);
    },
    toml: (value) => `[${value.map((each) => entry.toml(each)).join(', ')}]`,
  };
}

/** One value, or a list of 1 to `max` of them; always a list afterwards. */
export function oneOrMore<T>(entry: Kind<T>, max: number): Kind<readonly T[]> {
  return {
    allowed: `${entry.allowed}, or a list of 1 to ${max} of them`,
    read: (value) => {
      if (!Array.isArray(value)) return readEntries(entry, [value], true);
      if (value.length < 1 || value.length > max)
        return wrong(FAULT.configRange, `a list of ${value.length}`);
      return readEntries(entry, value);
    },
    toml: (value) => {
      const words = value.map((each) => entry.toml(each));
      return words.length === 1 ? words.join('') : `[${words.join(', ')}]`;
    },
  };
}

function readEntries<T>(
  entry: Kind<T>,
  values: readonly unknown[],
  alone = false,
): Result<readonly T[], readonly WrongValue[]> {
  const good: T[] = [];
  const bad: WrongValue[] = [];
  for (const [at, value] of values.entries()) {
    const result = entry.read(value);
    if (result.ok) good.push(result.value);
    else for (const each of result.error) bad.push(alone ? each : { allowed: entry.allowed, ...each, at });
  }
  return bad.length > 0 ? err(bad) : ok(good);
}
