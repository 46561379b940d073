import { printable } from '../../../src/base/bytes.js';
import { type NoiseEvent, SAMPLE } from '../../kit/noise.js';

/** The longest line that the board is known to send has some 40 characters; what is longer is none of its lines. */
const LONGEST = 120;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export type LineFeedEvent = { readonly kind: 'line'; readonly text: string } | NoiseEvent;

/**
 * Cuts lines out of a byte stream; LF and CR both end one, and empty ones count for nothing.
 *
 * The lines carry no checksum. A byte that no line can hold spoils what was held and not what follows, which has to be
 * a whole line by itself: `c,STATUS,VEND,1` of which the rest was lost never becomes a price. It knows no time: the
 * caller says {@link silence} when no byte has come for a while.
 */
export class BoardLineParser {
  #held = '';
  /** Set from a spoiled or overlong beginning to the end of the line. */
  #tooLong = false;

  pending(): boolean {
    return this.#held !== '' || this.#tooLong;
  }

  push(bytes: Uint8Array): LineFeedEvent[] {
    const events: LineFeedEvent[] = [];
    for (const byte of bytes) {
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) this.#end(events);
      else if (byte < 0x20 || byte > 0x7e) {
        this.#held += String.fromCharCode(byte);
        this.#drop(events);
      } else if (this.#held.length === LONGEST) {
        this.#drop(events);
        this.#tooLong = true;
      } else if (!this.#tooLong) this.#held += String.fromCharCode(byte);
    }
    return events;
  }

  /** The rest of what is held will not come. */
  silence(): LineFeedEvent[] {
    const events: LineFeedEvent[] = [];
    this.#drop(events);
    return events;
  }

  /** Half a line goes with the cable that brought it. */
  reset(): void {
    this.#held = '';
    this.#tooLong = false;
  }

  #end(events: LineFeedEvent[]): void {
    if (this.#held !== '') events.push({ kind: 'line', text: this.#held });
    this.reset();
  }

  #drop(events: LineFeedEvent[]): void {
    const held = this.#held;
    this.reset();
    if (held !== '')
      events.push({ kind: 'noise', count: held.length, first: printable(held.slice(0, SAMPLE)) });
  }
}
