import { readFileSync } from 'node:fs';

/** How many files and sockets this process may have open; undefined where the system does not say. */
export function openFilesMost(): number | undefined {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Without /proc nobody knows; sockets that are too many are then refused one by one.
    return undefined;
  }
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}
