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

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [RESULT.paid, 'ok'],
  [RESULT.denied, 'denied'],
  [RESULT.notRegistered, 'not registered'],
  [RESULT.aborted, 'aborted'],
  [RESULT.wrongCurrency, 'wrong currency'],
  [RESULT.endOfDayNotPossible, 'end of day not possible'],
  [RESULT.notPossible, 'not possible here'],
  [RESULT.protocolError, 'unreadable'],
  [RESULT.communicationFault, 'communication fault'],
  [RESULT.pleaseWait, 'please wait'],
  [RESULT.partly, 'partly dispensed'],
  [RESULT.noConnection, 'no connection'],
  [RESULT.alreadyReversed, 'already reversed'],
  [RESULT.reversalNotPossible, 'reversal not possible'],
  [RESULT.amountTooLarge, 'amount too large'],
  [RESULT.currencyNotPossible, 'currency not possible'],
  [RESULT.amountTooSmall, 'amount too small'],
  [RESULT.printerNotReady, 'printer not ready'],
  [RESULT.outOfOrder, 'out of order'],
  [RESULT.systemError, 'system error'],
]);

/** `6C aborted`. */
export function nameOfCode(code: number): string {
  const hex = code.toString(16).padStart(2, '0').toUpperCase();
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? hex : `${hex} ${meaning}`;
}
