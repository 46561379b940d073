import { assert } from '../../../src/base/assert.js';
import { xor } from '../../../src/base/bytes.js';
import { HoldingParser } from '../../kit/frame-parser.js';
import { SAMPLE } from '../../kit/noise.js';

/** `FA FB | command | length | packet number and text | XOR of all before it`; the length counts number and text. */
const START = [0xfa, 0xfb] as const;
const HEADER = 4;
/** The longest one known (the state of the whole machine) has 40. What claims more would swallow seconds of polls. */
const LONGEST = 64;

export const POLL = 0x41;
export const ACK = 0x42;

export interface Frame {
  readonly command: number;
  /** 1 to 255; 0 where the frame has none (POLL, ACK). */
  readonly packet: number;
  /** What follows the packet number. */
  readonly text: Uint8Array;
  /** The whole frame. */
  readonly bytes: Uint8Array;
}

export type FafbFrameEvent =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'bad'; readonly why: 'checksum' | 'length' | 'unfinished'; readonly bytes: Uint8Array };

/**
 * Cuts frames out of a byte stream. After anything that is no frame it looks for the next `FA FB`, also within what it
 * has just refused, so that damage costs one frame. It knows no time: the caller says {@link silence}. It holds at most
 * one frame.
 */
export class FafbFrameParser extends HoldingParser<FafbFrameEvent> {
  /** No byte has come for a while: what is held will not be finished. */
  silence(): FafbFrameEvent[] {
    const held = Uint8Array.from(this.held);
    this.reset();
    if (isShortAck(held)) return [{ kind: 'frame', frame: ackOf(held) }];
    return held.length < HEADER ? [] : [{ kind: 'bad', why: 'unfinished', bytes: held }];
  }

  protected settle(events: FafbFrameEvent[]): void {
    while (this.#step(events));
    assert(this.held.length <= HEADER + LONGEST, 'the parser holds more than one frame');
  }

  /** @returns whether something was taken away, so that what is left has to be looked at again */
  #step(events: FafbFrameEvent[]): boolean {
    const held = this.held;
    if (held.length === 0) return false;
    if (held[0] !== START[0] || (held.length > 1 && held[1] !== START[1])) return this.#skip();
    const length = held[HEADER - 1];
    if (length === undefined) return false;
    if (length > LONGEST) {
      events.push({ kind: 'bad', why: 'length', bytes: Uint8Array.from(held) });
      return this.#skip();
    }
    const total = HEADER + length + 1;
    if (held.length < total) return false;
    const bytes = Uint8Array.from(held);
    if (xor(bytes.subarray(0, total - 1)) === bytes[total - 1]) {
      this.held = [];
      events.push({ kind: 'frame', frame: frameOf(bytes) });
      return true;
    }
    const short = bytes.subarray(0, HEADER + 1);
    if (isShortAck(short)) {
      this.held = [...bytes.subarray(HEADER + 1)];
      events.push({ kind: 'frame', frame: ackOf(short) });
      return true;
    }
    events.push({ kind: 'bad', why: 'checksum', bytes: bytes.subarray(0, SAMPLE) });
    return this.#skip();
  }

  #skip(): true {
    this.held.shift();
    return true;
  }
}

/**
 * Boards and hosts are known that count the checksum of an ACK as its one byte of text: `FA FB 42 01` and a checksum,
 * right or that of the plain ACK, and nothing more. With a packet number and a checksum after it, it is a frame like any.
 */
function isShortAck(bytes: Uint8Array): boolean {
  const [first, second, command, length, last] = bytes;
  if (bytes.length !== HEADER + 1 || first !== START[0] || second !== START[1]) return false;
  return command === ACK && length === 1 && (last === 0x42 || last === 0x43);
}

function ackOf(bytes: Uint8Array): Frame {
  return { command: ACK, packet: 0, text: new Uint8Array(), bytes };
}

function frameOf(bytes: Uint8Array): Frame {
  const content = bytes.subarray(HEADER, bytes.length - 1);
  return { command: bytes[2] ?? 0, packet: content[0] ?? 0, text: content.subarray(1), bytes };
}

/** @param packet left out for POLL and ACK, which have none */
export function wrapFafb(command: number, packet?: number, text: readonly number[] = []): Uint8Array {
  const content = packet === undefined ? [] : [packet, ...text];
  assert(content.length <= LONGEST, `a text of ${content.length} bytes`);
  const bytes = [...START, command, content.length, ...content];
  return Uint8Array.from([...bytes, xor(Uint8Array.from(bytes))]);
}
