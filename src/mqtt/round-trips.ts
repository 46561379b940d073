type Waiter = (whole: boolean) => void;

/**
 * Tells when a PINGREQ that left after one asked has been answered. Mosquitto acknowledges a message and writes it down at the end
 * of the same turn of its loop: what was acknowledged before a ping that is answered is on its disk. One ping carries all who
 * asked before it left, and one is under way at a time.
 */
export class RoundTrips {
  readonly #ping: () => void;
  /** Of each PINGREQ that is under way, the library's own too, oldest first: MQTT answers them in order. */
  readonly #underWay: Waiter[][] = [];
  #next: Waiter[] = [];

  /** @param ping sends a PINGREQ, and calls {@link sent} before it returns */
  constructor(ping: () => void) {
    this.#ping = ping;
  }

  /** `done` is called once: with false where the connection ends first. */
  ask(done: Waiter): void {
    this.#next.push(done);
    if (this.#underWay.length === 0) this.#ping();
  }

  sent(): void {
    this.#underWay.push(this.#next);
    this.#next = [];
  }

  answered(): void {
    const all = this.#underWay.shift() ?? [];
    if (this.#next.length > 0 && this.#underWay.length === 0) this.#ping();
    for (const done of all) done(true);
  }

  abandon(): void {
    const all = [...this.#underWay.flat(), ...this.#next];
    this.#underWay.length = 0;
    this.#next = [];
    for (const done of all) done(false);
  }
}
