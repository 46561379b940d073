import { csvLine } from '../../base/csv.js';
import { COUNTED, MONEY, type ShiftReport, type Totals } from '../shift/shift.js';
import { moment } from '../shift/sold-line.js';
import { shiftText } from './shift-slip.js';
import type { SlipHead } from './slip-style.js';

/** What it is called, wherever it is told: the same for each try, and for no other shift. */
export function shiftName(terminal: string, number: number): string {
  return `${terminal}-shift-${String(number).padStart(6, '0')}`;
}

/** The number in such a name. */
export function shiftOfName(name: string): number {
  return Number(/-shift-(\d+)$/.exec(name)?.[1]);
}

const COLUMNS = [
  'terminal',
  'shift',
  'day',
  'opened',
  'closed',
  'closed_by',
  'group',
  'line',
  'count',
  'sum',
];

/** The totals as a spreadsheet opens them, in the form of the list of sales: a line for each figure. */
export function shiftCsv(report: ShiftReport, { terminal, zone = 'WIB' }: SlipHead): string {
  const { number, day, openedAtMs, closedAtMs, closedBy, all, bySource, earlier, owed } = report;
  const closed = closedAtMs === undefined ? undefined : moment(closedAtMs, zone);
  const head = [terminal, number, day, moment(openedAtMs, zone), closed, closedBy];
  const rows = (group: string, totals: Totals, counted: readonly (keyof Totals)[]) =>
    counted.map((line) => [group, line, totals[line].count, totals[line].sum]);
  const lines = [
    ...rows('all', all, COUNTED),
    ...bySource.flatMap(({ source, totals }) => rows(source, totals, COUNTED)),
    ...rows('earlier shifts', earlier, MONEY),
    ['owed before', 'owed', undefined, report.owedBefore],
    ['still owed', 'owed', owed.count, owed.sum],
  ];
  return `\uFEFF${[COLUMNS, ...lines.map((row) => [...head, ...row])].map((row) => csvLine(row, ';')).join('')}`;
}

export interface MailHead extends SlipHead {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * The totals as an e-mail (RFC 5322) for a program that is called as sendmail is: lines end with LF, as it wants them. By the
 * Message-ID a receiver knows one that came twice.
 */
export function shiftMail(report: ShiftReport, head: MailHead): string {
  const { number, day, openedAtMs, closedAtMs = openedAtMs } = report;
  const { shop, terminal, zone = 'WIB', from, to } = head;
  const over = day ?? `${moment(openedAtMs, zone).slice(0, 16)} - ${moment(closedAtMs, zone).slice(0, 16)}`;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const body = `${shop}, terminal ${terminal}\n\n${shiftText(report)}\n`;
  return [
    `From: ${from}`,
    `To: ${to.join(',\n ')}`,
    `Subject: ${encoded(`${shop}, ${terminal}: shift ${number}, ${over}`)}`,
    `Date: ${mailDate(closedAtMs)}`,
    `Message-ID: <${shiftName(terminal, number)}.${closedAtMs.toString(36)}@${domain}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    folded(base64(body), 76).join('\n'),
    '',
  ].join('\n');
}

/** `Mon, 30 Nov 2026 16:30:00 +0000`. */
function mailDate(wallMs: number): string {
  return new Date(wallMs).toUTCString().replace('GMT', '+0000');
}

/** Bytes in one encoded word: with its frame no more than 75 characters (RFC 2047, 2). */
const WORD_BYTES = 45;

/** As encoded words, whatever is in it: no sign of it can end the line (RFC 2047). None is cut in two. */
function encoded(text: string): string {
  const flat = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  if (/^[ -~]{1,60}$/.test(flat) && !flat.includes('=?')) return flat;
  const words = [''];
  for (const sign of flat) {
    const last = words.length - 1;
    const longer = `${words[last]}${sign}`;
    if (utf8(longer).length > WORD_BYTES) words.push(sign);
    else words[last] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${base64(word)}?=`).join('\n ');
}

function folded(text: string, most: number): string[] {
  return text.match(new RegExp(`.{1,${most}}`, 'g')) ?? [];
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(text: string): string {
  return btoa(Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join(''));
}
