import { encodeQrMatrix, type QrMatrix, QUIET_ZONE, scaleFor } from '../kit/qr-matrix.js';
import { bandsOf, type drawMatrix, qrBands } from '../kit/raster.js';
import { CommandEncoder } from './command-encoder.js';
import type { PrinterProfile } from './profiles.js';
import { wrapText } from './slip-layout.js';
import { TextEncoder } from './text-encoder.js';

/** A part of a job. */
export interface TestPage {
  readonly parts: readonly Uint8Array[];
  readonly longestData: number;
  /** Paper that it moves. */
  readonly dots: number;
}

const ESC = 0x1b;
/** Below a ruler. */
const GAP_DOTS = 16;

/** Long ticks every 100 dots, short ones every 10: how wide the head is can be read off the right end. */
const RULER_ROWS = 24;

/**
 * What a technician looks at, below the lines of the slip: rulers of dots and columns, sizes, the code page's upper half,
 * and one code in every way that a printer may know. The captions say what it means when something is missing.
 */
export function printerTestPage(profile: PrinterProfile, payload: string): TestPage {
  const page = new Page(profile);
  page.caption(`${profile.name}: ${profile.widthDots} dots, the last tick must be whole`);
  page.ruler();
  page.caption(`${profile.columns} columns, on one line`);
  page.text('1234567890'.repeat(8).slice(0, profile.columns));
  page.text('Double, bold', { big: true, bold: true });
  page.caption(`code page ${profile.codePage}: letters with accents, no Chinese`);
  page.highBytes();
  page.codes(payload);
  page.caption('Below: feed and cut, as after every slip');
  return page.take();
}

class Page {
  readonly #profile: PrinterProfile;
  readonly #parts: Uint8Array[] = [];
  readonly #text: TextEncoder;
  #longest = 0;
  #dots = 0;

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
    this.#text = new TextEncoder(profile.columns);
  }

  caption(text: string): void {
    for (const line of wrapText(text, this.#profile.columns)) this.text(line);
  }

  text(text: string, { big = false, bold = false } = {}): void {
    this.#parts.push(this.#text.text({ put: 'text', text, align: 'left', big, bold }).take());
    this.#dots += big ? 60 : 30;
  }

  ruler(): void {
    const { widthDots } = this.#profile;
    const bytesPerRow = Math.ceil(widthDots / 8);
    const bits = new Uint8Array(bytesPerRow * RULER_ROWS);
    const dot = (x: number, y: number): void => {
      const at = y * bytesPerRow + (x >> 3);
      bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7));
    };
    for (let x = 0; x < widthDots; x += 1) {
      const last = x === widthDots - 1;
      const rows = last || x % 100 === 0 ? RULER_ROWS : x % 10 === 0 ? RULER_ROWS / 2 : 1;
      for (let y = 0; y < rows; y += 1) dot(x, RULER_ROWS - 1 - y);
    }
    this.#raster({ bytesPerRow, rows: RULER_ROWS, bits }, 0);
  }

  /** 0x80 to 0x9f, the only bytes outside ASCII that are ever sent. */
  highBytes(): void {
    const bytes = Array.from({ length: 32 }, (_, at) => 0x80 + at);
    this.#parts.push(new CommandEncoder().raw(...bytes, 0x0a).take());
    this.#dots += 30;
  }

  codes(payload: string): void {
    const encoded = encodeQrMatrix(payload, 'medium', true);
    if (!encoded.ok) return;
    const matrix = encoded.value;
    const widest = scaleFor(this.#profile.widthDots, matrix.size);
    for (const scale of [3, 4, 6].filter((dots) => dots <= widest)) {
      this.caption(`QR ${scale} dots a module, drawn by us (qr = "raster")`);
      this.#code(matrix, scale, false);
    }
    const double = Math.floor(Math.min(widest, 6) / 2) * 2;
    this.caption(`QR ${double} dots, doubled by the printer (qr = "raster-double")`);
    this.#code(matrix, double, true);
    const own = Math.min(8, widest);
    this.caption(`QR ${own} dots by the printer itself. None, or letters: never qr = "native"`);
    this.#feed(QUIET_ZONE * own);
    this.#parts.push(this.#text.nativeQr(payload, own).take());
    this.#longest = Math.max(this.#longest, payload.length + 3);
    this.#dots += own * matrix.size;
    this.#feed(QUIET_ZONE * own);
  }

  #code(matrix: QrMatrix, scale: number, slowLine: boolean): void {
    const { widthDots, bandRows } = this.#profile;
    this.#feed(QUIET_ZONE * scale);
    for (const band of qrBands(matrix, scale, { widthDots, slowLine, centred: true, bandRows }))
      this.#band(band);
    this.#dots += scale * matrix.size;
    this.#feed(QUIET_ZONE * scale);
  }

  #raster(raster: ReturnType<typeof drawMatrix>, mode: 0 | 3): void {
    for (const band of bandsOf(raster, mode, this.#profile.bandRows)) this.#band(band);
    this.#dots += raster.rows;
    this.#feed(GAP_DOTS);
  }

  #band(band: ReturnType<typeof bandsOf>[number]): void {
    this.#parts.push(new CommandEncoder().band(band).take());
    this.#longest = Math.max(this.#longest, band.bits.length);
  }

  #feed(dots: number): void {
    this.#parts.push(new CommandEncoder().raw(ESC, 0x4a, dots).take());
    this.#dots += dots;
  }

  take(): TestPage {
    return { parts: this.#parts, longestData: this.#longest, dots: this.#dots };
  }
}
