import { type NoiseEvent, SAMPLE } from '../../kit/noise.js';

/** A limit on everything: a line of this many bytes, its end not counted, is the longest. Two hundred lines to print fit. */
export const LONGEST_LINE = 16_384;

const LINE_FEED = 0x0a;
const BRACE = 0x7b;

export type BadLine =
  /** More bytes than {@link LONGEST_LINE}; the rest of the line is not read. */
  | 'long'
  /** It began like a message, and then nothing came. */
  | 'unfinished'
  | 'not UTF-8'
  /** No brace in it. */
  | 'no object'
  /** The first line of an HTTP request: a browser, or a program at the wrong port. */
  | 'http';

export type JsonLineEvent =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'bad'; readonly why: BadLine; readonly first: Uint8Array }
  /** Bytes before the first brace of a line, which are no part of any message. */
  | NoiseEvent;

/**
 * Pure: bytes in, lines out, no clock. Messages are flat objects, so the first brace of a line is where its message
 * begins, and the tail of a damaged one has none: noise can spoil a message, but not make one.
 */
export class JsonLineParser {
  #held: number[] = [];
  #skipping = false;

  pending(): boolean {
    return this.#held.length > 0 || this.#skipping;
  }

  push(bytes: Uint8Array): JsonLineEvent[] {
    const events: JsonLineEvent[] = [];
    for (const byte of bytes) {
      if (byte === LINE_FEED) this.#line(events);
      else if (!this.#skipping) this.#more(byte, events);
    }
    return events;
  }

  /** No byte has come for a while. */
  silence(): JsonLineEvent[] {
    const held = Uint8Array.from(this.#held);
    this.reset();
    if (held.length === 0) return [];
    return [held.includes(BRACE) ? bad('unfinished', held) : noise(held)];
  }

  reset(): void {
    this.#held = [];
    this.#skipping = false;
  }

  #more(byte: number, events: JsonLineEvent[]): void {
    if (this.#held.length < LONGEST_LINE) {
      this.#held.push(byte);
      return;
    }
    const held = Uint8Array.from(this.#held);
    this.#held = [];
    this.#skipping = true;
    events.push(bad('long', held));
  }

  #line(events: JsonLineEvent[]): void {
    const held = Uint8Array.from(this.#held);
    const skipped = this.#skipping;
    this.reset();
    if (skipped || held.every(isSpace)) return;
    if (isHttp(held)) return void events.push(bad('http', held));
    const from = held.indexOf(BRACE);
    if (from === -1) return void events.push(bad('no object', held));
    const before = held.subarray(0, from);
    if (!before.every(isSpace)) events.push(noise(before));
    const text = decodeUtf8(held.subarray(from));
    events.push(text === undefined ? bad('not UTF-8', held) : { kind: 'line', text: text.trimEnd() });
  }
}

/**
 * A page in any browser can send a form to any port of the LAN, with lines of its choice after the head of the request.
 */
function isHttp(line: Uint8Array): boolean {
  return /^[A-Z]{3,8} \S+ HTTP\/\d/.test(Buffer.from(line).toString('latin1'));
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function bad(why: BadLine, bytes: Uint8Array): JsonLineEvent {
  return { kind: 'bad', why, first: bytes.slice(0, SAMPLE) };
}

function noise(bytes: Uint8Array): JsonLineEvent {
  return { kind: 'noise', count: bytes.length, first: bytes.slice(0, SAMPLE) };
}

/** @returns undefined for bytes that are no UTF-8. A byte order mark stays: it is no part of any message of ours. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The only thing that it throws for.
    return undefined;
  }
}
