import type { Register } from '../../src/port/register.js';
import { choice, integer, seconds, text } from '../../src/settings/kinds.js';
import { defaulted, type Keys, type Siblings, type ValuesOf } from '../../src/settings/schema.js';
import type { LinePlace } from '../kit/open-line.js';
import type { Protocol } from '../kit/protocol.js';

/** The journal knows the register by this name: a new cable, port or protocol must not make it a stranger. */
export const REGISTER_NAME = 'register';

/** How registers are usually set, whatever they speak. */
export const REGISTER_BAUD = 9_600;

/** Minutes from UTC to the clocks of western, central and eastern Indonesia. */
export const ZONE_MINUTES = { WIB: 420, WITA: 480, WIT: 540 } as const;

/** Settings of every register. */
export const COMMON = {
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

type Common = ValuesOf<typeof COMMON> & LinePlace;

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
