/**
 * One event at a time, in the order in which they came. An event that is posted while another is handled waits; one
 * that is posted from outside has been handled, journal and all, when `post` returns.
 */
export class EventQueue<Event> {
  readonly #handle: (event: Event) => void;
  readonly #fatal: (error: unknown) => void;
  readonly #waiting: Event[] = [];
  #state: 'idle' | 'handling' | 'dead' = 'idle';

  /** @param fatal called once; after that nothing is handled any more, because our memory may disagree with the disk. */
  constructor(handle: (event: Event) => void, fatal: (error: unknown) => void) {
    this.#handle = handle;
    this.#fatal = fatal;
  }

  /** @throws what the handler threw, so that a caller that owes an acknowledgement does not give it */
  post(event: Event): void {
    if (this.#state === 'dead') throw new Error('the terminal has stopped');
    this.#waiting.push(event);
    if (this.#state === 'handling') return;
    this.#state = 'handling';
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
        this.#handle(next);
      this.#state = 'idle';
    } catch (error) {
      this.#state = 'dead';
      this.#fatal(error);
      throw error;
    }
  }

  stop(): void {
    this.#state = 'dead';
    this.#waiting.length = 0;
  }

  get dead(): boolean {
    return this.#state === 'dead';
  }
}
