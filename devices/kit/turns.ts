/** What may not run side by side: each begins when the one before has ended, however that ended. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    // Who asked for it hears how it ended.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Once all that was asked for has ended. */
  async end(): Promise<void> {
    await this.#last;
  }
}
