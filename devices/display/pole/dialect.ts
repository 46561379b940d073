import { assert } from '../../../src/base/assert.js';

/** Characters in a line of every pole that these commands are for. */
export const COLUMNS = 20;

/** Two lines of exactly {@link COLUMNS} printable ASCII characters. */
export interface TwoLines {
  readonly upper: string;
  readonly lower: string;
}

/** 1, the palest, to 4. */
export type Brightness = 1 | 2 | 3 | 4;

/** How one family of poles is spoken to. */
export interface Dialect {
  readonly name: string;
  /** After power-on, and after a plug was pulled: whatever state it is in, it is clear and without a cursor then. */
  start(brightness: Brightness): Uint8Array;
  /** Both lines in one piece, so that never half of a message stands there. */
  show(lines: TwoLines): Uint8Array;
}

const ESC = 0x1b;
const US = 0x1f;
const CLEAR = 0x0c;
const CANCEL = 0x18;
const RETURN = 0x0d;

/**
 * The command set that most poles speak and whose DIP switches call it CD5220. After `ESC Q` a pole takes lines only,
 * until CLR or CAN: every start begins with CAN.
 */
export const CD5220: Dialect = {
  name: 'cd5220',
  start: (brightness) => Uint8Array.of(CANCEL, ESC, 0x40, CLEAR, ESC, 0x5f, 0x00, ESC, 0x2a, brightness),
  show: ({ upper, lower }) =>
    Uint8Array.of(...[ESC, 0x51, 0x41, ...line(upper), RETURN], ...[ESC, 0x51, 0x42, ...line(lower), RETURN]),
};

/** ESC/POS for displays, as Epson's DM-D poles speak it: the cursor is placed, then the line is written over. */
export const EPSON_DMD: Dialect = {
  name: 'epson',
  start: (brightness) => Uint8Array.of(ESC, 0x40, CLEAR, US, 0x43, 0x00, US, 0x58, brightness),
  show: ({ upper, lower }) =>
    Uint8Array.of(...[US, 0x24, 1, 1, ...line(upper)], ...[US, 0x24, 1, 2, ...line(lower)]),
};

export const DIALECTS = { cd5220: CD5220, epson: EPSON_DMD } as const;
export type DialectName = keyof typeof DIALECTS;

function line(text: string): Uint8Array {
  // A shorter line would leave characters of the one before, and a control character would be a command.
  assert(/^[\x20-\x7e]{20}$/.test(text), `a pole's line is ${COLUMNS} printable characters, not "${text}"`);
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
