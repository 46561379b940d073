import type { ArchiveStore } from '../../src/journal/archive-folder.js';

/** A medium in memory, which survives whatever process writes to it. */
export class MemoryArchive implements ArchiveStore {
  readonly files = new Map<string, Buffer>();
  /** Called before and after a file is written; what it throws, the medium says. */
  around: (when: 'before' | 'after', cut: () => void) => void = () => undefined;

  size(file: string): number {
    return this.files.get(file)?.length ?? 0;
  }

  append(file: string, begins: number, bytes: Uint8Array): Promise<void> {
    return Promise.resolve().then(() => {
      const before = (this.files.get(file) ?? Buffer.alloc(0)).subarray(0, begins);
      this.around('before', () =>
        this.files.set(file, Buffer.concat([before, bytes.subarray(0, bytes.length / 2)])),
      );
      this.files.set(file, Buffer.concat([before, bytes]));
      this.around('after', () => undefined);
    });
  }

  read(file: string, begins: number, length: number): Uint8Array {
    const bytes = (this.files.get(file) ?? Buffer.alloc(0)).subarray(begins, begins + length);
    if (bytes.length < length) throw new Error(`${file} ends ${length - bytes.length} bytes too early`);
    return bytes;
  }
}
