import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';

/** After a power cut either the old file is there, or the new one. @returns why not */
export function writeWhole(path: string, text: string): string | undefined {
  const beside = `${path}.new`;
  try {
    const file = openSync(beside, 'w', 0o644);
    try {
      // All of it, or it throws: a disk that has become full takes a part.
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
