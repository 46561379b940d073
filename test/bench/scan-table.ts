import { availableParallelism } from 'node:os';
import { Child } from './child.js';
import { columns } from './report.js';
import { HEADS, READERS, scanKey, VIEWS, type View, WAYS } from './scan-keys.js';
import type { ScanReader } from './scan-reader.js';

/**
 * Every picture of the set through ours and the two libraries as they are, onto heads of 58 and 80 mm, and how many can
 * be read on the paper, by three decoders that share no code, as it is and as a poor camera sees it. Counted by as many
 * processes as there are processors.
 */
export async function scanTable(directory: string): Promise<string> {
  const readers = Array.from(
    { length: Math.max(2, availableParallelism()) },
    () => new Child<ScanReader>('./scan-reader.js'),
  );
  try {
    const shares = await Promise.all(
      readers.map((reader, from) => reader.call('read', from, readers.length, directory)),
    );
    const pictures = shares.reduce((sum, share) => sum + share.pictures, 0);
    const table = tableOf((key) => shares.reduce((sum, { counts }) => sum + (counts.get(key) ?? 0), 0));
    return `of ${pictures} pictures, read on the printed slip\n${table}`;
  } finally {
    await Promise.all(readers.map((reader) => reader.end()));
  }
}

function tableOf(count: (key: ReturnType<typeof scanKey>) => number): string {
  const rows: string[][] = [];
  for (const { widthDots } of HEADS)
    for (const way of WAYS) {
      const cell = (view: View): string => {
        const each = READERS.map((reader) => count(scanKey(widthDots, way, view, reader))).join('/');
        return `${count(scanKey(widthDots, way, view, 'all'))} (${each})`;
      };
      rows.push([String(widthDots), way, ...VIEWS.map(cell)]);
    }
  const head = ['head', 'way', ...VIEWS.map((view) => `${view}: all (${READERS.join('/')})`)];
  return columns(head, rows);
}
