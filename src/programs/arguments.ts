import { readFileSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import { isRupiah, type Rupiah, rupiah } from '../base/rupiah.js';
import type { Language } from '../core/text/spelled-number.js';
import type { LogLevel } from '../host/log.js';

/** Something on the command line is none of what is allowed there. */
export class Usage extends Error {}

export function levelOf(given: string | undefined, otherwise: LogLevel): LogLevel {
  const level = given ?? otherwise;
  const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
  const known = levels.find((name) => name === level);
  if (known === undefined) throw new Usage(`--log-level ${level}: one of ${levels.join(', ')}`);
  return known;
}

export function chosenLanguage(given: string | undefined): Language | undefined {
  if (given === undefined || given === 'id' || given === 'en') return given;
  throw new Usage(`--lang ${given}: id or en`);
}

export function portOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_533) throw new Usage(`--port ${text}: 0 to 65533`);
  return Number(text);
}

export function amountOf(option: string, text: string): Rupiah {
  const amount = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (amount < 1 || amount > 10_000_000 || !isRupiah(amount))
    throw new Usage(`${option} ${text}: whole rupiah, 1 to 10000000`);
  return rupiah(amount);
}

/** Seconds with at most three decimals, in milliseconds. */
export function secondsOf(option: string, text: string, most: number): number {
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= most)) throw new Usage(`${option} ${text}: seconds, 0 to ${most}`);
  return Math.round(seconds * 1000);
}

export function baudOf(text: string): number {
  const baud = /^\d{3,7}$/.test(text) ? Number(text) : 0;
  if (baud < 300 || baud > 4_000_000) throw new Usage(`--baud ${text}: bits a second, such as 9600`);
  return baud;
}

export function readPaymentType(text: string | undefined): 'gopay' | 'qris' {
  if (text === undefined || text === 'gopay') return 'gopay';
  if (text === 'qris') return 'qris';
  throw new Usage(`--payment-type ${text}: gopay or qris`);
}

/** In characters; a month of a busy shop is less. */
const EXPORT_LIMIT = 6_000_000;

/** A file that the caller may read and the service may not. */
export function exportOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > EXPORT_LIMIT) throw new Error('too large: export a shorter time');
    return text;
  } catch (error) {
    throw new Usage(`--csv ${file}: ${messageOf(error)}`);
  }
}
