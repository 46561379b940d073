/**
 * So many entries at most: for one more, the one goes that was set longest ago. Its order is that of a Map, from which the front is
 * deleted again and again; a walk that began at the front each time would come by all that is deleted, so there is one walk.
 */
export class NewestMap<V> {
  readonly #most: number;
  readonly #values = new Map<string, V>();
  readonly #oldest = this.#values.keys();

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): V | undefined {
    return this.#values.get(name);
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  set(name: string, value: V): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    if (this.#values.size <= this.#most) return;
    const oldest = this.#oldest.next();
    if (oldest.done !== true) this.#values.delete(oldest.value);
  }
}
