import type { Parser } from '../../kit/feed.js';
import { Noise } from '../../kit/noise.js';
import { apduLength, type LinkEvent, LONGEST_APDU } from './apdu.js';

/** First bytes of everything that a register may say. */
const CLASSES: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x08, 0x0f, 0x80, 0x84]);

/**
 * Cuts APDUs out of a TCP stream by their length: there is no mark, checksum or acknowledgement. Where a stream was
 * spoiled all the same, bytes that cannot begin an APDU are passed over. It holds at most one APDU.
 */
export class StreamParser implements Parser<LinkEvent> {
  #held: number[] = [];
  readonly #noise = new Noise();

  pending(): boolean {
    return this.#held.length > 0 || this.#noise.any;
  }

  push(bytes: Uint8Array): LinkEvent[] {
    const events: LinkEvent[] = [];
    for (const byte of bytes) {
      if (this.#held.length === 0 && !CLASSES.has(byte)) {
        this.#noise.add(byte);
        continue;
      }
      this.#held.push(byte);
      this.#settle(events);
    }
    return events;
  }

  silence(): LinkEvent[] {
    const events: LinkEvent[] = [];
    if (this.#held.length > 0)
      events.push({ kind: 'bad', why: 'unfinished', bytes: Uint8Array.from(this.#held) });
    this.#noise.flush(events);
    this.reset();
    return events;
  }

  reset(): void {
    this.#held = [];
    this.#noise.forget();
  }

  #settle(events: LinkEvent[]): void {
    const length = apduLength(this.#held);
    if (length === undefined) return;
    if (length > LONGEST_APDU) {
      events.push({ kind: 'bad', why: 'length', bytes: Uint8Array.from(this.#held) });
      this.#held = [];
      return;
    }
    if (this.#held.length < length) return;
    this.#noise.flush(events);
    events.push({ kind: 'apdu', apdu: Uint8Array.from(this.#held) });
    this.#held = [];
  }
}
