import type { KeySource, KeySourceHandlers } from '../../devices/keypad/source.js';

/** Linux' codes of the keys of a numeric pad (input-event-codes.h). */
const CODES: Readonly<Record<string, number>> = {
  '0': 82,
  '1': 79,
  '2': 80,
  '3': 81,
  '4': 75,
  '5': 76,
  '6': 77,
  '7': 71,
  '8': 72,
  '9': 73,
  enter: 96,
  cancel: 1,
  plus: 78,
};

const EV_SYN = 0;
const EV_KEY = 1;

/** A pad that types by itself: the bytes that the kernel would give for a USB numeric pad. */
export class Typist implements KeySource {
  readonly name = 'demo pad';
  #handlers: KeySourceHandlers | undefined;

  open(handlers: KeySourceHandlers): () => void {
    queueMicrotask(() => {
      this.#handlers = handlers;
      handlers.opened({ grab: 'off' });
    });
    return () => {
      this.#handlers = undefined;
    };
  }

  /** Presses and releases each key: digits, `enter`, `cancel`, `plus`. */
  type(keys: readonly string[]): void {
    for (const key of keys) {
      const code = CODES[key];
      if (code === undefined) throw new Error(`the demo pad has no key "${key}"`);
      for (const value of [1, 0]) {
        this.#handlers?.bytes(record(EV_KEY, code, value));
        this.#handlers?.bytes(record(EV_SYN, 0, 0));
      }
    }
  }
}

/** struct input_event as this process' architecture has it: 24 bytes, or 16 on 32-bit ARM. Times are zero. */
function record(type: number, code: number, value: number): Uint8Array {
  const head = process.arch === 'arm' ? 8 : 16;
  const bytes = Buffer.alloc(head + 8);
  bytes.writeUInt16LE(type, head);
  bytes.writeUInt16LE(code, head + 2);
  bytes.writeInt32LE(value, head + 4);
  return bytes;
}
