import type { Words } from '../../base/screen.js';
import { CONFIGURATION_FAULTS } from './configuration.js';
import { FLEET_FAULTS } from './fleet.js';
import { GATEWAY_FAULTS } from './gateway.js';
import { HOST_FAULTS } from './host.js';
import { JOURNAL_FAULTS } from './journal.js';
import { KEYPAD_FAULTS } from './keypad.js';
import { OPENING_FAULTS } from './opening.js';
import { OPERATOR_FAULTS } from './operator.js';
import { PRINTER_FAULTS } from './printer.js';
import { PRODUCT_FAULTS } from './products.js';
import { QR_FAULTS } from './qr.js';
import { REGISTER_FAULTS } from './register.js';
import { RELAY_FAULTS } from './relay.js';
import type { FaultBlock, FaultRow } from './row.js';
import { SCREEN_FAULTS } from './screen.js';
import { SPEAKER_FAULTS } from './speaker.js';
import { VENDING_FAULTS } from './vending.js';

const TABLE = {
  ...KEYPAD_FAULTS,
  ...PRODUCT_FAULTS,
  ...REGISTER_FAULTS,
  ...VENDING_FAULTS,
  ...PRINTER_FAULTS,
  ...OPERATOR_FAULTS,
  ...QR_FAULTS,
  ...SCREEN_FAULTS,
  ...SPEAKER_FAULTS,
  ...FLEET_FAULTS,
  ...GATEWAY_FAULTS,
  ...RELAY_FAULTS,
  ...FLEET_FAULTS,
  ...JOURNAL_FAULTS,
  ...OPENING_FAULTS,
  ...HOST_FAULTS,
  ...CONFIGURATION_FAULTS,
};

type Numbers = { readonly [Name in keyof typeof TABLE]: (typeof TABLE)[Name]['number'] };

/** The number of each fault by its name. No number stands anywhere else in the product. */
export const FAULT = Object.fromEntries(
  Object.entries(TABLE).map(([name, { number }]) => [name, number]),
) as Numbers;

/** All of them, by name. */
export const FAULTS: FaultBlock = TABLE;

const BY_NUMBER: ReadonlyMap<number, FaultRow> = new Map(
  Object.values(FAULTS).map((row) => [row.number, row]),
);

/** For a number that is not in the table: of a newer version, or of a register's own. */
const UNKNOWN: Omit<FaultRow, 'number'> = {
  says: { id: 'Gangguan. Hubungi petugas.', en: 'Out of order. Please ask the staff.' },
  cause: { id: 'Nomor ini tidak dikenal.', en: 'This number is not known.' },
  remedy: {
    id: 'Baca log terminal di sekitar waktu ini.',
    en: 'Read the log of the terminal around this time.',
  },
};

/** What there is to say about a fault number. */
export function faultOf(code: number): Omit<FaultRow, 'number'> {
  return BY_NUMBER.get(code) ?? UNKNOWN;
}

/** The sentence for a customer or cashier. */
export function faultText(code: number): Words {
  return faultOf(code).says;
}

/** Whether the number is one of this block. */
export function isOf(block: FaultBlock, code: number): boolean {
  return Object.values(block).some(({ number }) => number === code);
}
