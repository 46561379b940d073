import { crc32, deflateSync } from 'node:zlib';
import type { Fault } from '../../../src/base/fault.js';
import { ok, type Result } from '../../../src/base/result.js';
import { encodeQrMatrix, type QrMatrix, QUIET_ZONE } from '../../kit/qr-matrix.js';

/** Dots a module: a phone reads it from a screen at arm's length, and a browser makes it larger without a blur. */
const SCALE = 8;

/** The QR as a file, black on white with its quiet zone. */
export function qrFile(payload: string, as: 'png' | 'svg'): Result<Uint8Array, Fault> {
  const encoded = encodeQrMatrix(payload, 'medium');
  if (!encoded.ok) return encoded;
  return ok(as === 'svg' ? svg(encoded.value) : png(encoded.value));
}

function svg({ size, modules }: QrMatrix): Uint8Array {
  const side = size + 2 * QUIET_ZONE;
  let path = '';
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1)
      if (modules[y * size + x] === 1) path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`;
  const shape = `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side * SCALE}" height="${side * SCALE}" shape-rendering="crispEdges">${shape}</svg>\n`,
  );
}

/** One bit a dot (PNG, third edition, sections 9 to 11). */
function png({ size, modules }: QrMatrix): Uint8Array {
  const side = (size + 2 * QUIET_ZONE) * SCALE;
  const stride = 1 + Math.ceil(side / 8);
  const rows = Buffer.alloc(stride * side, 0xff);
  for (let y = 0; y < side; y += 1) {
    // Filter: none.
    rows[y * stride] = 0;
    const row = Math.floor(y / SCALE) - QUIET_ZONE;
    for (let column = 0; column < size; column += 1)
      if (row >= 0 && row < size && modules[row * size + column] === 1)
        // A module is a whole byte wide.
        rows[y * stride + 1 + column + QUIET_ZONE] = 0;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 1;
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
