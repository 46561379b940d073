import type { Words } from '../../base/screen.js';
import type { SlipLine } from '../../base/slip.js';
import { type DateForm, dayAndTime, type Zone } from '../../base/time.js';
import { type Contact, contactLines } from './contact.js';

/** How the shop's slips begin and end, and how they speak. */
export interface SlipHead {
  readonly shop: string;
  readonly terminal: string;
  /** Lines of the shop's own above and below. */
  readonly header: readonly string[];
  readonly footer: readonly string[];
  /** Both when absent. */
  readonly language?: 'both' | 'id' | 'en';
  readonly zone?: Zone;
  readonly dates?: DateForm;
  /** Whom a customer calls. */
  readonly contact?: Contact;
}

export function centred(text: string, size: 'normal' | 'big' = 'normal', bold = false): SlipLine {
  return { put: 'text', text, align: 'centre', size, bold };
}

export function plain(text: string): SlipLine {
  return { put: 'text', text };
}

export function pair(left: string, right: string): SlipLine {
  return { put: 'pair', left, right };
}

/** In the languages of the slip, Indonesian first; once where they say it alike. */
export function saidIn({ id, en }: Words, { language = 'both' }: SlipHead): readonly string[] {
  if (language !== 'both') return [language === 'id' ? id : en];
  return id === en ? [id] : [id, en];
}

/** On one line: `LUNAS / PAID`. */
export function title(words: Words, head: SlipHead): string {
  return saidIn(words, head).join(' / ');
}

/** The left part of a pair: `Biaya/Fee`. Short in both languages together: 32 columns hold an amount beside it. */
export function label(words: Words, head: SlipHead): string {
  return saidIn(words, head).join('/');
}

/** Day and time by the shop's clocks and in its form; the zone behind the time. */
export function shopTimeOf(wallMs: number, { zone = 'WIB', dates = '31-12-2026' }: SlipHead) {
  const { day, time } = dayAndTime(wallMs, zone, dates);
  return { day, time, zoned: `${time} ${zone}` };
}

/** Whom to call, at the end of what a customer may have to ask about. */
export function contactPart({ contact = {} }: SlipHead): SlipLine[] {
  const lines = contactLines(contact);
  return lines.length === 0 ? [] : [{ put: 'rule' }, ...lines.map((text) => centred(text))];
}
