import { err, ok, type Result } from '../base/result.js';
import type { HttpTransport } from '../midtrans/exchange.js';
import type { RelayAnswer } from './answer.js';

/** On everything that was passed on once: a relay that gets it back does not pass it on again. */
export const FORWARDED_HEADER = 'x-gopay-pos-forwarded';

const ANSWER_LIMIT_BYTES = 64 * 1024;
/** More at a time than any shop's notifications; the rest is sent again by Midtrans. */
const UNDER_WAY_MOST = 16;

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface ForwarderOptions {
  /** https, or http to this machine. */
  readonly url: string;
  readonly exchange: HttpTransport;
  /** Midtrans waits 5 s for us. */
  readonly timeoutMs: number;
}

/** Passes notifications that are not of our terminals on to whom they belong to: the same body, and its answer back. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  #underWay = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** @returns its answer, or why there is none that could be passed back: then Midtrans is to send again. */
  async pass(body: Uint8Array): Promise<Result<RelayAnswer, string>> {
    if (this.#underWay >= UNDER_WAY_MOST) return err(`${UNDER_WAY_MOST} are under way already`);
    const text = textOf(body);
    if (text === undefined) return err('not a text');
    const { url, exchange, timeoutMs } = this.#options;
    const headers = { 'Content-Type': 'application/json', Accept: '*/*', [FORWARDED_HEADER]: '1' };
    this.#underWay += 1;
    try {
      const bounds = { timeoutMs, limitBytes: ANSWER_LIMIT_BYTES };
      const answer = await exchange({ method: 'POST', url, headers, body: text }, bounds);
      if (!answer.ok) return err(`E${answer.error.code} ${answer.error.detail}`);
      const { status, bytes, wireContentType } = answer.value;
      // Its Location is not passed back, and Midtrans follows only some of them.
      if (status >= 300 && status < 400) return err(`it redirects with ${status}`);
      return ok({
        status,
        contentType: wireContentType || 'text/plain',
        body: bytes,
        note: `forwarded ${status}`,
      });
    } finally {
      this.#underWay -= 1;
    }
  }
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(body);
  } catch {
    return undefined;
  }
}
