import type { PrinterProfile, ProfileChanges } from './profile.js';

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
