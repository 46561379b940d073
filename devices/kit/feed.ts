import type { Timers } from '../../src/port/clock.js';

/** A protocol's own parser: bytes in, what they mean out. */
export interface Parser<Event> {
  push(bytes: Uint8Array): Event[];
  /** Whether something has begun and not ended. */
  pending(): boolean;
  /** No byte has come for a while: what has begun will not end. */
  silence(): Event[];
  reset(): void;
}

export interface FeedOptions<Event> {
  readonly parser: Parser<Event>;
  readonly timers: Timers;
  /** A silence this long within a message abandons it. */
  readonly silenceMs: number;
  readonly handle: (events: readonly Event[]) => void;
}

/** The bytes of a line on their way through a parser. */
export class Feed<Event> {
  readonly #options: FeedOptions<Event>;
  #cancel: (() => void) | undefined;

  constructor(options: FeedOptions<Event>) {
    this.#options = options;
  }

  take(bytes: Uint8Array): void {
    const { parser, timers, silenceMs, handle } = this.#options;
    this.#calm();
    handle(parser.push(bytes));
    if (!parser.pending()) return;
    this.#cancel = timers.after(silenceMs, () => {
      this.#cancel = undefined;
      handle(parser.silence());
    });
  }

  /** Half a message goes with the line that brought it. */
  reset(): void {
    this.#calm();
    this.#options.parser.reset();
  }

  #calm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
