import { constants } from 'node:fs';
import { open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { HOST_FAULT } from './fault-codes.js';

export interface DiskSpace {
  /** Bytes that we may still write; what is kept back for root is not ours. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** One name only: what a power cut leaves behind is used again by the next probe. */
const PROBE = '.gopay-pos-probe';

/**
 * Room on the file system of `directory`.
 * @returns E822 when the file system cannot be asked, E821 when less than `minFreeBytes` are left.
 */
export async function checkSpace(directory: string, minFreeBytes: number): Promise<Result<DiskSpace, Fault>> {
  let space: DiskSpace;
  try {
    const { bsize, bavail, blocks } = await statfs(directory);
    space = { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
  } catch (thrown) {
    return refuse(HOST_FAULT.diskUnknown, `${directory}: ${messageOf(thrown)}`);
  }
  if (space.freeBytes >= minFreeBytes) return ok(space);
  const detail = `${directory} has ${mebibytes(space.freeBytes)} free; ${mebibytes(minFreeBytes)} are needed`;
  return refuse(HOST_FAULT.diskFull, detail);
}

/**
 * Writes, syncs and removes a small file in `directory`: free bytes say nothing about a card that turned read-only.
 * It wears the card, so once at the start and after a journal error, not once a sale.
 * @returns E821 no room (ENOSPC, EDQUOT), E820 any other reason.
 */
export async function probeWritable(directory: string): Promise<Result<void, Fault>> {
  const path = join(directory, PROBE);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o600);
    try {
      await file.writeFile('This file may be removed.\n');
      await file.sync();
    } finally {
      await file.close();
    }
    await unlink(path);
    return ok(undefined);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    return refuse(
      full ? HOST_FAULT.diskFull : HOST_FAULT.diskNotWritable,
      `${directory}: ${messageOf(thrown)}`,
    );
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Temporary: a technician frees room or changes the card, and it works again. */
function refuse(code: number, detail: string): Result<never, Fault> {
  return err({ kind: 'temporary', code, detail });
}
