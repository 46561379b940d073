import type { Fault } from '../../src/base/fault.js';
import type { Key } from '../../src/base/key.js';
import { ok, type Result } from '../../src/base/result.js';
import type { Screen } from '../../src/base/screen.js';
import type { Slip } from '../../src/base/slip.js';
import type { Wish } from '../../src/base/wish.js';
import type { Display } from '../../src/port/display.js';
import type { Keypad, KeypadEvent } from '../../src/port/keypad.js';
import type { Printer, PrinterStatus, PrintOutcome } from '../../src/port/printer.js';
import type { Chance, FaultName } from './chance.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface DeviceParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  /** Whether the process that holds this end of the device still lives. */
  readonly alive: () => boolean;
  /** Power may go in the middle of an act. */
  readonly act: (what: string) => void;
  /** Or right after it. */
  readonly acted: (what: string) => void;
  /** A customer can see this QR now. */
  readonly seen: (orderId: string, payload: string) => void;
}

/** Long enough for any display to give up on a screen. */
const UNSEEN_MS = 3_000;

/** Out of order from time to time, for minutes; it outlives the processes that use it. */
export class Spell {
  #untilMs = 0;

  constructor(time: VirtualTime, chance: Chance, name: FaultName, mostMs: number, changed: () => void) {
    hourly(time, chance, name, () => {
      const ms = chance.detail(name, 500, mostMs);
      this.#untilMs = time.nowMs + ms;
      changed();
      time.after(ms, changed);
    });
    this.on = () => !chance.off && time.nowMs < this.#untilMs;
  }

  readonly on: () => boolean;
}

/**
 * Tells the terminal something from outside. What it throws has ended its process, which the box has heard already;
 * the world outside goes on.
 */
export function unheard(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

export class StormScreen implements Display {
  readonly name = 'screen';
  readonly canShowQr = true;
  readonly #parts: DeviceParts;
  readonly #gone: Spell;
  #listener: ((attached: boolean) => void) | undefined;
  #supersede: (() => void) | undefined;
  now: Screen | undefined;
  #painted: Screen | undefined;

  constructor(parts: DeviceParts, gone: Spell) {
    this.#parts = parts;
    this.#gone = gone;
  }

  show(screen: Screen): Promise<boolean> {
    const { alive, act, acted, chance, laws, time, story, seen } = this.#parts;
    return new Promise((resolve) => {
      if (!alive()) return;
      act('screen');
      if (!alive()) return;
      this.#supersede?.();
      this.now = screen;
      story.say(() => `screen: ${wordsOf(screen)}`);
      laws.screenShows(screen, false);
      if (!this.attached()) return resolve(false);
      const silent = chance.now('screenSilent');
      const stop = time.after(silent ? UNSEEN_MS : 60, () => {
        if (!alive()) return;
        this.#supersede = undefined;
        const shown = !silent && this.attached();
        if (shown) {
          this.#painted = screen;
          laws.screenShows(screen, true);
        }
        acted('screen');
        if (shown && screen.show === 'scan') seen(screen.orderId, screen.payload);
        if (alive()) resolve(shown);
      });
      this.#supersede = () => {
        stop();
        this.#supersede = undefined;
        resolve(false);
      };
    });
  }

  /** What stands on it, which is older than what it was told last; nothing while it is dark. */
  get lit(): Screen | undefined {
    return this.attached() ? this.#painted : undefined;
  }

  async test(): Promise<Result<readonly string[], Fault>> {
    return ok([]);
  }

  attached(): boolean {
    return !this.#gone.on();
  }

  onAttached(listener: (attached: boolean) => void): void {
    this.#listener = listener;
  }

  changed(): void {
    if (this.#parts.alive()) unheard(() => this.#listener?.(this.attached()));
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

function wordsOf(screen: Screen): string {
  const about = 'orderId' in screen ? ` ${screen.orderId}` : 'amount' in screen ? ` ${screen.amount}` : '';
  const words = 'words' in screen ? ` "${screen.words.en}"` : '';
  return `${screen.show}${about}${words}`;
}

const NO_PAPER: Fault = { kind: 'temporary', code: 401, detail: 'no paper' };

export class StormPrinter implements Printer {
  readonly name = 'printer';
  readonly about = 'a printer in the storm';
  readonly #parts: DeviceParts;
  readonly #out: Spell;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: DeviceParts, out: Spell) {
    this.#parts = parts;
    this.#out = out;
  }

  async status(): Promise<PrinterStatus> {
    return this.#out.on() ? { state: 'notReady', faults: [NO_PAPER] } : { state: 'ready', nearEnd: false };
  }

  print(slip: Slip, rest?: Promise<Slip>): Promise<PrintOutcome> {
    if (rest === undefined) this.#wanted(slip);
    const whole = rest?.then((known) => {
      if (this.#parts.alive()) this.#parts.laws.topEnded(slip.orderId ?? '');
      this.#wanted(known);
      return known;
    });
    const done = this.#queue.then(() => this.#print(slip, whole));
    this.#queue = done;
    return done;
  }

  interrupted(): void {}

  /** A QR whose sale ends while it waits in line is paper all the same: the laws look when it is asked for. */
  #wanted(slip: Slip): void {
    if (slip.kind === 'qr' && this.#parts.alive()) this.#parts.laws.slip(slip);
  }

  #print(slip: Slip, whole: Promise<Slip> | undefined): Promise<PrintOutcome> {
    const { alive, act, chance, laws, time, story } = this.#parts;
    return new Promise((resolve) => {
      if (!alive()) return;
      act('printer');
      if (!alive()) return;
      if (this.#out.on()) return resolve({ kind: 'failed', fault: NO_PAPER, started: false });
      if (whole === undefined) laws.slipBegun(slip);
      if (chance.now('printFails')) {
        time.after(400, () => alive() && resolve({ kind: 'failed', fault: NO_PAPER, started: true }));
        return;
      }
      if (whole === undefined) return this.#finish(slip, resolve);
      story.say(() => `paper: top of a slip of ${slip.orderId ?? ''}`);
      laws.topBegun(slip);
      time.after(200, () => {
        void whole.then((known) => {
          if (!alive()) return;
          act('printer');
          if (!alive()) return;
          if (this.#out.on()) return resolve({ kind: 'failed', fault: NO_PAPER, started: true });
          laws.slipBegun(known);
          this.#finish(known, resolve);
        });
      });
    });
  }

  #finish(slip: Slip, resolve: (outcome: PrintOutcome) => void): void {
    const { alive, acted, laws, time, story, seen } = this.#parts;
    story.say(() => `paper: ${slip.kind}${slip.copy ? ' COPY' : ''} of ${slip.orderId ?? ''}`);
    if (slip.kind !== 'qr') laws.slip(slip);
    time.after(400, () => {
      const qr = slip.lines.find((line) => line.put === 'qr');
      if (qr?.put === 'qr') seen(slip.orderId ?? '', qr.payload);
      acted('printer');
      if (alive()) resolve({ kind: 'printed', confirmed: true });
    });
  }

  async stop(): Promise<void> {}
}

export class StormPad implements Keypad {
  readonly name = 'pad';
  #on: ((event: KeypadEvent) => void) | undefined;

  start(on: (event: KeypadEvent) => void): void {
    this.#on = on;
    on({ kind: 'present' });
  }

  press(key: Key): void {
    unheard(() => this.#on?.({ kind: 'key', key }));
  }

  touch(wish: Wish): void {
    unheard(() => this.#on?.({ kind: 'wish', wish }));
  }

  unplug(): void {
    unheard(() => this.#on?.({ kind: 'gone', why: 'the storm took it' }));
  }

  plug(): void {
    unheard(() => this.#on?.({ kind: 'present' }));
  }

  async stop(): Promise<void> {}
}
