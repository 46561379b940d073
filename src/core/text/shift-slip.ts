import { formatRupiah, type Rupiah } from '../../base/rupiah.js';
import type { Slip, SlipLine } from '../../base/slip.js';
import { formatWib } from '../../base/time.js';
import { FAULT } from '../fault/table.js';
import { type Amount, COUNTED, type Counted, type ShiftReport, type Totals } from '../shift/shift.js';
import { centred, type SlipHead, top } from './receipt.js';

/** Indonesian, then English; short enough for 32 columns beside an amount. Parts of `settled` are set in. */
const NAMES: Readonly<Record<Counted, string>> = {
  settled: 'Lunas/settled',
  delivered: ' diserahkan/given',
  refunded: ' kembali/refunded',
  owed: ' utang/owed',
  other: ' lain/other',
  cancelled: 'Batal/cancelled',
  expired: 'Lewat/expired',
  denied: 'Ditolak/denied',
  failed: 'Gagal/failed',
};

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

function rowsOf(totals: Totals, always: readonly Counted[]): Row[] {
  return COUNTED.filter((line) => always.includes(line) || totals[line].count > 0).map((line) => ({
    left: NAMES[line],
    right: amountText(totals[line]),
  }));
}

function partsOf(report: ShiftReport): Part[] {
  const { all, bySource, earlier, owed, owedBefore = 0 } = report;
  // What left the list or came back to it stands beside it anyway, and as what is owed at the end.
  const nothing = { count: 0, sum: 0 };
  const done = rowsOf({ ...earlier, settled: nothing, owed: nothing }, []);
  const before = { left: 'Utang awal/owed before', right: formatRupiah(owedBefore as Rupiah) };
  return [
    { title: 'Semua/all', rows: rowsOf(all, ALWAYS) },
    ...bySource.map(({ source, totals }) => ({ title: source, rows: rowsOf(totals, []) })),
    ...(done.length === 0 ? [] : [{ title: 'Dari shift lalu/from earlier shifts', rows: done }]),
    {
      title: '',
      rows: [
        ...(owedBefore === 0 ? [] : [before]),
        { left: 'Masih utang/still owed', right: amountText(owed) },
      ],
    },
  ];
}

function times({ openedAtMs, closedAtMs, closedBy }: ShiftReport): Row[] {
  return [
    { left: 'Dari', right: `${formatWib(openedAtMs)} WIB` },
    ...(closedAtMs === undefined ? [] : [{ left: 'Sampai', right: `${formatWib(closedAtMs)} WIB` }]),
    ...(closedBy === undefined ? [] : [{ left: 'Oleh/by', right: closedBy }]),
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
      centred('TUTUP SHIFT / SHIFT CLOSE', 'normal', true),
      centred(`No. ${report.number}`, 'big', true),
      { put: 'pair', left: 'Terminal', right: head.terminal },
      ...times(report).map(pair),
      ...partsOf(report).flatMap(({ title, rows }): SlipLine[] => [
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

/** The same on a screen of characters. */
export function shiftText(report: ShiftReport): string {
  const state = report.closedAtMs === undefined ? 'open' : 'closed';
  const pair = ({ left, right }: Row): string => `  ${left.padEnd(24)}${right}`;
  return [
    `shift ${report.number}, ${state}`,
    ...times(report).map(pair),
    ...partsOf(report).flatMap(({ title, rows }) => [...(title === '' ? [] : [title]), ...rows.map(pair)]),
    ...(report.broken === undefined ? [] : [DIFFERENCE, ...report.broken.map((text) => `  ${text}`)]),
  ].join('\n');
}
