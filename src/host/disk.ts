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
