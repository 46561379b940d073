/** One command of the ESC/POS subset that our printers speak, or something else, named. */
export type PaperCommand =
  | { readonly do: 'text'; readonly code: number }
  | { readonly do: 'lineFeed' }
  | { readonly do: 'nothing' }
  | { readonly do: 'initialise' }
  /** `ESC !`, `GS !`, `ESC E`: what changes in the way text is set; undefined stays. */
  | { readonly do: 'style'; readonly wide?: number; readonly high?: number; readonly bold?: boolean }
  | { readonly do: 'align'; readonly to: number }
  | { readonly do: 'lineSpacing'; readonly dots: number }
  | { readonly do: 'feedLines'; readonly lines: number }
  /** In vertical motion units. */
  | { readonly do: 'feedUnits'; readonly units: number }
  /** `GS P`: vertical motion units an inch; 0 is the printer's own. */
  | { readonly do: 'motionUnits'; readonly anInch: number }
  | { readonly do: 'raster'; readonly mode: number; readonly bytesPerRow: number; readonly bits: Uint8Array }
  /** One function of `GS ( k` for QR (cn 49): fn and its parameters. */
  | { readonly do: 'qr'; readonly fn: number; readonly data: Uint8Array }
  | { readonly do: 'cut'; readonly feedDots: number }
  | { readonly do: 'autoStatus'; readonly mask: number }
  | { readonly do: 'transmitStatus'; readonly what: number }
  | { readonly do: 'identify'; readonly what: number }
  | { readonly do: 'unknown'; readonly bytes: Uint8Array };

export interface ReadCommand {
  readonly command: PaperCommand;
  readonly used: number;
}

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const DLE = 0x10;

/** The command at the beginning of `bytes`; undefined when more bytes are needed to tell. */
export function readCommand(bytes: Uint8Array): ReadCommand | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  if (first === 0x0a) return { command: { do: 'lineFeed' }, used: 1 };
  // NUL pads, CR does nothing where LF feeds.
  if (first === 0x00 || first === 0x0d) return { command: { do: 'nothing' }, used: 1 };
  if (first >= 0x20 && first !== 0x7f) return { command: { do: 'text', code: first }, used: 1 };
  if (![ESC, FS, GS, DLE].includes(first)) return unknown(bytes, 1);
  if (second === undefined) return undefined;
  if (first === ESC) return readEsc(bytes, second);
  if (first === GS) return readGs(bytes, second);
  if (first === FS)
    return second === 0x2e || second === 0x26 ? fixed({ do: 'nothing' }, 2) : unknown(bytes, 2);
  // Real-time commands were answered on arrival; in the stream they are passed over.
  if (second !== 0x04 && second !== 0x05) return unknown(bytes, 2);
  return bytes.length < 3 ? undefined : fixed({ do: 'nothing' }, 3);
}

type OfOneByte = Readonly<Record<string, (n: number) => PaperCommand>>;

const NOTHING = (): PaperCommand => ({ do: 'nothing' });

/** Commands of ESC, a letter and one byte. */
const AFTER_ESC: OfOneByte = {
  '!': (n) => ({
    do: 'style',
    wide: n & 0x20 ? 2 : 1,
    high: n & 0x10 ? 2 : 1,
    bold: (n & 0x08) !== 0,
  }),
  E: (n) => ({ do: 'style', bold: (n & 1) !== 0 }),
  a: (n) => ({ do: 'align', to: n % 48 }),
  d: (n) => ({ do: 'feedLines', lines: n }),
  J: (n) => ({ do: 'feedUnits', units: n }),
  3: (n) => ({ do: 'lineSpacing', dots: n }),
  // Code page, national set, font, underline, upside down: they change nothing in ASCII that this paper shows.
  ...{ t: NOTHING, R: NOTHING, M: NOTHING, '-': NOTHING, '{': NOTHING },
};

/** The same of GS. */
const AFTER_GS: OfOneByte = {
  '!': (n) => ({ do: 'style', wide: (n >> 4) + 1, high: (n & 0x0f) + 1 }),
  B: NOTHING,
  I: (n) => ({ do: 'identify', what: n }),
  a: (n) => ({ do: 'autoStatus', mask: n }),
  r: (n) => ({ do: 'transmitStatus', what: n }),
};

function readEsc(bytes: Uint8Array, second: number): ReadCommand | undefined {
  if (second === 0x40) return fixed({ do: 'initialise' }, 2);
  if (second === 0x32) return fixed({ do: 'lineSpacing', dots: 30 }, 2);
  // `ESC p m t1 t2`, a pulse for a drawer: there is none.
  if (second === 0x70) return bytes.length < 5 ? undefined : fixed({ do: 'nothing' }, 5);
  return readOne(AFTER_ESC, bytes, second);
}

function readGs(bytes: Uint8Array, second: number): ReadCommand | undefined {
  const [, , third, fourth] = bytes;
  const letter = String.fromCharCode(second);
  if (!'PVv('.includes(letter)) return readOne(AFTER_GS, bytes, second);
  if (third === undefined) return undefined;
  if (letter === 'P')
    return fourth === undefined ? undefined : fixed({ do: 'motionUnits', anInch: fourth }, 4);
  if (letter === 'V') return readCut(bytes, third);
  return letter === 'v' ? readRaster(bytes) : readParenthesis(bytes, third);
}

function readOne(known: OfOneByte, bytes: Uint8Array, second: number): ReadCommand | undefined {
  const made = known[String.fromCharCode(second)];
  if (made === undefined) return unknown(bytes, 2);
  const third = bytes[2];
  return third === undefined ? undefined : fixed(made(third), 3);
}

function readCut(bytes: Uint8Array, mode: number): ReadCommand | undefined {
  if (mode === 0 || mode === 1 || mode === 48 || mode === 49) return fixed({ do: 'cut', feedDots: 0 }, 3);
  if (mode !== 65 && mode !== 66) return unknown(bytes, 3);
  const feed = bytes[3];
  return feed === undefined ? undefined : fixed({ do: 'cut', feedDots: feed }, 4);
}

/** `GS v 0 m xL xH yL yH d...`: the command swallows its whole length, whatever the bytes were meant to be. */
function readRaster(bytes: Uint8Array): ReadCommand | undefined {
  if (bytes.length < 8) return undefined;
  const [, , zero = 0, mode = 0, xl = 0, xh = 0, yl = 0, yh = 0] = bytes;
  if (zero !== 0x30 || mode % 48 > 3) return unknown(bytes, 4);
  const bytesPerRow = xl + 256 * xh;
  const size = bytesPerRow * (yl + 256 * yh);
  if (bytes.length < 8 + size) return undefined;
  const bits = bytes.slice(8, 8 + size);
  return { command: { do: 'raster', mode: mode % 48, bytesPerRow, bits }, used: 8 + size };
}

/** `GS ( X pL pH ...`: its length is known even where its meaning is not. */
function readParenthesis(bytes: Uint8Array, which: number): ReadCommand | undefined {
  const [, , , pl, ph] = bytes;
  if (pl === undefined || ph === undefined) return undefined;
  const used = 5 + pl + 256 * ph;
  if (bytes.length < used) return undefined;
  const data = bytes.slice(5, used);
  const [first, second = 0] = data;
  if (which === 0x6b && first === 49) return { command: { do: 'qr', fn: second, data: data.slice(2) }, used };
  return unknown(bytes, used);
}

function fixed(command: PaperCommand, used: number): ReadCommand {
  return { command, used };
}

function unknown(bytes: Uint8Array, used: number): ReadCommand {
  return { command: { do: 'unknown', bytes: bytes.slice(0, Math.min(used, 16)) }, used };
}
