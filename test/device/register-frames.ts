import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex } from '../../src/base/bytes.js';

/** A frame of fixtures/register: hex, after lines with `#` that say where it comes from. */
export function recorded(name: string): Uint8Array {
  const path = fileURLToPath(new URL(`./fixtures/register/${name}.hex`, import.meta.url));
  const bytes = fromHex(readFileSync(path, 'utf8').replace(/^#.*$/gm, ''));
  if (bytes === undefined) throw new Error(`${name}.hex is not hex`);
  return bytes;
}

export const NAMES = {
  questions: [
    'question-sale-612353',
    'question-sale-15000',
    'question-qris-15000',
    'question-inquiry',
    'question-echo',
  ],
  answers: ['answer-qris-15000-paid', 'answer-inquiry-captured'],
} as const;

/** A question with some fields changed and its checksum put right, without the help of the code under test. */
export function question(base: Uint8Array, changes: Readonly<Record<number, string>>): Uint8Array {
  const frame = Uint8Array.from(base);
  for (const [offset, text] of Object.entries(changes))
    frame.set(Buffer.from(text, 'latin1'), 3 + Number(offset));
  let sum = 0;
  for (let i = 1; i < frame.length - 1; i += 1) sum ^= frame[i] ?? 0;
  frame[frame.length - 1] = sum;
  return frame;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The frame with the last bit of its checksum turned. */
export function spoiled(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 0x01;
  return copy;
}
