import { assert } from '../../../src/base/assert.js';
import { xor } from '../../../src/base/bytes.js';
import { Noise, type NoiseEvent } from '../../kit/noise.js';
import { type BadFrame, ETX, envelope, extent, headLength, longest, payloadOf, STX } from './framing.js';
import type { FrameProfile, Framing } from './profile.js';

export const ACK = 0x06;
export const NAK = 0x15;

export type FixedFrameEvent =
  /** Whole, from STX to checksum. `checksum: 'wrong'` comes only from a lenient parser. */
  | { readonly kind: 'frame'; readonly frame: Uint8Array; readonly checksum: 'right' | 'wrong' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** Meant as a frame, and none: the sender is told NAK. */
  | { readonly kind: 'bad'; readonly why: BadFrame; readonly bytes: Uint8Array }
  | NoiseEvent;

export interface FrameParserOptions {
  readonly profile: Pick<FrameProfile, 'framing' | 'checksumFrom'>;
  /** `warn` accepts a frame with a wrong checksum and says so: some registers compute it wrong, or send it as text. */
  readonly lrc: 'strict' | 'warn';
}

/**
 * Cuts questions out of a byte stream.
 *
 * After anything that is no frame it looks for the next STX that is followed by a right head, so garbage before a
 * frame, between frames or in place of a frame's tail costs that frame only. It knows no time: the caller says
 * {@link silence} when no byte has come for the inter-byte time-out. It holds at most one frame.
 */
export class FixedFrameParser {
  readonly #framing: Framing;
  readonly #checksumFrom: number;
  readonly #strict: boolean;
  #held: number[] = [];
  readonly #noise = new Noise();
  /** Set while skipping what began like a frame: an ACK byte in there is none. */
  #broken: 'head' | 'end' | 'told' | undefined;

  constructor(options: FrameParserOptions) {
    this.#framing = options.profile.framing;
    this.#checksumFrom = options.profile.checksumFrom;
    this.#strict = options.lrc === 'strict';
  }

  /** Whether {@link silence} has something to end. */
  pending(): boolean {
    return this.#held.length > 0 || this.#broken !== undefined || this.#noise.any;
  }

  push(bytes: Uint8Array): FixedFrameEvent[] {
    const events: FixedFrameEvent[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      this.#settle(events);
    }
    assert(this.#held.length < longest(this.#framing), 'the parser holds more than one frame');
    return events;
  }

  /** No byte has come for a while: what is held will not be finished. */
  silence(): FixedFrameEvent[] {
    const events: FixedFrameEvent[] = [];
    const held = Uint8Array.from(this.#held);
    const broken = this.#broken;
    if (held.length >= headLength(this.#framing) || (held.length > 0 && broken !== 'told'))
      events.push({ kind: 'bad', why: 'unfinished', bytes: held });
    else if (broken === 'head' || broken === 'end')
      events.push({ kind: 'bad', why: broken, bytes: this.#noise.first });
    else this.#noise.flush(events);
    this.reset();
    return events;
  }

  /** Forgets everything: a register that went away in mid-frame takes its half frame with it. */
  reset(): void {
    this.#held = [];
    this.#noise.forget();
    this.#broken = undefined;
  }

  #settle(events: FixedFrameEvent[]): void {
    while (this.#held.length > 0) {
      const held = this.#held;
      if (held[0] !== STX) {
        this.#single(events);
        continue;
      }
      const found = extent(held, this.#framing);
      if (found === 'more') return;
      if (found === 'head' || found === 'end') {
        this.#skip(found);
        continue;
      }
      assert(found === held.length, 'bytes behind a frame that was not taken out');
      const frame = Uint8Array.from(held);
      const right = checksumOf(frame, this.#checksumFrom) === frame[frame.length - 1];
      if (!right && this.#strict) {
        events.push({ kind: 'bad', why: 'checksum', bytes: frame });
        // Told now, so the silence that follows need not say it again; the next frame may begin within this one.
        this.#broken = 'told';
        this.#skip('told');
        continue;
      }
      this.#noise.flush(events);
      this.#held = [];
      this.#broken = undefined;
      events.push({ kind: 'frame', frame, checksum: right ? 'right' : 'wrong' });
    }
  }

  #single(events: FixedFrameEvent[]): void {
    const byte = this.#held[0];
    if (this.#broken === undefined && (byte === ACK || byte === NAK)) {
      this.#held.shift();
      this.#noise.flush(events);
      events.push({ kind: byte === ACK ? 'ack' : 'nak' });
      return;
    }
    this.#noise.takeFrom(this.#held);
  }

  #skip(why: 'head' | 'end' | 'told'): void {
    this.#broken ??= why;
    this.#noise.takeFrom(this.#held);
  }
}

/** XOR from `from` up to and with ETX. `frame` ends with its checksum, which is left out. */
export function checksumOf(frame: Uint8Array, from: number): number {
  return xor(frame.subarray(from, frame.length - 1));
}

/** Puts everything around `payload` that makes it a frame. */
export function wrapFrame(
  payload: Uint8Array,
  profile: Pick<FrameProfile, 'framing' | 'checksumFrom'>,
): Uint8Array {
  const frame = Uint8Array.from([...envelope(payload, profile.framing), ETX, 0]);
  frame[frame.length - 1] = checksumOf(frame, profile.checksumFrom);
  return frame;
}

/** The payload of a whole frame. */
export function unwrap(frame: Uint8Array, profile: Pick<FrameProfile, 'framing'>): Uint8Array {
  return payloadOf(frame, profile.framing);
}
