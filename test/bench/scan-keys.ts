/** Heads of printers: dots, and the profile that our slip is made for. */
export const HEADS = [
  { widthDots: 384, profile: 'generic-58' },
  { widthDots: 576, profile: 'generic-80' },
] as const;

export const VIEWS = ['ideal', 'blurred'] as const;
export const READERS = ['zbarimg', 'qr', 'jsqr'] as const;
export const WAYS = ['ours', 'node-thermal-printer', 'escpos'] as const;

export type View = (typeof VIEWS)[number];
export type Reader = (typeof READERS)[number];
export type Way = (typeof WAYS)[number];

/** Under which a number is counted. */
export type ScanKey = `${number} ${Way} ${View} ${Reader | 'all'}`;

export function scanKey(head: number, way: Way, view: View, reader: Reader | 'all'): ScanKey {
  return `${head} ${way} ${view} ${reader}`;
}
