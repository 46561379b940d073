import type { Key, PadKey } from '../../src/base/key.js';

/** What a key code means here, and its name in linux/input-event-codes.h for the log. */
export interface KeyMeaning {
  readonly name: string;
  /**
   * `erase` takes one digit and, held down, all of them; `again` asks to hear the last announcement. Undefined: known,
   * and of no use on a terminal.
   */
  readonly key: Key | 'erase' | 'again' | undefined;
}

/** NumLock. Many pads press it around each digit to force digits out of a PC. */
export const KEY_NUMLOCK = 69;

const MEANINGS: Readonly<Record<number, KeyMeaning>> = {
  ...digits([11, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'KEY_'),
  ...digits([82, 79, 80, 81, 75, 76, 77, 71, 72, 73], 'KEY_KP'),
  ...digits([512, 513, 514, 515, 516, 517, 518, 519, 520, 521], 'KEY_NUMERIC_'),
  // A pad of twelve keys has no others to confirm and to cancel with.
  522: { name: 'KEY_NUMERIC_STAR', key: 'cancel' },
  523: { name: 'KEY_NUMERIC_POUND', key: 'enter' },
  // The kernel always reports the pad's digits as KP codes; these come from the firmware of pads that think NumLock is
  // off. The 5 has no such alias: it stays KP5.
  110: { name: 'KEY_INSERT', key: '0' },
  107: { name: 'KEY_END', key: '1' },
  108: { name: 'KEY_DOWN', key: '2' },
  109: { name: 'KEY_PAGEDOWN', key: '3' },
  105: { name: 'KEY_LEFT', key: '4' },
  106: { name: 'KEY_RIGHT', key: '6' },
  102: { name: 'KEY_HOME', key: '7' },
  103: { name: 'KEY_UP', key: '8' },
  104: { name: 'KEY_PAGEUP', key: '9' },
  28: { name: 'KEY_ENTER', key: 'enter' },
  96: { name: 'KEY_KPENTER', key: 'enter' },
  352: { name: 'KEY_OK', key: 'enter' },
  1: { name: 'KEY_ESC', key: 'cancel' },
  74: { name: 'KEY_KPMINUS', key: 'cancel' },
  223: { name: 'KEY_CANCEL', key: 'cancel' },
  14: { name: 'KEY_BACKSPACE', key: 'back' },
  355: { name: 'KEY_CLEAR', key: 'erase' },
  78: { name: 'KEY_KPPLUS', key: 'again' },
  // Rupiah have no decimals, and a terminal does not calculate.
  83: { name: 'KEY_KPDOT', key: undefined },
  111: { name: 'KEY_DELETE', key: undefined },
  121: { name: 'KEY_KPCOMMA', key: undefined },
  98: { name: 'KEY_KPSLASH', key: undefined },
  55: { name: 'KEY_KPASTERISK', key: undefined },
  117: { name: 'KEY_KPEQUAL', key: undefined },
  15: { name: 'KEY_TAB', key: undefined },
  69: { name: 'KEY_NUMLOCK', key: undefined },
};

/** @param own codes that this pad sends for something else, from the configuration; they win. */
export function meaningOf(code: number, own: ReadonlyMap<number, PadKey>): KeyMeaning {
  const known = MEANINGS[code];
  const key = own.get(code);
  if (key !== undefined)
    return { name: known?.name ?? `code ${code}`, key: key === 'none' ? undefined : key };
  return known ?? { name: `code ${code}`, key: undefined };
}

function digits(codes: readonly number[], prefix: string): Record<number, KeyMeaning> {
  return Object.fromEntries(
    codes.map((code, digit) => [code, { name: `${prefix}${digit}`, key: String(digit) as Key }]),
  );
}
