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
