/** VTK as a machine speaks it, written from the description of the bytes alone: it shares nothing with the driver. */
export type VtkFields = readonly (readonly [tag: number, text: string])[];

const MACHINE = [0x96, 0xfb];

export function vtk(fields: VtkFields, who: readonly number[] = MACHINE): Uint8Array {
  const body = fields.flatMap(([tag, text]) => {
    const value = [...Buffer.from(text, 'latin1')];
    const { length } = value;
    const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return [tag, ...size, ...value];
  });
  const length = body.length + 2;
  return Uint8Array.of(length >> 8, length & 255, ...who, ...body);
}

/** The same on a serial line. */
export function serial(frame: Uint8Array): Uint8Array {
  const bytes = [0x1f, ...frame];
  const crc = crcByHand(bytes);
  return Uint8Array.of(...bytes, crc >> 8, crc & 255);
}

/** CRC-16/CCITT-FALSE, bit by bit. */
export function crcByHand(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = ((crc >> 15) & 1) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (carry === 1 ? 0x1021 : 0);
    }
  return crc;
}

export const idl = (...more: VtkFields): Uint8Array => vtk([[0x01, 'IDL'], ...more]);

export function vrp(operation: string, product: string, amount: string): Uint8Array {
  return vtk([
    [0x01, 'VRP'],
    [0x03, operation],
    [0x09, product],
    [0x04, amount],
  ]);
}

export function fin(operation: string, product: string, amount: string): Uint8Array {
  return vtk([
    [0x01, 'FIN'],
    [0x03, operation],
    [0x09, product],
    [0x04, amount],
  ]);
}

export function abr(operation: string): Uint8Array {
  return vtk([
    [0x01, 'ABR'],
    [0x03, operation],
  ]);
}

/** Cuts the terminal's messages out of what it sent; keeps the rest of a read for the next. */
export class VtkListener {
  #held: number[] = [];
  readonly #serial: boolean;

  constructor(carrier: 'tcp' | 'serial') {
    this.#serial = carrier === 'serial';
  }

  hear(bytes: Uint8Array): ReadonlyMap<number, string>[] {
    this.#held.push(...bytes);
    const messages: ReadonlyMap<number, string>[] = [];
    for (;;) {
      const message = this.#next();
      if (message === undefined) return messages;
      messages.push(message);
    }
  }

  #next(): ReadonlyMap<number, string> | undefined {
    const lead = this.#serial ? 1 : 0;
    const [high, low] = this.#held.slice(lead, lead + 2);
    if (high === undefined || low === undefined) return undefined;
    const total = lead + 2 + high * 256 + low + 2 * lead;
    if (this.#held.length < total) return undefined;
    const frame = this.#held.splice(0, total);
    if (this.#serial) {
      const crc = crcByHand(frame.slice(0, -2));
      if (frame[0] !== 0x1f || frame.at(-2) !== crc >> 8 || frame.at(-1) !== (crc & 255))
        throw new Error('a serial frame of the terminal that is none');
    }
    const body = frame.slice(lead + 2, total - 2 * lead);
    if (body[0] !== 0x97 || body[1] !== 0xfb) throw new Error('not from a terminal');
    return fieldsOf(body.slice(2));
  }
}

function fieldsOf(body: readonly number[]): ReadonlyMap<number, string> {
  const fields = new Map<number, string>();
  for (let at = 0; at < body.length; ) {
    const [tag = 0, length = 0] = body.slice(at, at + 2);
    if (length > 127) throw new Error('the terminal says nothing so long');
    fields.set(tag, Buffer.from(body.slice(at + 2, at + 2 + length)).toString('latin1'));
    at += 2 + length;
  }
  return fields;
}
