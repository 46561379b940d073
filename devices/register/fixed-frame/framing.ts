import { assert } from '../../../src/base/assert.js';
import type { Framing } from './profile.js';

export const STX = 0x02;
export const ETX = 0x03;

/** `head`: it does not begin as a frame of this profile does. `end`: it goes on where it should have ended. */
export type BadFrame = 'checksum' | 'head' | 'end' | 'unfinished';

/** STX, two length bytes, ETX and checksum. */
const SIZED_OVERHEAD = 5;
/** STX, ETX and checksum. */
const BARE_OVERHEAD = 3;
/** Version, type and sub-type, which every frame without a length begins with. */
const BARE_HEAD = 3;
const BARE_VERSION = 0x01;

/** The most bytes that a question can have, from STX to checksum. */
export function longest(framing: Framing): number {
  return framing.by === 'length'
    ? framing.questionLength + SIZED_OVERHEAD
    : framing.longestPayload + BARE_OVERHEAD;
}

/** How many bytes there are before a silence is half a frame, and no longer noise that began with STX. */
export function headLength(framing: Framing): number {
  return framing.by === 'length' ? 3 : 1 + BARE_HEAD;
}

/**
 * Looks at bytes that begin with STX: how long the frame is, what is wrong with it, or that more has to come.
 * With a length ETX is never searched for, because the checksum may be 02, 03, 06 or 15. Without one it is, which is
 * safe as long as everything before it is printable: any other byte ends the attempt.
 */
export function extent(held: readonly number[], framing: Framing): number | 'more' | 'head' | 'end' {
  return framing.by === 'length' ? sized(held, framing.questionLength) : bare(held, framing.longestPayload);
}

function sized(held: readonly number[], length: number): number | 'more' | 'head' | 'end' {
  const [wantedHigh, wantedLow] = packedBcd(length);
  const [, high, low] = held;
  if ((high !== undefined && high !== wantedHigh) || (low !== undefined && low !== wantedLow)) return 'head';
  const total = length + SIZED_OVERHEAD;
  if (held.length < total) return 'more';
  return held[total - 2] === ETX ? total : 'end';
}

function bare(held: readonly number[], longestPayload: number): number | 'more' | 'head' | 'end' {
  if (held.length > 1 && held[1] !== BARE_VERSION) return 'head';
  for (let i = 2; i < held.length; i += 1) {
    const byte = held[i] ?? 0;
    if (byte === ETX && i > BARE_HEAD) return held.length > i + 1 ? i + 2 : 'more';
    if (byte < 0x20 || byte > 0x7e) return i > BARE_HEAD ? 'end' : 'head';
    if (i > longestPayload) return 'end';
  }
  return 'more';
}

/** The bytes before ETX and the checksum. */
export function envelope(payload: Uint8Array, framing: Framing): Uint8Array {
  const head = framing.by === 'length' ? [STX, ...packedBcd(payload.length)] : [STX];
  return Uint8Array.from([...head, ...payload]);
}

/** The payload of a whole frame. */
export function payloadOf(frame: Uint8Array, framing: Framing): Uint8Array {
  return frame.subarray(framing.by === 'length' ? 3 : 1, Math.max(1, frame.length - 2));
}

/** 150 as 01 50. */
function packedBcd(length: number): [number, number] {
  assert(Number.isInteger(length) && length > 0 && length <= 9_999, `no length of a frame: ${length}`);
  return [Number.parseInt(String(Math.floor(length / 100)), 16), Number.parseInt(String(length % 100), 16)];
}
