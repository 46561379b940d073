import { xor } from '../../../src/base/bytes.js';

/** `#S 15000*47\n`: hash, text, star, XOR of the text in two hex digits, line feed. */
const HASH = 0x23;
const LINE_FEED = 0x0a;
/** A limit on everything: what is longer is no frame. */
const LONGEST = 64;

export const TAKEN = 0x2b;
export const REFUSED = 0x2d;

export type FrameEvent =
  | { readonly kind: 'frame'; readonly frame: Uint8Array; readonly text: string }
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'bad'; readonly why: string };

/** Pure: bytes in, events out, no clock. Finds its way back after anything that is no frame. */
export class FrameParser {
  #held: number[] = [];

  pending(): boolean {
    return this.#held.length > 0;
  }

  push(bytes: Uint8Array): FrameEvent[] {
    const events: FrameEvent[] = [];
    for (const byte of bytes) {
      if (byte === HASH) this.#held = [byte];
      else if (this.#held.length > 0) this.#more(byte, events);
      else if (byte === TAKEN) events.push({ kind: 'taken' });
      else if (byte === REFUSED) events.push({ kind: 'refused' });
    }
    return events;
  }

  /** No byte has come for a while. */
  silence(): FrameEvent[] {
    if (this.#held.length === 0) return [];
    this.reset();
    return [{ kind: 'bad', why: 'half a frame, then silence' }];
  }

  reset(): void {
    this.#held = [];
  }

  #more(byte: number, events: FrameEvent[]): void {
    this.#held.push(byte);
    if (byte !== LINE_FEED) {
      if (this.#held.length < LONGEST) return;
      this.reset();
      events.push({ kind: 'bad', why: 'a frame without an end' });
      return;
    }
    const frame = Uint8Array.from(this.#held);
    this.reset();
    const match = /^#([\x20-\x7e]+)\*([0-9A-F]{2})\n$/.exec(String.fromCharCode(...frame));
    const text = match?.[1];
    if (text === undefined) events.push({ kind: 'bad', why: 'not #text*XX' });
    else if (match?.[2] !== checksum(text)) events.push({ kind: 'bad', why: 'wrong checksum' });
    else events.push({ kind: 'frame', frame, text });
  }
}

export function wrap(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`#${text}*${checksum(text)}\n`, 'latin1'));
}

function checksum(text: string): string {
  return xor(Buffer.from(text, 'latin1')).toString(16).toUpperCase().padStart(2, '0');
}
