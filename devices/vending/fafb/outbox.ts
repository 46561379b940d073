import { ACK, wrapFafb } from './frame.js';
import type { Command } from './message.js';

/** How often a command is sent in all: once, and five times again. */
const SENDS = 6;
/** A limit on everything: what a dead controller never fetches must not pile up. */
const MOST_WAITING = 16;

export interface OutboxEntry extends Command {
  /** Told at the first send: from then on the controller may have it. */
  readonly sent?: () => void;
  /** It was sent six times, and never acknowledged. */
  readonly givenUp?: () => void;
}

interface Waiting {
  readonly errand: OutboxEntry;
  readonly frame: Uint8Array;
  sends: number;
}

/**
 * Commands wait here for a poll, which is the only moment when we may speak. Each has its frame from the moment when it
 * is put in, so that an answer is ready before it is asked for. A command that is sent again keeps its packet number:
 * the controller tells by it that it has had it.
 */
export class FafbOutbox {
  readonly acknowledgement = wrapFafb(ACK);
  #packet = 0;
  #waiting: Waiting[] = [];

  /** @returns false when it is full, and the errand was not taken */
  put(errand: OutboxEntry): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    // Counted on also over one that was given up: with the same number the next would be taken for its repeat.
    this.#packet = (this.#packet % 255) + 1;
    const frame = wrapFafb(errand.command, this.#packet, errand.text);
    this.#waiting.push({ errand, frame, sends: 0 });
    return true;
  }

  holds(command: number): boolean {
    return this.#waiting.some(({ errand }) => errand.command === command);
  }

  /** What a poll is answered with. */
  poll(): { readonly frame: Uint8Array; readonly what?: string } {
    for (;;) {
      const head = this.#waiting[0];
      if (head === undefined) return { frame: this.acknowledgement };
      if (head.sends >= SENDS) {
        this.#waiting.shift();
        head.errand.givenUp?.();
        continue;
      }
      head.sends += 1;
      if (head.sends === 1) head.errand.sent?.();
      const again = head.sends === 1 ? '' : ` (sent ${head.sends} times)`;
      return { frame: head.frame, what: `${head.errand.what}${again}` };
    }
  }

  /** @returns what was acknowledged, or undefined when nothing was on its way */
  acknowledged(): string | undefined {
    const head = this.#waiting[0];
    if (head === undefined || head.sends === 0) return undefined;
    this.#waiting.shift();
    return head.errand.what;
  }

  /** The line or the controller went away: nothing of this may be sent to a controller that comes back. */
  clear(): void {
    this.#waiting = [];
  }
}
