import type { Register } from '../../src/port/register.js';
import type { Bilingual } from '../../src/settings/guide.js';
import { choice, integer, seconds, text } from '../../src/settings/kinds.js';
import { defaulted, type Keys, type Siblings, type ValuesOf } from '../../src/settings/schema.js';
import type { LinePlace } from '../kit/open-line.js';
import type { Protocol } from '../kit/protocol.js';

/** The journal knows the register by this name: a new cable, port or protocol must not make it a stranger. */
export const REGISTER_NAME = 'register';

/** How registers are usually set, whatever they speak. */
export const REGISTER_BAUD = 9_600;

/** Minutes from UTC to the clocks of western, central and eastern Indonesia. */
export const ZONE_MINUTES = { WIB: 7 * 60, WITA: 8 * 60, WIT: 9 * 60 } as const;

/** Settings of every register. */
export const REGISTER_SETTINGS = {
  acknowledge: defaulted(
    choice('required', 'assumed'),
    'required',
    'Whether an answer counts as delivered only after the ACK of the register, or (for registers that send none) when it went out on a line that held.',
  ),
  resends: defaulted(integer(0, 5), 2, 'How many times an answer without ACK is sent again.'),
  zone: defaulted(
    choice('WIB', 'WITA', 'WIT'),
    'WIB',
    'Time zone of the date and time in the answers: western, central or eastern Indonesia.',
  ),
};

export const ACK_WAIT = defaulted(
  seconds(1, 30),
  3,
  'How long to wait for the ACK before the answer is sent again.',
);

/** How a register's serial line is wired, and after it what else there is to say. */
export function cabled(stopBits: 1 | 2, more: Bilingual): Bilingual {
  return {
    id: `Serial: RS232, 8 bit data, tanpa paritas, ${stopBits} stop bit, tanpa flow control.
Kabel null-modem DB9: pin 2 ke pin 3, pin 3 ke pin 2, pin 5 ke pin 5. Pin lain tidak perlu.
Adaptor USB-serial: pakai nama di /dev/serial/by-id, bukan /dev/ttyUSB0.
Adaptor dengan DIP switch: pilih RS232 (bukan RS485 atau TTL) dan mode DTE/null-modem sesuai kabel.
${more.id}`,
    en: `Serial: RS232, 8 data bits, no parity, ${stopBits} stop bit${stopBits === 1 ? '' : 's'}, no flow control.
Null-modem cable, DB9: pin 2 to pin 3, pin 3 to pin 2, pin 5 to pin 5. No other pin is needed.
USB-serial adapter: use its name below /dev/serial/by-id, not /dev/ttyUSB0.
Adapters with DIP switches: choose RS232 (not RS485 or TTL), and DTE/null-modem to match the cable.
${more.en}`,
  };
}

/** What some protocols say of the terminal in their answers. */
export const ANSWER_IDS = {
  merchant_id: defaulted(
    text('at most 15 of A-Z 0-9', /^[A-Z0-9]{0,15}$/),
    '',
    'Merchant id in the answers.',
  ),
  terminal_id: defaulted(
    text('at most 8 of A-Z 0-9', /^[A-Z0-9]{0,8}$/),
    '',
    'Terminal id in the answers; ZVT knows digits only.',
  ),
};

type Common = ValuesOf<typeof REGISTER_SETTINGS> & LinePlace;

export interface RegisterProtocol<Id extends string, K extends Keys>
  extends Protocol<Id, K, Common, Register> {
  readonly stopBits: 1 | 2;
  readonly tcpPort: {
    /** The port that registers of this kind are usually told to dial. */
    usual(siblings: Siblings): number;
    /** The same in words. */
    readonly words: string;
  };
}

export function registerProtocol<const Id extends string, const K extends Keys>(
  protocol: RegisterProtocol<Id, K>,
): RegisterProtocol<Id, K> {
  return protocol;
}
