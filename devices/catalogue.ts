import { CONSOLE } from './display/console/device.js';
import { FRAMEBUFFER } from './display/framebuffer/device.js';
import { PAGE } from './display/kiosk/device.js';
import { POLE } from './display/pole/device.js';
import { KEYPAD } from './keypad/device.js';
import { PRINTER } from './printer/device.js';
import { API } from './register/api/device.js';
import { REGISTER } from './register/protocols.js';
import { SPEAKER } from './speaker/device.js';
import { VENDING } from './vending/protocols.js';

/**
 * What this terminal can be connected to, by the tables of terminal.toml, in the order in which they are explained: each
 * has its table and its opening. No driver is loaded before it is opened, and opening one opens no line.
 */
export const DEVICES = {
  keypad: KEYPAD,
  register: REGISTER,
  api: API,
  vending: VENDING,
  printer: PRINTER,
  page: PAGE,
  framebuffer: FRAMEBUFFER,
  pole: POLE,
  console: CONSOLE,
  speaker: SPEAKER,
};

type Tables<D extends Readonly<Record<string, { readonly table: unknown }>>> = {
  readonly [Name in keyof D]: D[Name]['table'];
};

export function deviceTables(): Tables<typeof DEVICES> {
  const entries = Object.entries(DEVICES).map(([name, { table }]) => [name, table]);
  // The names of the very object that the type is made from.
  return Object.fromEntries(entries) as Tables<typeof DEVICES>;
}

export function deviceNames(): (keyof typeof DEVICES)[] {
  return Object.keys(DEVICES) as (keyof typeof DEVICES)[];
}
