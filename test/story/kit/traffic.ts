/**
 * Counts the HTTP requests of this process that have no whole answer yet, and dates the answers by the story's clock: a
 * server's `Date` would otherwise be that of the machine.
 */
export class Traffic {
  /** The date that servers put on their answers. */
  dateMs: () => number = () => Date.now();
  #flying = 0;
  readonly #real = globalThis.fetch;

  get busy(): boolean {
    return this.#flying > 0;
  }

  watch(): void {
    globalThis.fetch = async (...args) => {
      this.#flying += 1;
      try {
        const answer = await this.#real(...args);
        return this.#counted(answer);
      } catch (error) {
        this.#flying -= 1;
        throw error;
      }
    };
  }

  /** The request is over when its body has been read, or nobody wants it any more. */
  #counted(answer: Response): Response {
    const done = once(() => {
      this.#flying -= 1;
    });
    if (answer.body === null) {
      done();
      return answer;
    }
    const reader = answer.body.getReader();
    const body = new ReadableStream({
      async pull(controller) {
        try {
          const { done: ended, value } = await reader.read();
          if (ended) {
            controller.close();
            // The reader's own continuation comes first.
            setImmediate(done);
          } else controller.enqueue(value);
        } catch (error) {
          done();
          controller.error(error);
        }
      },
      cancel: async (reason) => {
        done();
        await reader.cancel(reason);
      },
    });
    const headers = new Headers(answer.headers);
    if (headers.has('date')) headers.set('date', new Date(this.dateMs()).toUTCString());
    const copy = new Response(body, { status: answer.status, statusText: answer.statusText, headers });
    Object.defineProperty(copy, 'url', { value: answer.url });
    return copy;
  }

  restore(): void {
    globalThis.fetch = this.#real;
  }
}

function once(act: () => void): () => void {
  let did = false;
  return () => {
    if (!did) act();
    did = true;
  };
}
