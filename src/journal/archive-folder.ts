import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './sign-of-life.js';

/** Where the archive's files are. */
export interface ArchiveStore {
  /** In bytes; 0 where it is not there. */
  size(file: string): number;
  /**
   * Cuts the file to `begins` bytes (what lies behind is of a try before), writes behind that, and returns when it is on disk.
   * @throws Error where the medium does not take it
   */
  append(file: string, begins: number, bytes: Uint8Array): Promise<void>;
  /** @throws Error where so much cannot be read */
  read(file: string, begins: number, length: number): Uint8Array;
}

/** A folder beside the journal, or on a second medium. What waits for the disk waits outside the loop. */
export class ArchiveFolder implements ArchiveStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  size(file: string): number {
    return statSync(join(this.#directory, file), { throwIfNoEntry: false })?.size ?? 0;
  }

  async append(file: string, begins: number, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, file);
    const handle = await open(path, begins === 0 ? 'w' : 'r+', 0o600);
    try {
      await handle.truncate(begins);
      await handle.write(bytes, 0, bytes.length, begins);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (begins === 0) syncFolder(this.#directory);
  }

  read(file: string, begins: number, length: number): Uint8Array {
    const handle = openSync(join(this.#directory, file), 'r');
    try {
      const bytes = Buffer.alloc(length);
      const got = readSync(handle, bytes, 0, length, begins);
      if (got < length) throw new Error(`${file} ends ${length - got} bytes too early`);
      return bytes;
    } finally {
      closeSync(handle);
    }
  }
}
