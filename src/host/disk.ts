import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';

/**
 * Bytes that we may still write on the file system of `directory`; what is kept back for root is not ours. A card that is
 * dying turns read-only, and says itself free all the same.
 * @throws Error where the file system cannot be asked, or written (EROFS)
 */
export async function freeBytes(directory: string): Promise<number> {
  await access(directory, constants.W_OK);
  const { bsize, bavail } = await statfs(directory);
  return bsize * bavail;
}

/** Room for the WAL and for the next piece of the archive: what is free within the journal does not stand for that. */
const LEAST_BYTES = 8 * 1024 * 1024;

/** @param within bytes of the journal's own file that are free */
export function roomFor(free: number, within: number): number {
  return free < LEAST_BYTES ? free : free + within;
}
