import { hexByte } from '../../../src/base/bytes.js';

/** Codes of field 27, of an abort (06 1E), and of a refusal (84 xx). */
export const RESULT = {
  paid: 0x00,
  /** A card that was refused: the nearest that there is to a denied charge. */
  denied: 0x66,
  notRegistered: 0x6b,
  /** Given up: by a key, by the register, or because it was not paid in time. */
  aborted: 0x6c,
  wrongCurrency: 0x6f,
  endOfDayNotPossible: 0x77,
  notPossible: 0x83,
  protocolError: 0x9a,
  communicationFault: 0x9b,
  pleaseWait: 0x9c,
  partly: 0x9d,
  noConnection: 0xa3,
  alreadyReversed: 0xb4,
  reversalNotPossible: 0xb5,
  amountTooLarge: 0xc3,
  currencyNotPossible: 0xc6,
  amountTooSmall: 0xc8,
  printerNotReady: 0xcc,
  outOfOrder: 0xdf,
  systemError: 0xff,
} as const;

const MEANINGS = wordsOf(RESULT, {
  paid: 'ok',
  notPossible: 'not possible here',
  protocolError: 'unreadable',
  partly: 'partly dispensed',
});

/** The numbers of a table in the words of their names, but for those that `others` puts otherwise. */
export function wordsOf<K extends string>(
  table: Readonly<Record<K, number>>,
  others: { readonly [P in K]?: string },
): ReadonlyMap<number, string> {
  const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return new Map((Object.keys(table) as K[]).map((name) => [table[name], others[name] ?? spaced(name)]));
}

/** `6C aborted`. */
export function nameOfCode(code: number): string {
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? hexByte(code) : `${hexByte(code)} ${meaning}`;
}
