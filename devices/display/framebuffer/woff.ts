import { inflateSync } from 'node:zlib';

/** The tables of a font by their four-letter tags. */
export type FontTables = ReadonlyMap<string, DataView>;

const HEADER = 44;
const ENTRY = 20;
const SIGNATURE = 0x774f4646;

/**
 * Unpacks a font file of the Web Open Font Format 1.0 (W3C, sections 3 to 5): a directory, and tables that are each
 * deflated where that made them shorter.
 * @throws Error for anything else, and for a file that was cut off.
 */
export function readWoff(file: Uint8Array): FontTables {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER || view.getUint32(0) !== SIGNATURE) throw new Error('not a WOFF 1.0 file');
  if (view.getUint32(8) !== file.length) throw new Error('a WOFF file that was cut off');
  const tables = new Map<string, DataView>();
  const count = view.getUint16(12);
  for (let i = 0; i < count; i += 1) {
    const at = HEADER + i * ENTRY;
    const tag = String.fromCharCode(...file.subarray(at, at + 4));
    const offset = view.getUint32(at + 4);
    const packed = file.subarray(offset, offset + view.getUint32(at + 8));
    const length = view.getUint32(at + 12);
    const table = packed.length < length ? inflateSync(packed) : packed;
    if (table.length !== length) throw new Error(`table ${tag} has ${table.length} bytes, not ${length}`);
    tables.set(tag, new DataView(table.buffer, table.byteOffset, table.byteLength));
  }
  return tables;
}
