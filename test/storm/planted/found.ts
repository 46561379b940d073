import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `| bug | seed | ...`, or with the shop before it; what stands in brackets is said for people. */
const ROW = /^\|(?: *[\w ]* \|)? ([^|]+) \| (\d+) \| \d+ \|/gm;

/** In which seed each planted bug was found, as the tables of the storm's page say. */
export function seedsOfPage(): ReadonlyMap<string, number> {
  const page = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  return new Map(
    [...page.matchAll(ROW)].map(([, name = '', seed]) => [name.replace(/ \([^)]*\)/g, ''), Number(seed)]),
  );
}
