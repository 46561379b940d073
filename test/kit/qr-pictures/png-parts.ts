import { crc32 } from 'node:zlib';

export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/** One part of a PNG with its length and sum (W3C, PNG 3rd edition, 5.3). */
export function part(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** A PNG of packed rows as they are given, right or wrong. */
export function writtenPng(
  header: PngHeader,
  data: Uint8Array,
  ...between: readonly Uint8Array[]
): Uint8Array {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, header.width);
  view.setUint32(4, header.height);
  head.set([header.depth, header.colour, 0, 0, 0], 8);
  const end = part('IEND', new Uint8Array(0));
  return Buffer.concat([Uint8Array.from(SIGNATURE), part('IHDR', head), ...between, part('IDAT', data), end]);
}
