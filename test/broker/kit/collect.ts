import type { Notice } from '../../../src/base/notice.js';
import type { LinkHandlers, LinkState } from '../../../src/port/link.js';
import { KeptLog } from '../../kit/kept-log.js';

/** What came, in order, and a way to wait for what comes next. */
export class Inbox<T> {
  readonly all: T[] = [];
  readonly #unread: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  push(value: T): void {
    this.all.push(value);
    const waiter = this.#waiting.shift();
    if (waiter) waiter(value);
    else this.#unread.push(value);
  }

  next(): Promise<T> {
    const value = this.#unread.shift();
    if (value !== undefined) return Promise.resolve(value);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async nextWhere(wanted: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await this.next();
      if (wanted(value)) return value;
    }
  }
}

/** Handlers of a link that keep everything. */
export class LinkRecorder implements LinkHandlers {
  readonly notices = new Inbox<Notice>();
  readonly states = new Inbox<LinkState>();

  notice(notice: Notice): void {
    this.notices.push(notice);
  }

  state(state: LinkState): void {
    this.states.push(state);
  }

  async up(): Promise<void> {
    await this.states.nextWhere((state) => state.up);
  }

  async down(): Promise<string> {
    const state = await this.states.nextWhere((other) => !other.up);
    return state.up ? '' : state.why;
  }
}

/** Keeps every line, debug too, for who waits for one. */
export class AwaitedLog extends KeptLog {
  readonly said = new Inbox<string>();

  protected override keep(line: string): void {
    super.keep(line);
    this.said.push(line);
  }
}

let count = 0;

/** A notice of its own id, valid for 20 minutes from `at`. */
export function someNotice(over: Partial<Notice> = {}): Notice {
  count += 1;
  const at = over.at ?? new Date().toISOString();
  return {
    id: `01JD${String(count).padStart(22, '0')}`,
    at,
    expiresAt: new Date(Date.parse(at) + 20 * 60_000).toISOString(),
    orderId: `T1-01JD${String(count).padStart(22, '0')}`,
    says: 'settlement',
    ...over,
  };
}
