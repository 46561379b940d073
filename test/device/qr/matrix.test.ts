import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { encodeQrMatrix, fitQr, MIN_SCALE, QUIET_ZONE, scaleFor } from '../../../devices/kit/qr-matrix.js';
import { BAND_ROWS, drawMatrix, qrBands } from '../../../devices/kit/raster.js';
import { QRIS } from '../printer/rig.js';

const HEADS = [384, 512, 576] as const;
const payloads = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
  minLength: 1,
  maxLength: 512,
});

describe('a QR for a head', () => {
  it('has whole dots a module and room for a quiet zone of four', () => {
    expect(scaleFor(384, 61)).toBe(5);
    expect(scaleFor(576, 61)).toBe(8);
    expect(scaleFor(384, 177)).toBe(2);
    expect(scaleFor(20, 21)).toBe(0);
  });

  it('of usual length is five dots a module on 58 mm, and no wider than asked on 80 mm', () => {
    const narrow = fitQr(QRIS, 384);
    const wide = fitQr(QRIS, 576, 400);
    if (!narrow.ok || !wide.ok) throw new Error('does not fit');
    expect([narrow.value.matrix.size, narrow.value.scale]).toEqual([61, 5]);
    expect([wide.value.scale, wide.value.dots <= 400]).toEqual([6, true]);
  });

  it('keeps four dots a module even where that is wider than asked', () => {
    const fitted = fitQr('A'.repeat(500), 576, 200);
    expect(fitted.ok && fitted.value.scale).toBe(4);
  });

  it('falls to error correction L when M does not fit', () => {
    const payload = 'a'.repeat(300);
    const medium = encodeQrMatrix(payload, 'medium');
    const low = encodeQrMatrix(payload, 'low');
    if (!medium.ok || !low.ok) throw new Error('no matrix');
    const head = MIN_SCALE * (low.value.size + 2 * QUIET_ZONE);
    expect(scaleFor(head, medium.value.size)).toBeLessThan(MIN_SCALE);
    const fitted = fitQr(payload, head);
    expect(fitted.ok && fitted.value.matrix.size).toBe(low.value.size);
  });

  it('that does not fit at all is refused by number', () => {
    expect(fitQr(QRIS, 150)).toMatchObject({ ok: false, error: { kind: 'refused', code: 410 } });
    expect(fitQr('', 384)).toMatchObject({ ok: false, error: { code: 454 } });
    expect(fitQr('0002\n', 384)).toMatchObject({ ok: false, error: { code: 454 } });
    expect(fitQr('A'.repeat(513), 576)).toMatchObject({ ok: false, error: { code: 454 } });
    expect(fitQr('\u00e9'.repeat(257), 576)).toMatchObject({ ok: false, error: { code: 454 } });
  });

  it('fits every head for every payload that a slip may carry', () => {
    fc.assert(
      fc.property(payloads, fc.constantFrom(...HEADS), (payload, head) => {
        const fitted = fitQr(payload, head, 400);
        if (!fitted.ok) throw new Error(fitted.error.detail);
        const { matrix, scale } = fitted.value;
        expect(scale).toBeGreaterThanOrEqual(MIN_SCALE);
        expect((matrix.size + 2 * QUIET_ZONE) * scale).toBeLessThanOrEqual(head);
      }),
      { numRuns: 40 },
    );
  });

  it('in byte mode is never smaller than in the mixed mode', () => {
    const mixed = encodeQrMatrix(QRIS, 'medium');
    const bytes = encodeQrMatrix(QRIS, 'medium', true);
    expect(mixed.ok && bytes.ok && bytes.value.size >= mixed.value.size).toBe(true);
  });
});

describe('a raster', () => {
  const dotAt = (bits: Uint8Array, bytesPerRow: number, x: number, y: number): number =>
    ((bits[y * bytesPerRow + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;

  it('is exact to the module and reads back to the payload', () => {
    const fitted = fitQr(QRIS, 384);
    if (!fitted.ok) throw new Error(fitted.error.detail);
    const { matrix, scale } = fitted.value;
    const left = 21;
    const { bits, bytesPerRow, rows } = drawMatrix(matrix, scale, left);
    const side = rows + 8 * scale;
    const luma = new Uint8Array(side * side).fill(255);
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < bytesPerRow * 8; x += 1) {
        const mx = Math.floor((x - left) / scale);
        const inside = x >= left && mx < matrix.size;
        const expected = inside ? (matrix.modules[Math.floor(y / scale) * matrix.size + mx] ?? 0) : 0;
        expect(dotAt(bits, bytesPerRow, x, y)).toBe(expected);
        if (expected === 1) luma[(y + 4 * scale) * side + (x - left) + 4 * scale] = 0;
      }
    }
    expect(decodeQR({ width: side, height: side, data: luma }, { format: 'I420' })).toBe(QRIS);
  });

  it('is cut into bands of at most 128 rows that make the whole again', () => {
    const fitted = fitQr(QRIS, 576);
    if (!fitted.ok) throw new Error(fitted.error.detail);
    const { matrix, scale } = fitted.value;
    const bands = qrBands(matrix, scale, { widthDots: 576, slowLine: false, centred: true });
    expect(bands.every(({ rows, mode }) => rows <= BAND_ROWS && mode === 0)).toBe(true);
    expect(bands.reduce((sum, { rows }) => sum + rows, 0)).toBe(scale * matrix.size);
    const joined = Uint8Array.from(bands.flatMap(({ bits }) => [...bits]));
    expect(joined).toEqual(drawMatrix(matrix, scale, Math.floor((576 - scale * matrix.size) / 2)).bits);
  });

  it('for a slow line is a quarter of the bytes, doubled by the printer, down to two dots a module', () => {
    const fitted = fitQr(QRIS, 576, 400);
    if (!fitted.ok) throw new Error(fitted.error.detail);
    const size = (slowLine: boolean, scale: number): number =>
      qrBands(fitted.value.matrix, scale, { widthDots: 576, slowLine, centred: false }).reduce(
        (s, b) => s + b.bits.length,
        0,
      );
    expect(size(true, 6) * 3.9).toBeLessThan(size(false, 6));
    expect(size(true, 5)).toBe(size(true, 4));
    expect(size(true, 3)).toBe(size(false, 3));
  });

  it('holds no DLE byte, which a printer would take for a real-time command', () => {
    fc.assert(
      fc.property(payloads, fc.constantFrom(...HEADS), fc.boolean(), (payload, widthDots, slowLine) => {
        const fitted = fitQr(payload, widthDots, 400);
        if (!fitted.ok) throw new Error(fitted.error.detail);
        const { matrix, scale } = fitted.value;
        const bands = qrBands(matrix, scale, { widthDots, slowLine, centred: true });
        const commands = bands.flatMap(({ bits }) =>
          [...bits].filter((byte, i) => byte === 0x10 && [4, 5].includes(bits[i + 1] ?? 0)),
        );
        expect(commands).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
