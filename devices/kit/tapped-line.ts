import type { Line, LineEvent } from './line.js';

/** A tap on a line: a technician's tool. It is told, and changes nothing. */
export interface LineTap {
  opened(): void;
  heard(bytes: Uint8Array): void;
  /** Told before the bytes leave, so that what answers them is never seen first. */
  wrote(bytes: Uint8Array): void;
}

/** A line with a tap. */
class TappedLine implements Line {
  readonly name: string;
  readonly peer: Line['peer'];
  readonly #line: Line;
  readonly #tap: LineTap;
  #open = false;

  constructor(line: Line, tap: LineTap) {
    this.#line = line;
    this.#tap = tap;
    this.name = line.name;
    this.peer = line.peer;
  }

  start(on: (event: LineEvent) => void): void {
    this.#line.start((event) => {
      this.#open = event.kind !== 'gone';
      if (event.kind === 'open') this.#tap.opened();
      if (event.kind === 'bytes') this.#tap.heard(event.bytes);
      on(event);
    });
  }

  write(bytes: Uint8Array): Promise<boolean> {
    // What is handed to a line that is not there never leaves.
    if (this.#open) this.#tap.wrote(bytes);
    return this.#line.write(bytes);
  }

  stop(): Promise<void> {
    return this.#line.stop();
  }
}

/** The line itself where there is no tap. */
export function tapped(line: Line, tap: LineTap | undefined): Line {
  return tap === undefined ? line : new TappedLine(line, tap);
}
