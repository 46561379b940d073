/**
 * CRC-16/KERMIT (reflected polynomial 0x8408, from 0, nothing inverted): `"123456789"` gives 0x2189. The transport
 * paper calls it XModem; a real XModem sum gives frames that no terminal or register takes.
 */
export function crc16kermit(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}
