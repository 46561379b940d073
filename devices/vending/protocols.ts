import type { VendingMachine } from '../../src/port/vending.js';
import { switched } from '../../src/settings/schema.js';
import { device } from '../kit/device.js';
import { choices, find, type Listed } from '../kit/protocol.js';
import { FAFB } from './fafb/protocol.js';
import { MDB_QIBIXX } from './mdb-qibixx/protocol.js';
import { PULSE } from './pulse/protocol.js';
import { VENDING_SETTINGS } from './settings.js';
import { VENDOTEK, VENDOTEK_SERIAL } from './vendotek/protocol.js';

/** What vending machines speak. From this list come the choices in terminal.toml, the opening, sniff and every page. */
export const VENDING_PROTOCOLS = [MDB_QIBIXX, VENDOTEK, VENDOTEK_SERIAL, FAFB, PULSE] as const;

const TABLE = switched('off', 'A vending machine, or any machine that takes coin pulses.', VENDING_SETTINGS, {
  key: 'protocol',
  about: 'What it speaks.',
  default: undefined,
  choices: choices(VENDING_PROTOCOLS),
});

export const VENDING = device(TABLE, [], async (settings, tools) => {
  const protocol: Listed<VendingMachine> = find(VENDING_PROTOCOLS, settings.protocol);
  return protocol.open(settings, { ...tools, log: tools.log.child('vending') });
});
