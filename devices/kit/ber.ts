/** The length of a BER-TLV field that stands at `at`: where its value begins, and how long it is; undefined while cut. */
export function berLength(
  bytes: Uint8Array,
  at: number,
): readonly [from: number, length: number] | undefined {
  const [first, high, low] = bytes.subarray(at, at + 3);
  if (first === undefined) return undefined;
  if (first < 0x80) return [at + 1, first];
  if (first === 0x81 && high !== undefined) return [at + 2, high];
  if (first === 0x82 && high !== undefined && low !== undefined) return [at + 3, 256 * high + low];
  return undefined;
}

/** A length of up to 65,535 as BER-TLV writes it, in one to three bytes. */
export function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
