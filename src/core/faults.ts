import type { Words } from '../base/screen.js';
import { FAULTS } from './fault-table.js';

/** What a numbered fault means: to a customer or cashier (`id`, `en`), and what a technician does about it. */
export interface FaultText extends Words {
  readonly remedy: string;
}

const UNKNOWN: FaultText = {
  id: 'Gangguan. Hubungi petugas.',
  en: 'Out of order. Please ask the staff.',
  remedy: 'Read the log of the terminal around this time.',
};

/** The words for a fault number; a general sentence for a number that is not in the table. */
export function textOf(code: number): FaultText {
  return FAULTS[code] ?? UNKNOWN;
}
