const DIGITS = '0123456789abcdef';

/** Lower-case hex without separators, as frames are written in the journal, logs and tests. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  }
  return text;
}

/** The reverse of {@link hex}; spaces allowed. Undefined when `text` is not pairs of hex digits. */
export function fromHex(text: string): Uint8Array | undefined {
  const compact = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  if (compact.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(compact)) return undefined;
  const bytes = new Uint8Array(compact.length / 2);
  for (let i = 0; i < bytes.length; i += 1)
    bytes[i] = (digit(compact.charCodeAt(2 * i)) << 4) | digit(compact.charCodeAt(2 * i + 1));
  return bytes;
}

/** What a hex digit of ASCII stands for: bit 6 tells letters from figures, in either case. */
function digit(code: number): number {
  return (code & 15) + (code & 64 ? 9 : 0);
}

/** One byte as two upper-case hex digits, as specifications write it. */
export function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** One character a byte: every byte survives. */
export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Control and non-ASCII characters as `?`, so that what came on a line cannot put lines of its own into the log. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/** XOR of all bytes: the LRC of the register frames. */
export function xor(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

/** CRC-16/CCITT-FALSE (poly 0x1021, init 0xFFFF): tag 63 of an EMV QR payload. `"123456789"` gives 0x29B1. */
export function crc16ccitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let i = 0; i < bytes.length; i += 1) crc = crcStep(crc, bytes[i] ?? 0);
  return crc;
}

/** {@link crc16ccitt} of a text in ASCII. */
export function crc16ccittOf(text: string): number {
  let crc = 0xffff;
  for (let i = 0; i < text.length; i += 1) crc = crcStep(crc, text.charCodeAt(i));
  return crc;
}

function crcStep(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0);
}

/** The remainder of each byte. */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});
