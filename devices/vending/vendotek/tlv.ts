/** One field of a message. */
export interface TlvField {
  readonly tag: number;
  readonly value: Uint8Array;
}

/**
 * BER-TLV with one-byte tags and lengths of one to three bytes, which is all that the protocol uses.
 * @returns undefined when the bytes are not wholly made of such fields.
 */
export function readTlvFields(bytes: Uint8Array): readonly TlvField[] | undefined {
  const fields: TlvField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const length = readLength(bytes, at + 1);
    if (tag === 0 || tag > 0x7f || length === undefined) return undefined;
    const end = length.from + length.count;
    if (end > bytes.length) return undefined;
    fields.push({ tag, value: bytes.subarray(length.from, end) });
    at = end;
  }
  return fields;
}

export function writeFields(fields: readonly TlvField[]): Uint8Array {
  const bytes: number[] = [];
  for (const { tag, value } of fields) bytes.push(tag, ...writeLength(value.length), ...value);
  return Uint8Array.from(bytes);
}

function readLength(
  bytes: Uint8Array,
  at: number,
): { readonly from: number; readonly count: number } | undefined {
  const [first, second, third] = bytes.subarray(at, at + 3);
  if (first === undefined) return undefined;
  if (first < 0x80) return { from: at + 1, count: first };
  if (first === 0x81 && second !== undefined) return { from: at + 2, count: second };
  if (first === 0x82 && second !== undefined && third !== undefined)
    return { from: at + 3, count: second * 256 + third };
  return undefined;
}

function writeLength(count: number): readonly number[] {
  if (count < 0x80) return [count];
  return count < 0x100 ? [0x81, count] : [0x82, count >> 8, count & 0xff];
}
