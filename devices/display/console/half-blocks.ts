import type { Fault } from '../../../src/base/fault.js';
import { ok, type Result } from '../../../src/base/result.js';
import { encodeQrMatrix, type QrMatrix, QUIET_ZONE } from '../../kit/qr-matrix.js';

/** Black on white, whatever colours the terminal has; where bright white is not known, the plain one before it holds. */
export const BLACK_ON_WHITE = '\x1b[30;47;107m';
export const NORMAL = '\x1b[0m';

/** Neither, upper, lower, both modules dark. */
const BLOCKS = [' ', '▀', '▄', '█'] as const;

/**
 * A code as lines of characters, each two modules high: one column a module, error correction L, because rows are what a
 * terminal has fewest of. The quiet zone of four is part of it.
 * @returns FAULT.qrNotPayment when the payload is none
 */
export function halfBlocks(payload: string): Result<readonly string[], Fault> {
  const encoded = encodeQrMatrix(payload, 'low');
  if (!encoded.ok) return encoded;
  const { size } = encoded.value;
  const lines: string[] = [];
  for (let row = -QUIET_ZONE; row < size + QUIET_ZONE; row += 2) {
    let line = '';
    for (let column = -QUIET_ZONE; column < size + QUIET_ZONE; column += 1) {
      const upper = dark(encoded.value, row, column);
      const lower = dark(encoded.value, row + 1, column);
      line += BLOCKS[(upper ? 1 : 0) + (lower ? 2 : 0)];
    }
    lines.push(line);
  }
  return ok(lines);
}

function dark({ size, modules }: QrMatrix, row: number, column: number): boolean {
  if (row < 0 || column < 0 || row >= size || column >= size) return false;
  return modules[row * size + column] === 1;
}
