import type { Parser } from './feed.js';
import { Noise } from './noise.js';

/**
 * Cuts frames out of a byte stream, byte by byte: what is held is looked at again with each, and what cannot begin a
 * frame is passed over as noise. It knows no time: the caller says `silence`.
 */
export abstract class HoldingParser<Event> implements Parser<Event> {
  protected held: number[] = [];
  protected readonly noise = new Noise();

  pending(): boolean {
    return this.held.length > 0 || this.noise.any;
  }

  push(bytes: Uint8Array): Event[] {
    const events: Event[] = [];
    for (const byte of bytes) {
      this.held.push(byte);
      this.settle(events);
    }
    return events;
  }

  abstract silence(): Event[];

  /** Half a frame goes with the line that brought it. */
  reset(): void {
    this.held = [];
    this.noise.forget();
  }

  /** Takes out of what is held whatever can be told of it now. */
  protected abstract settle(events: Event[]): void;
}
