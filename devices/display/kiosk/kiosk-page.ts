import { assert } from '../../../src/base/assert.js';
import { hex } from '../../../src/base/bytes.js';
import { type Fault, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Random } from '../../../src/port/clock.js';
import type { Display } from '../../../src/port/display.js';
import type { Keypad, KeypadEvent } from '../../../src/port/keypad.js';
import { CallerLog } from '../../kit/caller-log.js';
import type { ScreenWords } from '../../kit/device.js';
import type { HostRefusal } from '../../kit/http-server.js';
import type { Tools } from '../../kit/tools.js';
import { testScreen } from '../phrases.js';
import { readAssets } from './assets.js';
import type { KeysMessage, Pressed, SeenMessage, Typed } from './messages.js';
import { PageServer, type PageServerOptions } from './page-server.js';
import { PageSessions } from './page-sessions.js';
import { pageView, type View, viewAfter } from './view.js';

export interface KioskOptions
  extends ScreenWords,
    Pick<PageServerOptions, 'host' | 'port' | 'hostNames'>,
    Pick<Tools, 'clock' | 'timers' | 'log'> {
  /** Whether idle and entering show keys to touch. Keys of a keyboard are taken either way. */
  readonly pad: boolean;
  /** For the token and the sessions: must be fit for secrets. */
  readonly random: Random;
}

/** The bound of {@link Display.show}. */
const CONFIRM_WITHIN_MS = 3_000;

interface Showing {
  readonly number: number;
  readonly view: View;
  readonly sinceMs: number;
  readonly settle: (confirmed: boolean) => void;
}

/**
 * The terminal page: one server that is a display and a keypad. Everything a page shows comes from `show`; the page
 * decides nothing, and says so plainly when it has lost us.
 */
export class KioskPage {
  readonly display: Display;
  readonly keypad: Keypad;
  readonly #options: KioskOptions;
  readonly #log: CallerLog;
  readonly #sessions: PageSessions;
  readonly #attachedListeners: ((attached: boolean) => void)[] = [];
  #onKeypad: ((event: KeypadEvent) => void) | undefined;
  #onTyped: (typed: Typed) => void = () => undefined;
  #showing: Showing | undefined;
  #lastNumber = 0;
  #server: PageServer | undefined;
  #port: number | undefined;
  #opening: Promise<void> | undefined;
  #cancelTest: () => void = () => undefined;

  constructor(options: KioskOptions) {
    this.#options = options;
    this.#log = new CallerLog({ ...options, name: 'the terminal page' });
    this.#sessions = new PageSessions({
      ...options,
      log: this.#log.callers,
      present: (present, why) => this.#presence(present, why),
      screen: () => this.#screenEvent(),
    });
    this.display = {
      name: 'kiosk page',
      canShowQr: true,
      test: (forMs) => this.#test(forMs),
      show: (screen) => this.#show(screen),
      attached: () => this.#sessions.present(),
      onAttached: (listener) => void this.#attachedListeners.push(listener),
      start: () => this.start(),
      stop: () => this.stop(),
    };
    this.keypad = {
      name: 'kiosk page',
      start: (on) => {
        this.#onKeypad = on;
        if (this.#sessions.present()) on({ kind: 'present' });
      },
      stop: async () => {
        this.#onKeypad = undefined;
      },
    };
  }

  /** Where a browser finds the page, with a slash at the end. Only after `start`. */
  get url(): string {
    assert(this.#port !== undefined, 'the kiosk page has no address before it is started');
    const { host } = this.#options;
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${this.#port}/`;
  }

  /** The port it is served at. Only after `start`. */
  get port(): number {
    assert(this.#port !== undefined, 'the kiosk page has no port before it is started');
    return this.#port;
  }

  /** Hears what is typed beside keys, for a box that is set up; who sells hears none of it. */
  hearTyped(on: (typed: Typed) => void): void {
    this.#onTyped = on;
  }

  /**
   * Serves the page. Called again while it is served, it changes nothing.
   * @throws Failure FAULT.pageNotServed (cannot listen), FAULT.pageFileMissing (a file of the page is missing).
   */
  start(): Promise<void> {
    this.#opening ??= this.#serve().catch((thrown: unknown) => {
      this.#opening = undefined;
      throw thrown;
    });
    return this.#opening;
  }

  /** Ends every stream and the server. The screens then say that they are out of date. */
  async stop(): Promise<void> {
    // A start that failed has told its own caller; here it only means that there is nothing to close.
    await this.#opening?.catch(() => {});
    this.#opening = undefined;
    this.#cancelTest();
    this.#sessions.endAll('the page was stopped');
    this.#settle(false);
    const server = this.#server;
    this.#server = undefined;
    await server?.stop();
    this.#log.stop();
  }

  async #serve(): Promise<void> {
    const { host, port, language, shop, pad, hostNames, log, random, pictures } = this.#options;
    const assets = readAssets({ language, title: shop, pad });
    const token = hex(random.bytes(24));
    this.#sessions.opened({ token, build: assets.build });
    const server = new PageServer({
      ...{ host, hostNames, token, assets, pictures },
      log: this.#log.strangers,
      // The port of the last start, if there was one: browsers come back to it.
      port: this.#port ?? port,
      door: {
        full: () => this.#sessions.full(),
        join: (stream) => this.#sessions.join(stream),
        seen: (message) => this.#seen(message),
        keys: (message) => this.#keys(message),
      },
    });
    this.#port = await server.start();
    this.#server = server;
    log.info(`terminal page at ${this.url}`);
  }

  #show(screen: Screen): Promise<boolean> {
    this.#settle(false);
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const { view, wrong } = pageView(screen, this.#options.shop);
    const { clock, timers, log } = this.#options;
    if (wrong) log.error(`E${wrong.code} ${wrong.detail}`);
    return new Promise((resolve) => {
      const cancel = timers.after(CONFIRM_WITHIN_MS, () => resolve(false));
      const settle = (confirmed: boolean): void => {
        cancel();
        resolve(confirmed);
      };
      this.#showing = { number, view, sinceMs: clock.monoMs(), settle };
      this.#sessions.sendScreen();
      // Shown, with a number in the QR's place; but what was asked for is not seen.
      if (wrong) settle(false);
    });
  }

  /** As a sale is shown, with a code that no app can pay; then what was shown before comes back. */
  async #test(forMs: number): Promise<Result<readonly string[], Fault>> {
    const before = this.#showing;
    const confirmed = this.#show(testScreen(forMs));
    const testing = this.#showing;
    this.#cancelTest();
    this.#cancelTest = this.#options.timers.after(forMs, () => {
      if (before === undefined || this.#showing !== testing) return;
      this.#lastNumber += 1;
      this.#showing = { ...before, number: this.#lastNumber };
      this.#sessions.sendScreen();
    });
    const where = `terminal page at ${this.url}`;
    if (await confirmed)
      return ok([where, 'a code that a phone reads as text, words in the language that is set']);
    return err(temporary(FAULT.noScreen, `${where}: no browser has confirmed it`));
  }

  /** Settling twice does nothing. */
  #settle(confirmed: boolean): void {
    this.#showing?.settle(confirmed);
  }

  #screenEvent(): object {
    if (!this.#showing) return { number: 0, show: 'starting', shop: this.#options.shop };
    const { number, view, sinceMs } = this.#showing;
    return { number, ...viewAfter(view, this.#options.clock.monoMs() - sinceMs) };
  }

  #seen(message: SeenMessage): HostRefusal | undefined {
    const refusal = this.#sessions.alive(message.session);
    if (!refusal && message.painted === this.#showing?.number) this.#settle(true);
    return refusal;
  }

  #keys(message: KeysMessage): HostRefusal | undefined {
    const keys = this.#sessions.take(message);
    if ('status' in keys) return keys;
    for (const key of keys) {
      this.#options.log.debug(() => `<- ${told(key)}`);
      if (typeof key === 'string') this.#onKeypad?.({ kind: 'key', key });
      else if ('wish' in key) this.#onKeypad?.({ kind: 'wish', wish: key });
      else this.#onTyped(key);
    }
    return undefined;
  }

  #presence(present: boolean, why: string): void {
    this.#onKeypad?.(present ? { kind: 'present' } : { kind: 'gone', why });
    for (const listener of this.#attachedListeners) listener(present);
  }
}

/** A code that is being typed stands in no log. */
function told(key: Pressed): string {
  if (typeof key === 'string') return `key ${key}`;
  return 'type' in key ? `${key.type.length} characters` : JSON.stringify(key);
}
