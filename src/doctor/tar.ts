import { assert } from '../base/assert.js';

/** A file of an archive. */
export interface TarEntry {
  /** At most 100 characters of ASCII, with slashes. */
  readonly name: string;
  readonly text: string;
}

const BLOCK = 512;

/** POSIX.1-1988 "ustar", which every tar reads: header, bytes, zeros up to whole blocks; two blocks of zeros at the end. */
export function tarOf(entries: readonly TarEntry[], wallMs: number): Buffer {
  const parts = entries.flatMap(({ name, text }) => {
    const bytes = Buffer.from(text, 'utf8');
    const rest = (BLOCK - (bytes.length % BLOCK)) % BLOCK;
    return [headerOf(name, bytes.length, wallMs), bytes, Buffer.alloc(rest)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(name: string, size: number, wallMs: number): Buffer {
  assert(/^[\x21-\x7e]{1,100}$/.test(name), `a name for an archive: ${name}`);
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): void => void header.write(text, at, 'latin1');
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  put(name, 0);
  put(octal(0o600, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(Math.floor(wallMs / 1000), 11), 136);
  // The sum is made with blanks in its own place.
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\0' + '00', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
