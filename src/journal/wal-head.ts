import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const HEAD = 32;
/** https://www.sqlite.org/fileformat2.html#walformat: the last bit says in which byte order the sums are made. */
const MAGIC = 0x377f0682;

/**
 * Whether the head of this WAL is none: SQLite then takes the whole file for nothing, in silence. It writes and syncs the
 * head before the first frame, so that no power cut leaves a WAL without one.
 */
export function isHeadless(wal: string): boolean {
  if (!existsSync(wal)) return false;
  const head = Buffer.alloc(HEAD);
  const file = openSync(wal, 'r');
  try {
    const length = readSync(file, head, 0, HEAD, 0);
    if (length === 0) return false;
    if (length < HEAD) return true;
  } finally {
    closeSync(file);
  }
  const magic = head.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return true;
  const word = (at: number): number => (magic === MAGIC ? head.readUInt32LE(at) : head.readUInt32BE(at));
  let [one, two] = [0, 0];
  for (let at = 0; at < 24; at += 8) {
    one = (one + word(at) + two) >>> 0;
    two = (two + word(at + 4) + one) >>> 0;
  }
  return one !== head.readUInt32BE(24) || two !== head.readUInt32BE(28);
}
