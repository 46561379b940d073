import { latin1, printable } from '../../../src/base/bytes.js';
import { berLength, lengthBytes } from '../../kit/ber.js';

/** The fields that we know. All values are ASCII. */
export const TAG = {
  name: 0x01,
  operation: 0x03,
  amount: 0x04,
  /** Seconds between two keepalives of the machine. */
  keepalive: 0x05,
  /** Seconds that the machine waits for the answer to a request. */
  patience: 0x06,
  event: 0x07,
  eventNumber: 0x08,
  productId: 0x09,
  /** A text that the machine would have us show as a QR code, and how long. */
  qr: 0x0a,
  productName: 0x0f,
  qrMs: 0x14,
} as const;

/** A message of the machine. Values are text, one character a byte; a field that comes twice counts once, the first. */
export interface VtkMessage {
  /** Three capital letters. */
  readonly name: string;
  readonly values: ReadonlyMap<number, string>;
}

/** Undefined when the bytes are no message: not fields, or without a name in front. */
export function readVtkMessage(body: Uint8Array): VtkMessage | undefined {
  if (body[0] !== TAG.name) return undefined;
  const values = new Map<number, string>();
  // BER-TLV with tags of one byte, which is all that the protocol uses.
  for (let at = 0; at < body.length; ) {
    const tag = body[at] ?? 0;
    const [from, length] = berLength(body, at + 1) ?? [body.length, 1];
    if (tag === 0 || tag > 0x7f || from + length > body.length) return undefined;
    if (!values.has(tag)) values.set(tag, latin1(body.subarray(from, from + length)));
    at = from + length;
  }
  const name = values.get(TAG.name) ?? '';
  return /^[A-Z]{3}$/.test(name) ? { name, values } : undefined;
}

/** In the order given; a field without a value is left out. */
export function writeMessage(
  name: string,
  values: readonly (readonly [number, string | undefined])[],
): Uint8Array {
  const fields = [[TAG.name, name] as const, ...values].map(([tag, value]) =>
    value === undefined ? [] : [tag, ...lengthBytes(value.length), ...Buffer.from(value, 'latin1')],
  );
  return Uint8Array.from(fields.flat());
}

/** A whole number of at most 15 digits, or undefined. */
export function numberIn(message: VtkMessage, tag: number): number | undefined {
  const text = message.values.get(tag);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const LABELS: Readonly<Record<number, string>> = {
  [TAG.operation]: 'operation',
  [TAG.amount]: 'amount',
  [TAG.keepalive]: 'keepalive s',
  [TAG.patience]: 'time-out s',
  [TAG.event]: 'event',
  [TAG.eventNumber]: 'event no.',
  [TAG.productId]: 'product',
  [TAG.productName]: 'name',
  [TAG.qr]: 'QR text',
  [TAG.qrMs]: 'QR ms',
};

/** `VRP operation 6, product 7, name KOPI, amount 1500000`. Long values are cut, unknown tags are in hex. */
export function describeMessage(body: Uint8Array): string {
  const message = readVtkMessage(body);
  if (message === undefined) return 'no message';
  const parts = [...message.values].flatMap(([tag, value]) => {
    if (tag === TAG.name) return [];
    const label = LABELS[tag] ?? `tag ${tag.toString(16).padStart(2, '0')}`;
    return [`${label} ${clipped(value)}`];
  });
  return parts.length === 0 ? message.name : `${message.name} ${parts.join(', ')}`;
}

function clipped(text: string): string {
  const clean = printable(text);
  return clean.length > 40 ? `${clean.slice(0, 40)}...` : clean;
}
