import type { Guide } from '../../src/settings/guide.js';
import type { AnyTable, SettingsOf } from '../../src/settings/schema.js';
import type { Tools } from './tools.js';

/** What a screen shows beside its faces. */
export interface ScreenWords {
  /** Indonesian over English, or one of them alone. */
  readonly language: 'both' | 'id' | 'en';
  /** Stands in for an idle screen without a shop name, and before the first screen. */
  readonly shop: string;
  /** Where the small pictures of products lie, by their names. */
  readonly pictures?: string;
}

/** A device with a table of its own in terminal.toml. Its `device.ts` declares; the driver is loaded when it is opened. */
export interface Device<T extends AnyTable, Port, More = unknown> {
  readonly table: T;
  open(settings: SettingsOf<T>, tools: Tools & More): Promise<Port>;
}

export function device<const T extends AnyTable, Port, More = unknown>(
  table: T,
  guides: readonly Guide[],
  open: (settings: SettingsOf<T>, tools: Tools & More) => Promise<Port>,
): Device<T, Port, More> {
  return { table: { ...table, guides }, open };
}
