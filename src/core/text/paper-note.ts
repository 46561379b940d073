import type { Words } from '../../base/screen.js';
import { faultText } from '../fault/table.js';
import type { Reading } from '../readiness.js';

export interface PaperState {
  /** The last report of the printer; undefined before it was asked. */
  readonly reading: Reading | undefined;
  readonly nearEnd: boolean;
  /** Slips that wait for it. */
  readonly waiting: number;
}

/**
 * What the staff should know of the printer while the terminal sells without it, for a small line of the idle screen;
 * undefined where there is nothing. Slips that wait for a printer that is well are about to come out: nothing is said of them.
 */
export function paperNote({ reading, nearEnd, waiting }: PaperState): Words | undefined {
  if (reading === undefined) return undefined;
  if (reading.code === 0)
    return nearEnd ? { id: 'Kertas printer hampir habis.', en: 'Printer paper is nearly out.' } : undefined;
  const { id, en } = faultText(reading.code);
  const slips =
    waiting === 0
      ? { id: '', en: '' }
      : { id: ` ${waiting} struk menunggu.`, en: ` ${waiting} slip${waiting === 1 ? ' waits' : 's wait'}.` };
  return { id: `E${reading.code} ${id}${slips.id}`, en: `E${reading.code} ${en}${slips.en}` };
}
