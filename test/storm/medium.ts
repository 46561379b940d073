import { gunzipSync } from 'node:zlib';
import { MemoryArchive } from '../kit/memory-archive.js';
import type { Chance } from './chance.js';
import type { Laws } from './laws.js';

/** How the line of a sale begins; that of what is about none begins otherwise. */
const ORDER = /^{"order":"([^"]+)"/;

export interface MediumParts {
  readonly chance: Chance;
  readonly laws: Laws;
  readonly cut: (why: string) => void;
}

/** Where a box has its archive: it outlives each process, is away now and then, and loses its power with the box. */
export class Medium extends MemoryArchive {
  readonly #parts: MediumParts;
  /** Since somebody looked. */
  wrote = false;

  constructor(parts: MediumParts) {
    super();
    this.#parts = parts;
  }

  /** For one process. @param alive whether it still is */
  of(alive: () => boolean): Pick<MemoryArchive, 'size' | 'append' | 'read'> {
    return {
      size: (file) => this.size(file),
      read: (file, begins, length) => this.read(file, begins, length),
      append: (file, begins, bytes) => this.#append(alive, file, begins, bytes),
    };
  }

  async #append(alive: () => boolean, file: string, begins: number, bytes: Uint8Array): Promise<void> {
    const { chance, cut, laws } = this.#parts;
    if (chance.now('archiveAway')) throw new Error('the medium is away');
    const half = chance.now('cutInArchive');
    await super.append(file, begins, half ? bytes.subarray(0, bytes.length / 2) : bytes);
    if (half || chance.now('cutInArchive')) cut('in the archive');
    this.wrote = true;
    // The process that waits for it is no more.
    if (!alive()) return new Promise(() => undefined);
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
    laws.archived(lines.map((line) => ORDER.exec(line)?.[1] ?? ''));
  }
}
