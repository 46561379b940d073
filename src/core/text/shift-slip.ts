import { formatRupiah, type Rupiah } from '../../base/rupiah.js';
import type { Words } from '../../base/screen.js';
import type { Slip, SlipLine } from '../../base/slip.js';
import { FAULT } from '../fault/table.js';
import { type Amount, COUNTED, type Counted, type ShiftReport, type Totals } from '../shift/shift.js';
import { top } from './receipt.js';
import { centred, label, type SlipHead, shopTimeOf, title } from './slip-style.js';

/** Short enough for 32 columns beside an amount, in both languages together. Parts of `settled` are set in. */
const NAMES: Readonly<Record<Counted, Words>> = {
  settled: { id: 'Lunas', en: 'settled' },
  delivered: { id: ' diserahkan', en: 'given' },
  refunded: { id: ' kembali', en: 'refunded' },
  owed: { id: ' utang', en: 'owed' },
  other: { id: ' lain', en: 'other' },
  cancelled: { id: 'Batal', en: 'cancelled' },
  expired: { id: 'Lewat', en: 'expired' },
  denied: { id: 'Ditolak', en: 'denied' },
  failed: { id: 'Gagal', en: 'failed' },
};

const ALL: Words = { id: 'Semua', en: 'all' };
const EARLIER: Words = { id: 'Dari shift lalu', en: 'from earlier shifts' };
const BEFORE: Words = { id: 'Utang awal', en: 'owed before' };
const STILL: Words = { id: 'Masih utang', en: 'still owed' };
const FROM: Words = { id: 'Dari', en: 'from' };
const TO: Words = { id: 'Sampai', en: 'to' };
const DAY: Words = { id: 'Hari', en: 'day' };
const BY: Words = { id: 'Oleh', en: 'by' };

/** Shown in any case; the rest where there is something. */
const ALWAYS: readonly Counted[] = ['settled', 'delivered', 'refunded', 'owed', 'cancelled', 'expired'];

interface Row {
  readonly left: string;
  readonly right: string;
}

interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
}

function amountText({ count, sum }: Amount): string {
  return `${count}  ${sum < 0 ? '-' : ''}${formatRupiah(Math.abs(sum) as Rupiah)}`;
}

/** The blank by which a part is set in stands first in each language. */
function nameOf(line: Counted, head: SlipHead): string {
  const { id, en } = NAMES[line];
  return head.language === 'en' && id.startsWith(' ') ? ` ${en}` : label(NAMES[line], head);
}

function rowsOf(totals: Totals, always: readonly Counted[], head: SlipHead): Row[] {
  return COUNTED.filter((line) => always.includes(line) || totals[line].count > 0).map((line) => ({
    left: nameOf(line, head),
    right: amountText(totals[line]),
  }));
}

function partsOf(report: ShiftReport, head: SlipHead): Part[] {
  const { all, bySource, earlier, owed, owedBefore = 0 } = report;
  // What left the list or came back to it stands beside it anyway, and as what is owed at the end.
  const nothing = { count: 0, sum: 0 };
  const done = rowsOf({ ...earlier, settled: nothing, owed: nothing }, [], head);
  const before = { left: label(BEFORE, head), right: formatRupiah(owedBefore as Rupiah) };
  return [
    { title: label(ALL, head), rows: rowsOf(all, ALWAYS, head) },
    ...bySource.map(({ source, totals }) => ({ title: source, rows: rowsOf(totals, [], head) })),
    ...(done.length === 0 ? [] : [{ title: label(EARLIER, head), rows: done }]),
    {
      title: '',
      rows: [...(owedBefore === 0 ? [] : [before]), { left: label(STILL, head), right: amountText(owed) }],
    },
  ];
}

/** To the minute: with the seconds it would take more than a line. */
function minuteOf(wallMs: number, head: SlipHead): string {
  const { day, time } = shopTimeOf(wallMs, head);
  return `${day} ${time.slice(0, 5)} ${head.zone ?? 'WIB'}`;
}

function times({ openedAtMs, closedAtMs, closedBy, day }: ShiftReport, head: SlipHead): Row[] {
  const closed =
    closedAtMs === undefined ? [] : [{ left: label(TO, head), right: minuteOf(closedAtMs, head) }];
  return [
    ...(day === undefined ? [] : [{ left: label(DAY, head), right: day }]),
    { left: label(FROM, head), right: minuteOf(openedAtMs, head) },
    ...closed,
    ...(closedBy === undefined ? [] : [{ left: label(BY, head), right: closedBy }]),
  ];
}

/** The end-of-day slip. */
export function shiftSlip(report: ShiftReport, head: SlipHead, copy: boolean): Slip {
  const pair = ({ left, right }: Row): SlipLine => ({ put: 'pair', left, right });
  return {
    kind: 'shift',
    copy,
    lines: [
      ...top(head, copy),
      centred(title({ id: 'TUTUP SHIFT', en: 'SHIFT CLOSE' }, head), 'normal', true),
      centred(`No. ${report.number}`, 'big', true),
      { put: 'pair', left: 'Terminal', right: head.terminal },
      ...times(report, head).map(pair),
      ...partsOf(report, head).flatMap(({ title, rows }): SlipLine[] => [
        { put: 'rule' },
        ...(title === '' ? [] : [{ put: 'text', text: title, bold: true } as const]),
        ...rows.map(pair),
      ]),
      ...brokenLines(report),
    ],
  };
}

function brokenLines({ broken = [] }: ShiftReport): SlipLine[] {
  if (broken.length === 0) return [];
  const title: SlipLine = { put: 'text', text: DIFFERENCE, bold: true };
  return [{ put: 'rule' }, title, ...broken.map((text): SlipLine => ({ put: 'text', text }))];
}

const DIFFERENCE = `SELISIH/DIFFERENCE E${FAULT.lawBroken}`;

/** For a technician: days as the log has them. */
const SCREEN: SlipHead = { shop: '', terminal: '', header: [], footer: [], dates: '2026-12-31' };

/** The same on a screen of characters. */
export function shiftText(report: ShiftReport): string {
  const state = report.closedAtMs === undefined ? 'open' : 'closed';
  const pair = ({ left, right }: Row): string => `  ${left.padEnd(24)}${right}`;
  return [
    `shift ${report.number}, ${state}`,
    ...times(report, SCREEN).map(pair),
    ...partsOf(report, SCREEN).flatMap(({ title, rows }) => [
      ...(title === '' ? [] : [title]),
      ...rows.map(pair),
    ]),
    ...(report.broken === undefined ? [] : [DIFFERENCE, ...report.broken.map((text) => `  ${text}`)]),
  ].join('\n');
}
