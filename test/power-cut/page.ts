import { pause } from './wait.js';

/** A browser dials again after some time. */
const AGAIN_MS = 250;

/** The screen as the page gets it, as far as it is looked at here. */
export interface Shown {
  readonly number: number;
  readonly show: string;
  readonly orderId?: string;
  readonly code?: string;
  readonly words?: { readonly en: string };
}

/** A browser with the terminal page open: takes the screens, confirms each, presses keys. */
export class PageVisitor {
  now: Shown | undefined;
  readonly #url: string;
  readonly #onScreen: (shown: Shown) => void;
  readonly #closing = new AbortController();
  #session = '';
  #token = '';
  #keys = 0;

  constructor(url: string, onScreen: (shown: Shown) => void) {
    this.#url = url;
    this.#onScreen = onScreen;
  }

  /** Until {@link close} is called. Where the stream ends before, it is dialled again, as browsers do. */
  async watch(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#listen();
      this.now = undefined;
      if (!this.#closing.signal.aborted) await pause(AGAIN_MS);
    }
  }

  async #listen(): Promise<void> {
    try {
      const answer = await fetch(`${this.#url}events`, { signal: this.#closing.signal });
      let held = '';
      for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        const parts = (held + chunk).split('\n\n');
        held = parts.pop() ?? '';
        for (const part of parts) this.#event(part);
      }
    } catch {
      // The stream broke: the terminal is dead, had not heard of us for too long, or we left. Either way nothing is on this screen.
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async press(...keys: readonly string[]): Promise<void> {
    const first = this.#keys;
    this.#keys += keys.length;
    await this.#post('keys', { first, keys });
  }

  #event(text: string): void {
    const name = /^event: (\w+)$/m.exec(text)?.[1];
    const data = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}') as Shown & {
      session: string;
      token: string;
    };
    if (name === 'hello') {
      this.#session = data.session;
      this.#token = data.token;
    } else if (name === 'screen') {
      this.now = data;
      void this.#post('seen', { painted: data.number });
      this.#onScreen(data);
    } else if (name === 'beat') void this.#post('seen', { painted: this.now?.number ?? 0 });
  }

  async #post(path: string, body: object): Promise<void> {
    const { origin } = new URL(this.#url);
    try {
      const answer = await fetch(this.#url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-gopay-pos-token': this.#token, origin },
        body: JSON.stringify({ session: this.#session, ...body }),
        signal: this.#closing.signal,
      });
      await answer.arrayBuffer();
    } catch {
      // The terminal died with this in its hands. The person sees a dead screen, and goes on when it is back.
    }
  }
}
