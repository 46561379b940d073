/** So many bytes of what is no frame are kept, for the log. */
export const SAMPLE = 32;

export interface NoiseEvent {
  readonly kind: 'noise';
  readonly count: number;
  /** As they came, or in printable characters where a protocol has lines of text. */
  readonly first: Uint8Array | string;
}

/** What a parser passes over on its way to the next frame: counted, and only its first bytes kept. */
export class Noise {
  #count = 0;
  #first: number[] = [];

  get any(): boolean {
    return this.#count > 0;
  }

  get first(): Uint8Array {
    return Uint8Array.from(this.#first);
  }

  add(byte: number): void {
    this.#count += 1;
    if (this.#first.length < SAMPLE) this.#first.push(byte);
  }

  /** Takes the first byte of what a parser holds. */
  takeFrom(held: number[]): void {
    const byte = held.shift();
    if (byte !== undefined) this.add(byte);
  }

  flush(events: { push(event: NoiseEvent): unknown }): void {
    if (this.any) events.push({ kind: 'noise', count: this.#count, first: this.first });
    this.forget();
  }

  forget(): void {
    this.#count = 0;
    this.#first = [];
  }
}
