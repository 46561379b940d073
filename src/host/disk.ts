import { statfs } from 'node:fs/promises';

/**
 * Bytes that we may still write on the file system of `directory`; what is kept back for root is not ours. A card that
 * turned read-only says itself free: only a commit of the journal shows that.
 * @throws Error where the file system cannot be asked
 */
export async function freeBytes(directory: string): Promise<number> {
  const { bsize, bavail } = await statfs(directory);
  return bsize * bavail;
}
