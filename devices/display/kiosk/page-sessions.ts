import type { ServerResponse } from 'node:http';
import { hex } from '../../../src/base/bytes.js';
import type { HostRefusal } from '../../kit/http-server.js';
import type { Tools } from '../../kit/tools.js';
import type { KeysMessage, Pressed } from './messages.js';

export interface PageSessionsOptions extends Omit<Tools, 'tap'> {
  /** The first page proved itself, or the last one left. */
  readonly present: (present: boolean, why: string) => void;
  /** The current screen as an event. */
  readonly screen: () => object;
}

/** A page calls its screen out of date after 5 s of silence, so one beat may be lost. */
const BEAT_MS = 2_000;
/** A page answers each beat. One that does not is a browser that hangs: its picture and keys are not to be relied on. */
const SILENT_MS = 10_000;
/** A browser holds one of its six connections a host for each page. */
const MOST_PAGES = 4;

/** More than this unsent means that the browser does not read: a screen is some 10 kB. */
const MOST_UNSENT_BYTES = 512 * 1024;

/** The open pages. */
export class PageSessions {
  readonly #options: PageSessionsOptions;
  readonly #sessions = new Map<string, PageSession>();
  #welcome: object = {};
  #present = false;

  constructor(options: PageSessionsOptions) {
    this.#options = options;
  }

  /** What each page is told first from now on. */
  opened(welcome: { readonly token: string; readonly build: string }): void {
    this.#welcome = welcome;
  }

  /** Whether at least one page is there and has answered. */
  present(): boolean {
    return this.#present;
  }

  full(): HostRefusal | undefined {
    if (this.#sessions.size < MOST_PAGES) return undefined;
    return { status: 429, why: `${MOST_PAGES} pages are open already` };
  }

  join(stream: ServerResponse): void {
    const { random, clock, log } = this.#options;
    const session = new PageSession(hex(random.bytes(16)), stream, clock.monoMs());
    this.#sessions.set(session.id, session);
    stream.on('close', () => this.#left(session, 'the page was closed'));
    // A broken stream closes right after; there it is dealt with.
    stream.on('error', (error) => log.debug(() => `page stream: ${error.message}`));
    session.send('hello', { ...this.#welcome, session: session.id });
    session.send('screen', this.#options.screen());
    this.#beat(session);
  }

  sendScreen(): void {
    const screen = this.#options.screen();
    for (const session of this.#sessions.values()) session.send('screen', screen);
  }

  /** A sign of life. The first one makes the page count. */
  alive(id: string): HostRefusal | undefined {
    const session = this.#sessions.get(id);
    if (!session) return { status: 409, why: 'no such page is connected' };
    session.heardMs = this.#options.clock.monoMs();
    if (!session.proven) {
      session.proven = true;
      this.#tell('a page is connected');
    }
    return undefined;
  }

  /** The keys that are new. */
  take(message: KeysMessage): readonly Pressed[] | HostRefusal {
    const refusal = this.alive(message.session);
    if (refusal) return refusal;
    const fresh = this.#sessions.get(message.session)?.fresh(message.first, message.keys);
    return fresh ?? { status: 409, why: `keys before number ${message.first} are missing` };
  }

  endAll(why: string): void {
    for (const session of [...this.#sessions.values()]) {
      this.#left(session, why);
      session.end();
    }
  }

  #left(session: PageSession, why: string): void {
    session.stopBeat();
    if (this.#sessions.delete(session.id)) this.#tell(why);
  }

  #tell(why: string): void {
    const present = [...this.#sessions.values()].some((session) => session.proven);
    if (present === this.#present) return;
    this.#present = present;
    this.#options.log.info(present ? why : `no page any more: ${why}`);
    this.#options.present(present, why);
  }

  #beat(session: PageSession): void {
    session.stopBeat = this.#options.timers.after(BEAT_MS, () => {
      if (this.#options.clock.monoMs() - session.heardMs > SILENT_MS) {
        this.#left(session, 'the page does not answer');
        session.end();
      } else {
        session.send('beat', {});
        this.#beat(session);
      }
    });
  }
}

/** One open page: its stream of events, and how far its keys were taken. */
class PageSession {
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
  fresh(first: number, keys: readonly Pressed[]): readonly Pressed[] | undefined {
    if (first > this.#nextKey) return undefined;
    const fresh = keys.slice(this.#nextKey - first);
    this.#nextKey += fresh.length;
    return fresh;
  }

  end(): void {
    this.#stream.destroy();
  }
}
