/** How the QR reaches the paper. */
export type QrWay =
  /** `GS v 0`, dot by dot. Every ESC/POS printer knows it. */
  | 'raster'
  /** `GS v 0` with m=3: the printer doubles it. A quarter of the bytes, for slow serial lines. */
  | 'raster-double'
  /** `GS ( k`: the printer draws the code itself. 0.6 s instead of 13 s at 9600 baud, where it is supported. */
  | 'native';

/** What can be asked of the printer. */
export type StatusWay =
  /** Nothing: a one-way line, or a clone that answers nonsense. Slips are then printed without confirmation. */
  | 'none'
  /** `DLE EOT` between jobs, `GS r 1` as the end fence. */
  | 'realtime'
  /** As before, and the printer reports changes by itself during a job (`GS a`), also while it takes no bytes. */
  | 'asb';

/** A printer model as data. */
export interface PrinterProfile {
  readonly name: string;
  /** Dots across the head: 384 (58 mm), 576 (80 mm at 203 dpi), 512 (80 mm at 180 dpi). */
  readonly widthDots: number;
  /** Dots an inch. */
  readonly dpi: 180 | 203;
  /** Characters of font A (12 dots wide) in a line. */
  readonly columns: number;
  readonly qr: QrWay;
  /** Rows of one raster command at most: more overrun the image memory of cheap printers, and take long to pad out. */
  readonly bandRows: number;
  /** Whether `ESC a 1` also centres rasters. Otherwise they bring white dots on their left. */
  readonly centresRaster: boolean;
  readonly cutter: boolean;
  readonly status: StatusWay;
  /**
   * Whether feeds are counted in dots only after `GS P`: Epson's printers count half dots (1/360 or 1/406 inch) until then,
   * clones dots, and some of those print what they do not know.
   */
  readonly setsUnits: boolean;
  /** The number for `ESC t`: 0 is PC437 everywhere. Only ASCII is ever sent, so the page hardly matters. */
  readonly codePage: number;
  /** Dots from the head to the tear bar or knife: fed after the last line. */
  readonly tearDots: number;
  /** How fast its paper moves, in mm a second, by its data sheet; for estimates only. */
  readonly mmPerS: number;
  /** How the name begins that it gives for `GS I 67`; empty where none is known. In any case of letters. */
  readonly calledLike: readonly string[];
  /** Where these figures are from, and what of them is inferred. */
  readonly source: string;
}

/** A QR wider than this is harder to scan with a phone held close, and costs paper: 45 mm at 203 dpi. */
export const QR_MAX_DOTS = 400;

/** What a shop may set differently from the model. */
export type ProfileChanges = {
  readonly [K in 'widthDots' | 'columns' | 'qr' | 'cutter' | 'status']?: PrinterProfile[K] | undefined;
};

/** A profile in one line, for the test page and the technician. */
export function aboutPrinter(profile: PrinterProfile): string {
  const { name, widthDots, columns, qr, cutter, status } = profile;
  return `${name}: ${widthDots} dots, ${columns} columns, qr ${qr}, ${cutter ? 'cutter' : 'no cutter'}, status ${status}`;
}

/** receipt-print-hq/escpos-printer-db, CC BY 4.0: widths, columns and what a model lacks. */
const DB = 'escpos-printer-db (CC BY 4.0)';

const NARROW: PrinterProfile = {
  name: 'generic-58',
  widthDots: 384,
  dpi: 203,
  columns: 32,
  qr: 'raster',
  bandRows: 128,
  centresRaster: false,
  cutter: false,
  status: 'realtime',
  setsUnits: false,
  codePage: 0,
  tearDots: 96,
  mmPerS: 60,
  calledLike: [],
  source:
    'What every ESC/POS printer of 58 mm has: GS v 0, no QR of its own. Status as most clones answer it.',
};

const WIDE: PrinterProfile = {
  ...NARROW,
  name: 'generic-80',
  widthDots: 576,
  columns: 48,
  cutter: true,
  mmPerS: 150,
  source: 'What every ESC/POS printer of 80 mm at 203 dpi has.',
};

const EPSON: PrinterProfile = {
  ...WIDE,
  name: 'epson-80',
  qr: 'native',
  centresRaster: true,
  status: 'asb',
  setsUnits: true,
  // TM-T20II is the beginning of TM-T20III, too.
  calledLike: ['TM-T20II', 'TM-M30III'],
  source: `Epson's ESC/POS reference; TM-T20II, TM-T20III and TM-m30III in ${DB}.`,
};

/**
 * In the order in which they are offered. Figures are marked inferred where no data sheet, manual or data base was at
 * hand; each can be changed in the configuration.
 */
export const PRINTER_PROFILES: readonly PrinterProfile[] = [
  NARROW,
  WIDE,
  EPSON,
  {
    ...EPSON,
    name: 'epson-80-180dpi',
    widthDots: 512,
    dpi: 180,
    columns: 42,
    mmPerS: 250,
    calledLike: ['TM-T88V'],
    source: `Epson's ESC/POS reference; TM-T88V in ${DB}. TM-T88VI and TM-T88VII, which begin so, by the same reference.`,
  },
  {
    ...EPSON,
    name: 'epson-t88-early',
    widthDots: 512,
    dpi: 180,
    columns: 42,
    qr: 'raster',
    mmPerS: 150,
    calledLike: ['TM-T88II', 'TM-T88IV'],
    source: `TM-T88II, TM-T88III and TM-T88IV in ${DB}; their technical references have no QR of the printer's own (GS ( k).`,
  },
  {
    ...WIDE,
    name: 'star-escpos',
    source: `Switched to ESC/POS emulation. TSP600 in ${DB}; 576 dots and status inferred. No QR of its own is assumed.`,
  },
  {
    ...NARROW,
    name: 'xprinter-58',
    calledLike: ['XP-58'],
    source: "Xprinter's XP-58 family. Inferred from what printers of 58 mm have; its own QR is not assumed.",
  },
  {
    ...WIDE,
    name: 'xprinter-80',
    calledLike: ['XP-80', 'XP-N160', 'XP-Q'],
    source:
      "Xprinter's XP-80 programmer manual for the commands; 576 dots inferred. Its own QR is not assumed.",
  },
  {
    ...NARROW,
    name: 'pos-5890',
    calledLike: ['POS-5890', 'POS5890', 'NT-5890'],
    source: `POS-5890 and NT-5890K in ${DB}: neither GS ( k nor GS ( L.`,
  },
  {
    ...NARROW,
    name: 'zj-5870',
    calledLike: ['ZJ-5870', 'POS-58'],
    source: `ZJ-5870 in ${DB}: neither GS ( k nor GS ( L, no knife. It calls itself POS-58.`,
  },
];

/** @returns undefined when there is no profile of that name. */
export function findProfile(name: string, changes: ProfileChanges = {}): PrinterProfile | undefined {
  const profile = PRINTER_PROFILES.find((candidate) => candidate.name === name);
  if (profile === undefined) return undefined;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...profile, ...given };
}

/** The name of the profile for what a printer calls itself: the longest beginning that fits; undefined for none. */
export function profileCalled(model: string): string | undefined {
  const upper = model.toUpperCase();
  let best: { readonly name: string; readonly length: number } | undefined;
  for (const { name, calledLike } of PRINTER_PROFILES)
    for (const beginning of calledLike)
      if (upper.startsWith(beginning.toUpperCase()) && beginning.length > (best?.length ?? 0))
        best = { name, length: beginning.length };
  return best?.name;
}
