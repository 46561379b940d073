import type { Backoff } from '../../src/base/backoff.js';
import type { PadKey } from '../../src/base/key.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Keypad, KeypadEvent } from '../../src/port/keypad.js';
import { reopenAfterMs } from '../kit/line.js';
import type { Tools } from '../kit/tools.js';
import { type Keystroke, Keystrokes } from './keystrokes.js';
import { RecordReader, recordSize } from './records.js';
import type { Grab, KeypadLoss, KeySource } from './source.js';

export interface EvdevKeypadOptions extends Pick<Tools, 'timers' | 'log'> {
  /** Default: the source's name. */
  readonly name?: string;
  readonly source: KeySource;
  /** `process.arch`: decides the size of a record. */
  readonly arch: string;
  /** Codes that this pad sends for something else than their name says. */
  readonly map?: ReadonlyMap<number, PadKey>;
  /** Default 500 ms doubling to 5 s. */
  readonly reopen?: Backoff;
}

/** A keypad that the kernel knows as an input device: USB pads, matrix keypads, whole keyboards. */
export class EvdevKeypad implements Keypad {
  readonly name: string;
  readonly #options: EvdevKeypadOptions;
  readonly #records: RecordReader;
  readonly #keystrokes: Keystrokes;
  #on: ((event: KeypadEvent) => void) | undefined;
  #close: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  #saidGone: string | undefined;

  constructor(options: EvdevKeypadOptions) {
    this.#options = options;
    this.name = options.name ?? options.source.name;
    this.#records = new RecordReader(recordSize(options.arch));
    this.#keystrokes = new Keystrokes(options.map ?? new Map());
  }

  start(on: (event: KeypadEvent) => void): void {
    this.#on = on;
    this.#open();
  }

  stop(): Promise<void> {
    this.#on = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#close?.();
    this.#close = undefined;
    return Promise.resolve();
  }

  #open(): void {
    // Half a record, or a key held down, belongs to the device that went away.
    this.#records.reset();
    this.#keystrokes.reset();
    this.#close = this.#options.source.open({
      opened: (grab) => this.#opened(grab),
      bytes: (bytes) => this.#bytes(bytes),
      gone: (cause, why) => this.#gone(cause, why),
    });
  }

  #opened(grab: Grab): void {
    this.#failures = 0;
    this.#saidGone = undefined;
    const { log } = this.#options;
    if (grab.grab === 'held') log.info(`${this.name} open, keys come here only`);
    else if (grab.grab === 'off') log.info(`${this.name} open, shared with the console, as configured`);
    else
      log.warn(
        `E${FAULT.keypadHeld} ${this.name} open, but not for us alone (${grab.why}): keys may also reach the console`,
      );
    this.#on?.({ kind: 'present' });
  }

  #bytes(bytes: Uint8Array): void {
    for (const record of this.#records.push(bytes)) {
      const keystroke = this.#keystrokes.take(record);
      if (keystroke !== undefined) this.#tell(keystroke);
    }
  }

  #tell(keystroke: Keystroke): void {
    const { log } = this.#options;
    switch (keystroke.kind) {
      case 'key':
        log.debug(() => `<- ${keystroke.name}: ${keystroke.key} (code ${keystroke.code})`);
        this.#on?.({ kind: 'key', key: keystroke.key });
        return;
      case 'again':
        log.debug(() => `<- ${keystroke.name}: again (code ${keystroke.code})`);
        this.#on?.({ kind: 'again' });
        return;
      case 'ignored':
        log.debug(() => `<- ${keystroke.name}: of no use here (code ${keystroke.code})`);
        return;
      case 'lost':
        // An amount with a digit missing is a wrong amount, so the entry goes, as it does with an unplugged pad.
        log.warn(
          `E${FAULT.keysLost} ${this.name} sent faster than it was read: keys are missing, the entry is void`,
        );
        this.#on?.({ kind: 'gone', why: `E${FAULT.keysLost} keys were lost` });
        this.#on?.({ kind: 'present' });
    }
  }

  #gone(cause: KeypadLoss, why: string): void {
    if (this.#on === undefined) return;
    const text = `E${LOSS[cause]} ${why}`;
    const waitMs = reopenAfterMs(this.#failures, this.#options.reopen);
    this.#failures += 1;
    this.#cancelRetry = this.#options.timers.after(waitMs, () => this.#open());
    const first = this.#saidGone === undefined;
    if (this.#saidGone !== text)
      this.#options.log.warn(`${this.name} gone (${cause}): ${text}; trying again`);
    this.#saidGone = text;
    if (first) this.#on({ kind: 'gone', why: text });
  }
}

const LOSS: Readonly<Record<KeypadLoss, number>> = {
  absent: FAULT.keypadMissing,
  denied: FAULT.keypadForbidden,
  unplugged: FAULT.keypadUnplugged,
  taken: FAULT.keypadHeld,
  unusable: FAULT.notAKeypad,
};
