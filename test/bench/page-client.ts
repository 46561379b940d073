import { Agent, type IncomingMessage, request } from 'node:http';
import type { Marks } from './marks.js';

/** A browser in front of the terminal page, without the browser: reads its events, confirms each screen, presses keys. */
export class PageClient {
  readonly #url: string;
  readonly #marks: Marks;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  #token = '';
  #session = '';
  #keys = 0;

  constructor(url: string, marks: Marks) {
    this.#url = url;
    this.#marks = marks;
  }

  /** Resolves when the first screen was confirmed. Sets the mark `screen SHOW` for each screen that arrives. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const events = request(`${this.#url}events`, (response) => {
        if (response.statusCode !== 200) reject(new Error(`the page's events: ${response.statusCode}`));
        this.#read(response, (confirmed) => confirmed.then(resolve, reject));
      });
      events.on('error', reject);
      events.end();
    });
  }

  press(keys: readonly string[]): Promise<void> {
    const first = this.#keys;
    this.#keys += keys.length;
    return this.#post('keys', { session: this.#session, first, keys });
  }

  #read(response: IncomingMessage, confirmed: (work: Promise<void>) => void): void {
    let text = '';
    response.setEncoding('utf8');
    // The terminal ends before the page does.
    response.on('error', () => undefined);
    response.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = '{}'] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        this.#hear(event, JSON.parse(data) as Readonly<Record<string, unknown>>, confirmed);
      }
    });
  }

  #hear(
    event: string,
    data: Readonly<Record<string, unknown>>,
    confirmed: (work: Promise<void>) => void,
  ): void {
    if (event === 'hello') {
      this.#token = String(data['token']);
      this.#session = String(data['session']);
    } else if (event === 'screen') {
      this.#marks.set(`screen ${String(data['show'])}`);
      confirmed(this.#post('seen', { session: this.#session, painted: data['number'] }));
    } else if (event === 'beat') confirmed(this.#post('seen', { session: this.#session, painted: 0 }));
  }

  #post(path: 'seen' | 'keys', body: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'x-gopay-pos-token': this.#token,
        origin: new URL(this.#url).origin,
      };
      const post = request(
        `${this.#url}${path}`,
        { method: 'POST', headers, agent: this.#agent },
        (response) => {
          response.resume();
          if (response.statusCode === 204) resolve();
          else reject(new Error(`the page's ${path}: ${response.statusCode}`));
        },
      );
      post.on('error', reject);
      post.end(JSON.stringify(body));
    });
  }
}
