import { CommandEncoder } from './command-encoder.js';
import type { PrinterProfile } from './profile.js';

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
