import { type ControlAnswer, refusal } from '../control/answer.js';
import { FAULTS } from '../core/fault/table.js';
import type { Language } from '../core/text/spelled-number.js';
import { Usage } from './arguments.js';
import { exitCodes } from './exit-help.js';

const HEADS = {
  says: { id: 'Pelanggan membaca', en: 'The customer reads' },
  cause: { id: 'Sebab', en: 'Cause' },
  remedy: { id: 'Yang dilakukan', en: 'What to do' },
} as const;
const PARTS = ['says', 'cause', 'remedy'] as const;
const LANGUAGES: readonly Language[] = ['id', 'en'];

/**
 * What a fault number means and what is to be done, for `gopay-pos explain FAULT.qrMismatch` and `why` of it: from the table alone,
 * so that it is told where no terminal runs, too. Undefined for a word that is no number of the table.
 * @param language the only one; without it both
 */
export function faultHelp(word: string | undefined, language?: Language): ControlAnswer | undefined {
  const [, code] = /^[EN](\d{3})$/i.exec(word ?? '') ?? [];
  const found = Object.entries(FAULTS).find(([, { number }]) => number === Number(code));
  if (found === undefined) return undefined;
  const [name, row] = found;
  const told = (only: Language): string =>
    [`E${row.number} ${name}`, ...PARTS.map((part) => `  ${HEADS[part][only]}: ${row[part][only]}`)].join(
      '\n',
    );
  const text = (language === undefined ? LANGUAGES : [language]).map(told).join('\n\n');
  return { text, data: { name, ...row }, good: true };
}

/** `gopay-pos explain`: a number of the product, or `exit` for what a command ends with. @throws Usage */
export function explained([word, more]: readonly string[], language: Language | undefined): ControlAnswer {
  if (word === undefined || more !== undefined) throw new Usage('explain: which number, or "exit"?');
  if (word === 'exit') {
    const codes = exitCodes();
    const lines = codes.flatMap(({ exit, means, remedy }) =>
      (language === undefined ? LANGUAGES : [language]).map(
        (only, at) => `${(at === 0 ? String(exit) : '').padStart(3)}  ${means[only]}: ${remedy[only]}`,
      ),
    );
    return { text: lines.join('\n'), data: codes, good: true };
  }
  // A sale may have the number 412; here nothing else is meant.
  const help = faultHelp(/^\d{3}$/.test(word) ? `E${word}` : word, language);
  return help ?? refusal(`no fault of gopay-pos has the number ${word}`);
}
