import type { VendingMachine } from '../../src/port/vending.js';
import { DEVICE } from '../../src/settings/fields.js';
import { integer, seconds } from '../../src/settings/kinds.js';
import { defaulted, type Keys, required, type ValuesOf } from '../../src/settings/schema.js';
import type { Protocol } from '../kit/protocol.js';

/** The journal knows the machine by this name: a new cable, port or protocol must not make it a stranger. */
export const VENDING_NAME = 'vending';

/** Settings of every machine. */
export const VENDING_SETTINGS = {
  patience_seconds: defaulted(
    seconds(10, 600),
    60,
    'How long the machine waits for the payment before it gives up by itself, where it does not say so. The QR is closed before that.',
  ),
  vend_seconds: defaulted(
    seconds(5, 300),
    60,
    "How long to wait for the machine's report on the goods after the machine was told that it is paid. After that nobody knows: the sale is owed.",
  ),
  slot_failures: defaulted(
    integer(1, 20),
    3,
    'A slot that failed so many times in a row sells nothing more until a technician clears it (gopay-pos slots).',
  ),
};

export const LINE = required(DEVICE, '/dev/serial/by-id/usb-Qibixx_MDB-USB-if00', 'The serial line.');

export const SPEED = 'Speed, 8 data bits, no parity, 1 stop bit.';

export function vendingProtocol<const Id extends string, const K extends Keys>(
  protocol: Protocol<Id, K, ValuesOf<typeof VENDING_SETTINGS>, VendingMachine>,
): Protocol<Id, K, ValuesOf<typeof VENDING_SETTINGS>, VendingMachine> {
  return protocol;
}
