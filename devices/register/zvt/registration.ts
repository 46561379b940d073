import { hex } from '../../../src/base/bytes.js';
import { COMMAND } from './apdu.js';
import { type ApduField, readTlv, valueAt } from './fields.js';

/** What a register wants of us, as it told us in its registration. */
export interface Registration {
  readonly config: number;
  /** The list of its permitted commands (tag 26) has the text block. */
  readonly textBlocks: boolean;
  /** It prints QR codes that stand in text blocks (tag 1F04). */
  readonly printsQr: boolean;
  /** It knows TLV containers, since it sent one. */
  readonly containers: boolean;
  /** Bytes of the longest APDU that it takes (tag 1A). */
  readonly longestApdu?: number;
}

/** After a log-off, and before the first registration: it prints by lines, and wants no intermediate status. */
export const LOGGED_OFF: Registration = {
  config: 0x86,
  textBlocks: false,
  printsQr: false,
  containers: false,
};

const CONFIG = {
  printsPayments: 0x02,
  printsAdministration: 0x04,
  wantsStatus: 0x08,
  byLines: 0x80,
} as const;

const TAG = { permitted: 0x26, longestApdu: 0x1a, receipt: 0x1f04 } as const;

export interface RegistrationRequest {
  readonly registration: Registration;
  /** Four digits as they came, hexadecimal where they are none; absent where the register sent no currency. */
  readonly currency?: string;
}

/** The data of 06 00: password (3), config byte, then perhaps currency (2), `03` service byte, `06` container. */
export function readRegistration(data: Uint8Array): RegistrationRequest | string {
  const config = data[3];
  if (config === undefined) return 'a registration without a config byte';
  const tail = data.subarray(4);
  const bare = containerOf(tail);
  // A register that leaves the currency out and goes on with its container has broken the order, and is understood.
  const hasCurrency = tail.length >= 2 && bare === undefined;
  const tags = bare ?? containerOf(hasCurrency ? tail.subarray(2) : tail) ?? [];
  const value = (tag: number): Uint8Array | undefined => valueAt(tags, tag);
  const longest = value(TAG.longestApdu);
  const registration: Registration = {
    config,
    containers: tags.length > 0,
    textBlocks: permits(value(TAG.permitted), COMMAND.printTextBlock),
    printsQr: ((value(TAG.receipt)?.[1] ?? 0) & 0x80) !== 0,
    ...(longest?.length === 2 ? { longestApdu: 256 * (longest[0] ?? 0) + (longest[1] ?? 0) } : {}),
  };
  return hasCurrency ? { registration, currency: hex(tail.subarray(0, 2)) } : { registration };
}

export function wantsStatus({ config }: Registration): boolean {
  return (config & CONFIG.wantsStatus) !== 0;
}

/** How this register wants the receipt of a payment, or of an end of day. `none`: we print, or it prints by itself. */
export function receiptsAs(
  { config, textBlocks }: Registration,
  kind: 'payment' | 'administration',
): 'none' | 'lines' | 'blocks' {
  const asked = config & (kind === 'payment' ? CONFIG.printsPayments : CONFIG.printsAdministration);
  if (asked === 0 || (config & CONFIG.byLines) === 0) return 'none';
  return textBlocks ? 'blocks' : 'lines';
}

function containerOf(tail: Uint8Array): readonly ApduField[] | undefined {
  const rest = tail[0] === 0x03 ? tail.subarray(2) : tail;
  const [container, ...more] = readTlv(rest) ?? [];
  if (container === undefined || more.length > 0 || container.tag !== 0x06) return undefined;
  return readTlv(container.value);
}

/** The list is `0A` and a command of two bytes, again and again. */
function permits(list: Uint8Array | undefined, command: number): boolean {
  const listed = (list && readTlv(list)) ?? [];
  const wanted = command.toString(16).padStart(4, '0');
  return listed.some(({ value }) => hex(value).match(/.{4}/g)?.includes(wanted));
}
