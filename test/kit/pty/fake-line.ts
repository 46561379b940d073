import type { Line, LineEvent } from '../../../devices/kit/line.js';

/** A line at the byte boundary: what goes in and out is under the test's hand. */
export class FakeLine implements Line {
  readonly name = 'fake';
  readonly peer: 'cable' | 'caller';
  /** One entry a write, so that "one write a frame" can be seen. */
  readonly writes: Uint8Array[] = [];
  /** How the next writes end; true when nothing is set. */
  readonly outcomes: boolean[] = [];
  stopped = false;
  #on: ((event: LineEvent) => void) | undefined;

  constructor(peer: 'cable' | 'caller' = 'cable') {
    this.peer = peer;
  }

  start(on: (event: LineEvent) => void): void {
    this.#on = on;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    this.writes.push(bytes);
    return Promise.resolve(this.outcomes.shift() ?? true);
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.#on = undefined;
    return Promise.resolve();
  }

  open(): void {
    this.#on?.({ kind: 'open' });
  }

  bring(bytes: Uint8Array): void {
    this.#on?.({ kind: 'bytes', bytes });
  }

  drop(inOrder = false): void {
    this.#on?.({ kind: 'gone', cause: 'lost', why: 'unplugged', ...(inOrder ? { inOrder } : {}) });
  }
}
