/** What a parser of either transport finds in the bytes from the register. */
export type LinkEvent =
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** Meant as a message, and none. */
  | { readonly kind: 'bad'; readonly why: BadMessage; readonly bytes: Uint8Array }
  | { readonly kind: 'noise'; readonly count: number; readonly first: Uint8Array };

export type BadMessage = 'checksum' | 'length' | 'escape' | 'unfinished';

/** Longest APDU that is waited for: a block of text for our printer is the longest thing that a register says. */
export const LONGEST_APDU = 16_384;

const SAMPLE = 32;

/** Counts bytes that belong to nothing, and keeps the first of them for the log. */
export class Noise {
  #count = 0;
  #first: number[] = [];

  get any(): boolean {
    return this.#count > 0;
  }

  add(byte: number): void {
    this.#count += 1;
    if (this.#first.length < SAMPLE) this.#first.push(byte);
  }

  flush(events: LinkEvent[]): void {
    if (this.#count > 0)
      events.push({ kind: 'noise', count: this.#count, first: Uint8Array.from(this.#first) });
    this.forget();
  }

  forget(): void {
    this.#count = 0;
    this.#first = [];
  }
}
