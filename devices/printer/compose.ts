import type { Fault } from '../../src/base/fault.js';
import { ok, type Result } from '../../src/base/result.js';
import type { Slip } from '../../src/base/slip.js';
import { encodeQrMatrix, fitQr, isAscii, QUIET_ZONE, scaleFor } from '../kit/qr-matrix.js';
import { qrBands } from '../kit/raster.js';
import { CommandEncoder } from './command-encoder.js';
import type { PrintedLogo } from './logo.js';
import { type PrinterProfile, QR_MAX_DOTS } from './profiles.js';
import { layoutSlip, type PaperLine } from './slip-layout.js';
import { printerTestPage } from './test-page.js';
import { TextEncoder } from './text-encoder.js';

/** A slip in bytes, ready for any line. */
export interface PrintJob {
  /** In order. A raster band is a part of its own. */
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  /** Data bytes of the longest command: so many zeros end it, wherever an interruption cut it. */
  readonly longestData: number;
  /** Paper that the job moves, in dots: how long the printer may take for it. */
  readonly paperDots: number;
}

/** Long enough for the version of a real payment's code, and no payment. */
const TEST_PAYLOAD = `gopay-pos test page, no payment ${'0123456789'.repeat(20)}`.slice(0, 230);

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/** Dots of one line of font A, line spacing included (30/180 inch by default, 1/6 inch on most). */
const LINE_DOTS = 30;

/** The slowest printers of the counter class move 50 mm/s; at 8 dots a mm, in dots per millisecond. */
const PAPER_DOTS_PER_MS = 0.4;

/** How long the printer may take for the paper of a job. */
export function paperMs({ paperDots }: PrintJob): number {
  return paperDots / PAPER_DOTS_PER_MS;
}

/**
 * The top of a slip is composed without an end, byte for byte as the whole slip begins.
 * @returns FAULT.qrTooWide when a QR does not fit the paper with three dots a module, FAULT.qrNotPayment when a
 *   payload is none.
 */
export function composeSlip(
  slip: Slip,
  profile: PrinterProfile,
  logo?: PrintedLogo,
): Result<PrintJob, Fault> {
  const above = logo === undefined || !WITH_LOGO.includes(slip.kind) ? undefined : composeLogo(logo);
  const parts: Uint8Array[] = [openingOf(profile), ...(above?.parts ?? [])];
  const text = new TextEncoder(profile.columns);
  let longestData = above?.longestData ?? 0;
  let paperDots = profile.tearDots + (above?.dots ?? 0);
  for (const line of layoutSlip(slip, profile.columns)) {
    if (line.put !== 'qr') {
      paperDots += putLine(text, line);
      continue;
    }
    parts.push(text.take());
    const qr = composeQr(line.payload, profile);
    if (!qr.ok) return qr;
    parts.push(...qr.value.parts);
    longestData = Math.max(longestData, qr.value.longestData);
    paperDots += qr.value.dots;
  }
  parts.push(text.take());
  if (slip.kind === 'test') {
    const page = printerTestPage(profile, TEST_PAYLOAD);
    parts.push(...page.parts);
    longestData = Math.max(longestData, page.longestData);
    paperDots += page.dots;
  }
  if (slip.rest === undefined) parts.push(closingOf(profile));
  const filled = parts.filter((part) => part.length > 0);
  const bytes = filled.reduce((sum, part) => sum + part.length, 0);
  return ok({ parts: filled, bytes, longestData, paperDots });
}

/** What customers get, and the page by which a technician judges the printer. */
const WITH_LOGO: readonly Slip['kind'][] = ['qr', 'no-qr', 'receipt', 'owed', 'unpaid', 'test'];

/** Its rasters are as wide as the head: at the left they are in the middle. */
function composeLogo({ bands, dots }: PrintedLogo): DrawnPart {
  const left = new CommandEncoder().raw(ESC, 0x61, 0).take();
  const drawn = bands.map((band) => new CommandEncoder().band(band).take());
  const below = new CommandEncoder().raw(ESC, 0x4a, LOGO_GAP_DOTS).take();
  const longestData = Math.max(...bands.map(({ bits }) => bits.length));
  return { parts: [left, ...drawn, below], longestData, dots: dots + LOGO_GAP_DOTS };
}

const LOGO_GAP_DOTS = 16;

/** What is left of `job` when its first `sent` bytes have left. */
export function afterTop(job: PrintJob, sent: number): PrintJob {
  let skip = sent;
  const parts = job.parts.flatMap((part) => {
    const left = part.subarray(Math.min(skip, part.length));
    skip -= part.length - left.length;
    return left.length > 0 ? [left] : [];
  });
  return { ...job, parts, bytes: job.bytes - sent };
}

/**
 * What every job begins with: `ESC @` (modes back to default), `FS .` (Kanji mode off, which Chinese printers have on
 * and then eat ASCII pairs), the code page, `GS P` where feeds would be half as long without it, and, where the printer
 * can, `GS a`: report offline, error and paper changes by yourself.
 */
function openingOf(profile: PrinterProfile): Uint8Array {
  const commands = new CommandEncoder().raw(ESC, 0x40, FS, 0x2e, ESC, 0x74, profile.codePage);
  if (profile.setsUnits) commands.raw(GS, 0x50, profile.dpi, profile.dpi);
  if (profile.status === 'asb') commands.raw(GS, 0x61, 0x0e);
  return commands.take();
}

/** Feed to the tear bar or cut, no more reports, then the fence. `GS V 66 n` feeds to the knife and cuts partly. */
function closingOf(profile: PrinterProfile): Uint8Array {
  const commands = new CommandEncoder().raw(ESC, 0x61, 0);
  if (profile.cutter) commands.raw(GS, 0x56, 66, 0);
  else commands.raw(ESC, 0x4a, profile.tearDots);
  if (profile.status === 'asb') commands.raw(GS, 0x61, 0);
  if (profile.status !== 'none') commands.raw(GS, 0x72, 1);
  return commands.take();
}

function putLine(text: TextEncoder, line: Exclude<PaperLine, { put: 'qr' }>): number {
  switch (line.put) {
    case 'text':
      text.text(line);
      return line.big ? 2 * LINE_DOTS : LINE_DOTS;
    case 'rule':
      text.rule();
      return LINE_DOTS;
    case 'feed':
      text.feed(line.lines);
      return line.lines * LINE_DOTS;
  }
}

interface DrawnPart {
  readonly parts: Uint8Array[];
  readonly longestData: number;
  readonly dots: number;
}

function composeQr(payload: string, profile: PrinterProfile): Result<DrawnPart, Fault> {
  // What is no ASCII is drawn by us: it is not known which bytes a printer makes of it.
  if (profile.qr === 'native' && isAscii(payload)) {
    const moduleDots = nativeModuleDots(payload, profile.widthDots);
    if (!moduleDots.ok) return moduleDots;
    // A code that the printer would draw too small for a phone is drawn by us, where ECC L may still fit.
    if (moduleDots.value >= 3) {
      const code = new TextEncoder(profile.columns).nativeQr(payload, moduleDots.value).take();
      const quiet = quietFeed(moduleDots.value);
      return ok({ parts: [quiet, code, quiet], longestData: payload.length + 3, dots: QR_MAX_DOTS });
    }
  }
  const fitted = fitQr(payload, profile.widthDots, QR_MAX_DOTS);
  if (!fitted.ok) return fitted;
  const { matrix, scale, dots } = fitted.value;
  const bands = qrBands(matrix, scale, {
    widthDots: profile.widthDots,
    slowLine: profile.qr === 'raster-double',
    centred: !profile.centresRaster,
    bandRows: profile.bandRows,
  });
  const align = profile.centresRaster ? 1 : 0;
  const before = new CommandEncoder().raw(ESC, 0x61, align).take();
  const encoded = bands.map((band) => new CommandEncoder().band(band).take());
  const longestData = Math.max(...bands.map((band) => band.bits.length));
  return ok({ parts: [quietFeed(scale), before, ...encoded, quietFeed(scale)], longestData, dots });
}

/** `ESC J n`: the quiet zone above and below; the paper's margins are the one at the sides. */
function quietFeed(moduleDots: number): Uint8Array {
  return new CommandEncoder().raw(ESC, 0x4a, Math.min(255, QUIET_ZONE * moduleDots)).take();
}

/**
 * Printers encode in byte mode, which makes larger symbols than our mixed one: the module size is chosen for that, as
 * a code wider than the paper is not printed at all.
 */
function nativeModuleDots(payload: string, widthDots: number): Result<number, Fault> {
  const widest = encodeQrMatrix(payload, 'medium', true);
  if (!widest.ok) return widest;
  const size = widest.value.size;
  const comfortable = Math.max(4, Math.floor(QR_MAX_DOTS / size));
  return ok(Math.min(8, comfortable, scaleFor(widthDots, size)));
}

/**
 * What a printer gets before a slip when the one before was cut off. An interrupted raster swallows whatever comes
 * next as image, until the power is cycled (DantSu/ESCPOS-ThermalPrinter-Android issue 415):
 * - an Epson first clears its buffers (`DLE ENQ 2`; printers that do not know it might print it);
 * - then as many zeros as the longest command had data: white dots to an open raster, nothing to anybody else. How
 *   much of it arrived is unknown, so it is the whole length;
 * - then `ESC @` for the modes, and a fence where the printer answers.
 */
export function recoveryBytes(profile: PrinterProfile, zeros: number): Uint8Array {
  const commands = new CommandEncoder();
  if (profile.status === 'asb') commands.raw(0x10, 0x05, 0x02);
  commands.raw(...new Uint8Array(zeros)).raw(0x1b, 0x40);
  if (profile.status !== 'none') commands.raw(0x1d, 0x72, 0x01);
  return commands.take();
}
