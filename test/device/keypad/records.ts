/** Bytes of input records, made by the tests from the kernel's header: time, type, code, value, little-endian. */
export function record(size: 16 | 24, type: number, code: number, value: number, atMs = 0): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const seconds = Math.floor(atMs / 1_000);
  const micros = Math.round((atMs % 1_000) * 1_000);
  if (size === 24) {
    view.setBigUint64(0, BigInt(seconds), true);
    view.setBigUint64(8, BigInt(micros), true);
  } else {
    view.setUint32(0, seconds, true);
    view.setUint32(4, micros, true);
  }
  view.setUint16(size - 8, type, true);
  view.setUint16(size - 6, code, true);
  view.setInt32(size - 4, value, true);
  return bytes;
}

/** Key down or up or repeated, and the SYN_REPORT that ends the packet. */
export function change(size: 16 | 24, code: number, value: number, atMs = 0): Uint8Array {
  // MSC_SCAN, as USB keyboards send it before each key.
  const scan = record(size, 4, 4, 0x70059, atMs);
  return Uint8Array.from([...scan, ...record(size, 1, code, value, atMs), ...record(size, 0, 0, 0, atMs)]);
}

export function press(size: 16 | 24, ...codes: readonly number[]): Uint8Array {
  return Uint8Array.from(codes.flatMap((code) => [...change(size, code, 1), ...change(size, code, 0)]));
}
