import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

/** Whose requests are waited for: terminal and relay. The sandbox sends its notifications on its own. */
const OURS = 'gopay-pos';

/**
 * Counts the HTTP requests of this process that have no whole answer yet, and dates the answers by the story's clock: a
 * server's `Date` would otherwise be that of the machine.
 */
export class Traffic {
  /** The date that servers put on their answers. */
  dateMs: () => number = () => Date.now();
  #flying = 0;
  readonly #real = http.request;

  get busy(): boolean {
    return this.#flying > 0;
  }

  watch(): void {
    const request = (...args: Parameters<typeof http.request>): http.ClientRequest => {
      const sent = this.#real(...args);
      if (sent.getHeader('User-Agent') === OURS) this.#count(sent);
      return sent;
    };
    this.#put(request as typeof http.request);
  }

  #count(sent: http.ClientRequest): void {
    this.#flying += 1;
    sent.prependListener('response', ({ headers }) => {
      if (headers.date !== undefined) headers.date = new Date(this.dateMs()).toUTCString();
    });
    // Read to its end, or not wanted any more. The reader's own continuation comes first.
    sent.once('close', () =>
      setImmediate(() => {
        this.#flying -= 1;
      }),
    );
  }

  restore(): void {
    this.#put(this.#real);
  }

  #put(request: typeof http.request): void {
    http.request = request;
    syncBuiltinESMExports();
  }
}
