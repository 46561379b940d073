import { assert } from '../../../src/base/assert.js';
import { xor } from '../../../src/base/bytes.js';
import { HoldingParser } from '../../kit/frame-parser.js';
import type { NoiseEvent } from '../../kit/noise.js';
import type { FrameProfile, Framing } from './profile.js';

const STX = 0x02;
const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** `head`: it does not begin as a frame of this profile does. `end`: it goes on where it should have ended. */
export type BadFrame = 'checksum' | 'head' | 'end' | 'unfinished';

export type FixedFrameEvent =
  /** Whole, from STX to checksum. `checksum: 'wrong'` comes only from a lenient parser. */
  | { readonly kind: 'frame'; readonly frame: Uint8Array; readonly checksum: 'right' | 'wrong' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** Meant as a frame, and none: the sender is told NAK. */
  | { readonly kind: 'bad'; readonly why: BadFrame; readonly bytes: Uint8Array }
  | NoiseEvent;

/** STX, two length bytes, ETX and checksum. */
const SIZED_OVERHEAD = 5;
/** STX, ETX and checksum. */
const BARE_OVERHEAD = 3;
/** Version, type and sub-type, which every frame without a length begins with. */
const BARE_HEAD = 3;
const BARE_VERSION = 0x01;

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
export class FixedFrameParser extends HoldingParser<FixedFrameEvent> {
  readonly #framing: Framing;
  readonly #checksumFrom: number;
  readonly #strict: boolean;
  /** Set while skipping what began like a frame: an ACK byte in there is none. */
  #broken: 'head' | 'end' | 'told' | undefined;

  constructor(options: FrameParserOptions) {
    super();
    this.#framing = options.profile.framing;
    this.#checksumFrom = options.profile.checksumFrom;
    this.#strict = options.lrc === 'strict';
  }

  override pending(): boolean {
    return super.pending() || this.#broken !== undefined;
  }

  /** No byte has come for a while: what is held will not be finished. */
  silence(): FixedFrameEvent[] {
    const events: FixedFrameEvent[] = [];
    const held = Uint8Array.from(this.held);
    const broken = this.#broken;
    if (held.length >= headLength(this.#framing) || (held.length > 0 && broken !== 'told'))
      events.push({ kind: 'bad', why: 'unfinished', bytes: held });
    else if (broken === 'head' || broken === 'end')
      events.push({ kind: 'bad', why: broken, bytes: this.noise.first });
    else this.noise.flush(events);
    this.reset();
    return events;
  }

  override reset(): void {
    super.reset();
    this.#broken = undefined;
  }

  protected settle(events: FixedFrameEvent[]): void {
    assert(this.held.length <= longest(this.#framing), 'the parser holds more than one frame');
    while (this.held.length > 0) {
      const held = this.held;
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
      this.noise.flush(events);
      this.held = [];
      this.#broken = undefined;
      events.push({ kind: 'frame', frame, checksum: right ? 'right' : 'wrong' });
    }
  }

  #single(events: FixedFrameEvent[]): void {
    const byte = this.held[0];
    if (this.#broken === undefined && (byte === ACK || byte === NAK)) {
      this.held.shift();
      this.noise.flush(events);
      events.push({ kind: byte === ACK ? 'ack' : 'nak' });
      return;
    }
    this.noise.takeFrom(this.held);
  }

  #skip(why: 'head' | 'end' | 'told'): void {
    this.#broken ??= why;
    this.noise.takeFrom(this.held);
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
  const length = profile.framing.by === 'length' ? packedBcd(payload.length) : [];
  const frame = Uint8Array.from([STX, ...length, ...payload, ETX, 0]);
  frame[frame.length - 1] = checksumOf(frame, profile.checksumFrom);
  return frame;
}

/** The payload of a whole frame. */
export function unwrap(frame: Uint8Array, profile: Pick<FrameProfile, 'framing'>): Uint8Array {
  return frame.subarray(profile.framing.by === 'length' ? 3 : 1, Math.max(1, frame.length - 2));
}

/** The most bytes that a question can have, from STX to checksum. */
export function longest(framing: Framing): number {
  return framing.by === 'length'
    ? framing.questionLength + SIZED_OVERHEAD
    : framing.longestPayload + BARE_OVERHEAD;
}

/** How many bytes there are before a silence is half a frame, and no longer noise that began with STX. */
function headLength(framing: Framing): number {
  return framing.by === 'length' ? 3 : 1 + BARE_HEAD;
}

/**
 * Looks at bytes that begin with STX: how long the frame is, what is wrong with it, or that more has to come.
 * With a length ETX is never searched for, because the checksum may be 02, 03, 06 or 15. Without one it is, which is
 * safe as long as everything before it is printable: any other byte ends the attempt.
 */
function extent(held: readonly number[], framing: Framing): number | 'more' | 'head' | 'end' {
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

/** 150 as 01 50. */
function packedBcd(length: number): [number, number] {
  assert(Number.isInteger(length) && length > 0 && length <= 9_999, `no length of a frame: ${length}`);
  return [Number.parseInt(String(Math.floor(length / 100)), 16), Number.parseInt(String(length % 100), 16)];
}
