import type { ServerResponse } from 'node:http';
import type { Key } from '../../../src/base/key.js';

/** More than this unsent means that the browser does not read: a screen is some 10 kB. */
const MOST_UNSENT_BYTES = 512 * 1024;

/** One open page: its stream of events, and how far its keys were taken. */
export class PageSession {
  readonly id: string;
  /** Whether the page has answered: only then are its keys and its picture real. */
  proven = false;
  /** Monotonic milliseconds of the page's last sign of life. */
  heardMs: number;
  /** Cancels the next beat. */
  stopBeat: () => void = () => {};
  readonly #stream: ServerResponse;
  #nextKey = 0;

  constructor(id: string, stream: ServerResponse, nowMs: number) {
    this.id = id;
    this.#stream = stream;
    this.heardMs = nowMs;
  }

  /** One server-sent event; `data` as JSON has no line breaks. A page that reads nothing is cut off. */
  send(event: 'hello' | 'screen' | 'beat', data: object): void {
    if (this.#stream.writableLength > MOST_UNSENT_BYTES) this.end();
    else this.#stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /**
   * The keys of a message that were not taken before: a page sends again what it got no answer for.
   * @returns undefined when keys are missing before these, which no page of ours does.
   */
  fresh(first: number, keys: readonly Key[]): readonly Key[] | undefined {
    if (first > this.#nextKey) return undefined;
    const fresh = keys.slice(this.#nextKey - first);
    this.#nextKey += fresh.length;
    return fresh;
  }

  end(): void {
    this.#stream.destroy();
  }
}
