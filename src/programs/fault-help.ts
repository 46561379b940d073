import { FAULTS } from '../core/fault/table.js';

/**
 * What a fault number means and what is to be done, for `gopay-pos why FAULT.qrMismatch`: from the table alone, so that
 * it is told where no terminal runs, too. Undefined for a word that is no number of the table.
 */
export function faultHelp(
  word: string | undefined,
): { readonly text: string; readonly data: object } | undefined {
  const [, code] = /^[EN](\d{3})$/i.exec(word ?? '') ?? [];
  const found = Object.entries(FAULTS).find(([, { number }]) => number === Number(code));
  if (found === undefined) return undefined;
  const [name, row] = found;
  const { number, says, cause, remedy } = row;
  const text = [
    `E${number} ${says.id}`,
    `Sebab: ${cause.id}`,
    `Yang dilakukan: ${remedy.id}`,
    '',
    `E${number} ${says.en}`,
    `Cause: ${cause.en}`,
    `What to do: ${remedy.en}`,
  ];
  return { text: text.join('\n'), data: { name, ...row } };
}
