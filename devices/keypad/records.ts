import { assert } from '../../src/base/assert.js';

/** One `struct input_event` of linux/input.h. */
export interface InputRecord {
  /** Time of the event in ms, on whatever clock the device was told to use. Only differences mean anything. */
  readonly atMs: number;
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

export const EV_SYN = 0;
export const EV_KEY = 1;
export const SYN_REPORT = 0;
export const SYN_DROPPED = 3;

/**
 * Bytes of a record. The kernel goes by the *process*: a 32-bit one gets 16-byte records even from a 64-bit kernel
 * (drivers/input/input-compat.h), so `uname` would be the wrong thing to ask.
 * @param arch `process.arch`.
 */
export function recordSize(arch: string): 16 | 24 {
  return arch === 'arm' || arch === 'ia32' || arch === 'mipsel' ? 16 : 24;
}

/** Cuts a byte stream into records; a read may end anywhere. Holds less than one record. */
export class RecordReader {
  readonly #size: 16 | 24;
  readonly #held: Uint8Array;
  #count = 0;

  constructor(size: 16 | 24) {
    this.#size = size;
    this.#held = new Uint8Array(size);
  }

  push(bytes: Uint8Array): InputRecord[] {
    const records: InputRecord[] = [];
    for (const byte of bytes) {
      this.#held[this.#count] = byte;
      this.#count += 1;
      if (this.#count < this.#size) continue;
      this.#count = 0;
      records.push(this.#read());
    }
    assert(this.#count < this.#size, 'the reader holds a whole record');
    return records;
  }

  /** What was held belongs to a device that is gone. */
  reset(): void {
    this.#count = 0;
  }

  #read(): InputRecord {
    const view = new DataView(this.#held.buffer);
    const wide = this.#size === 24;
    const seconds = wide ? Number(view.getBigUint64(0, true)) : view.getUint32(0, true);
    const micros = wide ? Number(view.getBigUint64(8, true)) : view.getUint32(4, true);
    const at = wide ? 16 : 8;
    return {
      atMs: seconds * 1_000 + micros / 1_000,
      type: view.getUint16(at, true),
      code: view.getUint16(at + 2, true),
      value: view.getInt32(at + 4, true),
    };
  }
}
