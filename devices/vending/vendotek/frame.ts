import { assert } from '../../../src/base/assert.js';
import { crc16ccitt } from '../../../src/base/bytes.js';
import { HoldingParser } from '../../kit/frame-parser.js';
import { type NoiseEvent, SAMPLE } from '../../kit/noise.js';
import { readVtkMessage } from './message.js';

/** Who speaks: the two bytes after the length. */
const FROM_MACHINE = 0x96fb;
const FROM_TERMINAL = 0x97fb;
/** On a serial line each frame begins with it, and ends with the checksum. */
const START = 0x1f;
/** Most bytes after the length: a receipt or a QR text is a few hundred. A limit on what the parser holds. */
const LONGEST = 2_048;
/** `tcp`: length and body. `serial`: with a start byte and CRC-16/CCITT-FALSE over everything before it. */
export type Carrier = 'tcp' | 'serial';

export type VtkFrameEvent =
  /** The fields of a whole message of the machine. */
  | { readonly kind: 'body'; readonly body: Uint8Array }
  | { readonly kind: 'bad'; readonly why: string; readonly bytes: Uint8Array }
  | NoiseEvent;

/**
 * Cuts messages of the machine out of a byte stream.
 *
 * After anything that is none it looks one byte further on, so that a damaged frame or garbage hides nothing of what
 * follows it for longer than its announced length or a silence. It knows no time: the caller says {@link silence}.
 * It holds at most one frame.
 */
export class VtkFrameParser extends HoldingParser<VtkFrameEvent> {
  readonly #lead: number;
  readonly #tail: number;

  constructor(carrier: Carrier) {
    super();
    this.#lead = carrier === 'serial' ? 1 : 0;
    this.#tail = carrier === 'serial' ? 2 : 0;
  }

  /** No byte has come for a while: what is held will not be finished, and nothing within it is believed. */
  silence(): VtkFrameEvent[] {
    const events: VtkFrameEvent[] = [];
    if (typeof this.#total() === 'number')
      events.push({
        kind: 'bad',
        why: `${this.held.length} bytes of a frame, then silence`,
        bytes: this.#sample(),
      });
    else while (this.held.length > 0) this.noise.takeFrom(this.held);
    this.noise.flush(events);
    this.reset();
    return events;
  }

  protected settle(events: VtkFrameEvent[]): void {
    assert(this.held.length <= LONGEST + 5, 'the parser holds more than one frame');
    while (this.held.length > 0) {
      const total = this.#total();
      if (total === 'none') {
        this.noise.takeFrom(this.held);
        continue;
      }
      if (total === 'unknown' || this.held.length < total) return;
      const frame = Uint8Array.from(this.held.slice(0, total));
      const trouble = this.#trouble(frame);
      if (trouble !== undefined) {
        events.push({ kind: 'bad', why: trouble, bytes: this.#sample() });
        this.noise.takeFrom(this.held);
        continue;
      }
      this.noise.flush(events);
      this.held.splice(0, total);
      events.push({ kind: 'body', body: frame.subarray(this.#lead + 4, total - this.#tail) });
    }
  }

  /** Bytes of the frame that begins what is held; `none` when none begins there, `unknown` while it may. */
  #total(): number | 'none' | 'unknown' {
    const held = this.held;
    if (this.#lead === 1 && held[0] !== START) return 'none';
    const [high, low, who, kind] = held.slice(this.#lead, this.#lead + 4);
    if (who !== undefined && who !== FROM_MACHINE >> 8) return 'none';
    if (kind !== undefined && kind !== (FROM_MACHINE & 0xff)) return 'none';
    if (high === undefined || low === undefined) return 'unknown';
    const length = high * 256 + low;
    // Two bytes for who speaks, and five for the shortest message: a name of three letters.
    if (length < 7 || length > LONGEST) return 'none';
    if (kind === undefined) return 'unknown';
    return this.#lead + 2 + length + this.#tail;
  }

  #trouble(frame: Uint8Array): string | undefined {
    if (this.#tail > 0) {
      const given = (frame.at(-2) ?? 0) * 256 + (frame.at(-1) ?? 0);
      const right = crc16ccitt(frame.subarray(0, -2));
      if (given !== right) return `checksum ${hex16(given)}, not ${hex16(right)}`;
    }
    const body = frame.subarray(this.#lead + 4, frame.length - this.#tail);
    return readVtkMessage(body) === undefined ? 'not fields with a name in front' : undefined;
  }

  #sample(): Uint8Array {
    return Uint8Array.from(this.held.slice(0, SAMPLE));
  }
}

/** Puts length, sender and what the carrier needs around a message of ours. */
export function wrapVtk(body: Uint8Array, carrier: Carrier): Uint8Array {
  const length = body.length + 2;
  const head = [length >> 8, length & 0xff, FROM_TERMINAL >> 8, FROM_TERMINAL & 0xff];
  if (carrier === 'tcp') return Uint8Array.of(...head, ...body);
  const bytes = Uint8Array.of(START, ...head, ...body);
  const crc = crc16ccitt(bytes);
  return Uint8Array.of(...bytes, crc >> 8, crc & 0xff);
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
