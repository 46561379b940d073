import type { Guide } from './guide.js';
import type { Kind } from './kinds.js';

/** The values that a table has so far, by their names in the file; for defaults that depend on them. */
export type Siblings = Readonly<Record<string, unknown>>;

/** What happens when the key is not in the file. */
export type Presence<T> =
  | { readonly is: 'required'; readonly example: T }
  | { readonly is: 'defaulted'; readonly value: T }
  /** The value stays away; `absent` says in words what that means. */
  | { readonly is: 'optional'; readonly absent: string; readonly example: T }
  /** Computed from the keys before it; `words` say how. */
  | { readonly is: 'derived'; readonly from: (siblings: Siblings) => T; readonly words: string };

/** One key. `Always` is false where the value may stay away. */
export interface Setting<T, Always extends boolean> {
  readonly kind: Kind<T>;
  readonly presence: Presence<T>;
  readonly always: Always;
  /** One or a few sentences. */
  readonly about: string;
}

export type AnyField = Setting<unknown, boolean>;
export type Keys = Readonly<Record<string, AnyField>>;

export function required<T>(kind: Kind<T>, example: NoInfer<T>, about: string): Setting<T, true> {
  return { kind, presence: { is: 'required', example }, always: true, about };
}

export function defaulted<T>(kind: Kind<T>, value: NoInfer<T>, about: string): Setting<T, true> {
  return { kind, presence: { is: 'defaulted', value }, always: true, about };
}

export function optional<T>(
  kind: Kind<T>,
  absent: string,
  example: NoInfer<T>,
  about: string,
): Setting<T, false> {
  return { kind, presence: { is: 'optional', absent, example }, always: false, about };
}

export function derived<T>(
  kind: Kind<T>,
  from: (siblings: Siblings) => NoInfer<T>,
  words: string,
  about: string,
): Setting<T, true> {
  return { kind, presence: { is: 'derived', from, words }, always: true, about };
}

/** One value of a key, with the keys that exist only beside it. */
export interface SettingChoice {
  readonly about: string;
  readonly keys: Keys;
  /** How it is connected and tried, where it is a device. */
  readonly guides?: readonly Guide[];
}

/** Keys that exist only beside one value of another key, such as `baud` beside `transport = "serial"`. */
export interface Variants {
  readonly key: string;
  readonly about: string;
  /** Undefined: the choice must be made in the file. */
  readonly default: string | undefined;
  readonly choices: Readonly<Record<string, SettingChoice>>;
}

/**
 * - `always`: its keys hold whether or not the table stands in the file.
 * - `on`, `off`: has a key `enabled`, true where the table stands in the file, else as its default says.
 * - `many`: `[[name]]`, any number of times up to `max`.
 */
export type Use = 'always' | 'on' | 'off' | 'many';

export interface Table<K extends Keys, V extends readonly Variants[], U extends Use> {
  readonly use: U;
  readonly about: string;
  readonly keys: K;
  readonly by: V;
  readonly max: number;
  readonly guides?: readonly Guide[];
}

export type AnyTable = Table<Keys, readonly Variants[], Use>;
/** By their names. `a.b` stands within the table `a`, which comes before it. */
export type Tables = Readonly<Record<string, AnyTable>>;

export function table<const K extends Keys, const V extends readonly Variants[]>(
  about: string,
  keys: K,
  ...by: V
): Table<K, V, 'always'> {
  return { use: 'always', about, keys, by, max: 1 };
}

export function switched<
  const K extends Keys,
  const U extends 'on' | 'off',
  const V extends readonly Variants[],
>(use: U, about: string, keys: K, ...by: V): Table<K, V, U> {
  return { use, about, keys, by, max: 1 };
}

export function many<const K extends Keys>(
  max: number,
  about: string,
  keys: K,
): Table<K, readonly [], 'many'> {
  return { use: 'many', about, keys, by: [], max };
}

/** Keys that are each sound and do not go together (or, as a `note`, do and are worth a note). */
export interface Contradiction {
  /** Every key that the rule looked at, `table.key`, the one to change first. */
  readonly keys: readonly [string, ...string[]];
  readonly found: string;
  readonly allowed: string;
  readonly note?: boolean;
}

/** What a rule finds; false for nothing. */
export type Rule<C> = (config: C) => Contradiction | false | readonly (Contradiction | false)[];

/** What a file may hold. */
export interface Layout {
  /** Where the file is on an installed machine. */
  readonly file: string;
  readonly about: string;
  readonly tables: Tables;
}

/** A layout with its rules; `C` is the type of what a sound file gives. */
export interface Schema<C> extends Layout {
  readonly rules: readonly Rule<C>[];
}

export function defineSchema<T extends Tables>(
  file: string,
  about: string,
  tables: T,
  rules: readonly Rule<ConfigOf<T>>[],
): Schema<ConfigOf<T>> {
  return { file, about, tables, rules };
}

/** Every name that may stand in a table, those of all its variants included. */
export function tableKeys(table: AnyTable): readonly string[] {
  const names = table.use === 'on' || table.use === 'off' ? ['enabled'] : [];
  names.push(...table.by.map(({ key }) => key), ...Object.keys(table.keys));
  for (const { choices } of table.by)
    for (const { keys } of Object.values(choices)) names.push(...Object.keys(keys));
  return [...new Set(names)];
}

/** `qr_life_seconds` in the file is `qrLifeSeconds` in the code, and the table `terminal.contact` is `terminalContact`. */
export type Camel<S> = S extends `${infer A}${'_' | '.'}${infer B}`
  ? `${A}${Capitalize<Camel<B> & string>}`
  : S;

export function camel(key: string): string {
  return key.replace(/[_.]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

type Simplify<T> = { readonly [P in keyof T]: T[P] } & {};
type ValueOf<F> = F extends Setting<infer T, boolean> ? T : never;
/** The values of some keys, by their names in the code. */
export type ValuesOf<K extends Keys> = {
  readonly [P in keyof K as K[P]['always'] extends true ? Camel<P> & string : never]: ValueOf<K[P]>;
} & {
  readonly [P in keyof K as K[P]['always'] extends true ? never : Camel<P> & string]?: ValueOf<K[P]>;
};
type ChoicesOf<V> = V extends readonly [infer First, ...infer Rest]
  ? ChoiceOf<First> & ChoicesOf<Rest>
  : unknown;
type ChoiceOf<V> = V extends Variants
  ? {
      [C in keyof V['choices']]: { readonly [P in V['key'] as Camel<P> & string]: C } & ValuesOf<
        V['choices'][C]['keys']
      >;
    }[keyof V['choices']]
  : unknown;
type Spread<Base, Choice> = Choice extends unknown ? Simplify<Base & Choice> : never;
type BodyOf<K extends Keys, V> = Spread<ValuesOf<K>, ChoicesOf<V>>;

/** The value of one table. A switched table that is off carries nothing but that. */
export type TableOf<T> =
  T extends Table<infer K, infer V, infer U>
    ? U extends 'many'
      ? readonly BodyOf<K, V>[]
      : U extends 'always'
        ? BodyOf<K, V>
        : { readonly enabled: false } | Spread<{ readonly enabled: true }, BodyOf<K, V>>
    : never;

/** The values of a table that is in use. */
export type SettingsOf<T> = Exclude<TableOf<T>, { readonly enabled: false }>;

/** The typed configuration that a set of tables describes: the only definition of it. */
export type ConfigOf<T extends Tables> = {
  readonly [P in keyof T as Camel<P> & string]: TableOf<T[P]>;
};
