import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex } from '../../../src/base/bytes.js';
import type { ToDecode } from '../../kit/frames/decoder.js';

const FOLDER = fileURLToPath(new URL('../fixtures/register/', import.meta.url));

/** A frame of fixtures/register: hex, after lines with `#` that say where it comes from. */
export function recorded(name: string): Uint8Array {
  const bytes = fromHex(readFileSync(`${FOLDER}${name}.hex`, 'utf8').replace(/^#.*$/gm, ''));
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
  answers: ['answer-qris-15000-paid', 'answer-inquiry-captured', 'answer-sale-captured'],
} as const;

/** Everything of fixtures/register, by its name: `PROFILE-question-...`; without a profile it is of the 150/200 frame. */
export function allRecorded(): (ToDecode & { readonly name: string })[] {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.hex'))
    .map((file) => file.slice(0, -'.hex'.length));
  return names.map((name) => {
    const [, profile, way] = /^(?:(mandiri|bri|cimb)-)?(question|answer)-/.exec(name) ?? [];
    if (way !== 'question' && way !== 'answer') throw new Error(`no way in the name of ${name}.hex`);
    return { name, profile: (profile ?? 'bca') as ToDecode['profile'], way, frame: recorded(name) };
  });
}

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

/** A question without a length: type and sub-type, then data. */
export function bareQuestion(type: string, data = ''): Uint8Array {
  const frame = Buffer.from(`\x02\x01${type}${data}\x03?`, 'latin1');
  frame[frame.length - 1] = frame.subarray(1, -1).reduce((sum, byte) => sum ^ byte, 0);
  return Uint8Array.from(frame);
}

/** A question of 200 bytes: the type, then `text`, then NULs. The checksum covers STX. */
export function longQuestion(type: number, text: string): Uint8Array {
  const frame = Buffer.alloc(205);
  frame.set([0x02, 0x02, 0x00, type]);
  frame.write(text, 4, 'latin1');
  frame[203] = 0x03;
  frame[204] = frame.subarray(0, -1).reduce((sum, byte) => sum ^ byte, 0);
  return Uint8Array.from(frame);
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
