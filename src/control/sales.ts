import { type Selection, type Selectors, selectionOf } from '../core/shift/selection.js';
import { type SoldLine, type SoldTerms, soldLine } from '../core/shift/sold-line.js';
import { SOLD_BEGIN, type Sold, type SoldMark } from '../journal/sold.js';
import {
  type Answering,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  refusal,
  type SendPart,
  type Subject,
} from './answer.js';

/** Sales that are read between two events of the terminal: some milliseconds. */
const PAGE = 100;

const WHICH = '[--shift N | --day D | --from A --to B]';

export const sales: Family = {
  help: [
    {
      usage: `sales ${WHICH} [--csv]`,
      about: 'what was sold, a line a sale; --csv for spreadsheets, --json one object a line',
      afar: 'sales',
    },
  ],
  run: (subject, request, _progress, send) =>
    request.args.length > 0 ? misused(sales) : listed(subject, request, send),
};

/** The same sales, which the caller adds up. */
export const report: Family = {
  help: [
    {
      usage: `report ${WHICH} [--by day|hour|product|slot] [--csv]`,
      about: 'counts and sums of what was sold',
      afar: 'sales',
    },
  ],
  run: (subject, request, _progress, send) =>
    request.args.length > 0 ? misused(report) : listed(subject, request, send),
};

function listed(subject: Subject, { flags }: ControlRequest, send: SendPart): Answering {
  const selection = selectionOf(selectorsIn(flags), subject.soldTerms.zone);
  if (!selection.ok) return refusal(selection.error);
  const missing = noSuchShift(selection.value, subject.journal.shifts.current);
  return missing === undefined ? handedOut(subject, selection.value, send) : refusal(missing);
}

async function handedOut(
  { terminal, journal, soldTerms }: Subject,
  selection: Selection,
  send: SendPart,
): Promise<ControlAnswer> {
  let count = 0;
  for (let after: SoldMark | undefined = SOLD_BEGIN; after !== undefined; ) {
    const from: SoldMark = after;
    const page = await terminal.run(() => soldPage(journal.sold, selection, from, PAGE, soldTerms));
    count += page.lines.length;
    if (page.lines.length > 0 && !(await send(page.lines))) break;
    after = page.next;
  }
  return { text: `${count} sales`, data: { sales: count }, good: true };
}

export interface LinesPage {
  readonly lines: readonly SoldLine[];
  readonly next: SoldMark | undefined;
}

export function soldPage(
  sold: Sold,
  selection: Selection,
  after: SoldMark,
  most: number,
  terms: SoldTerms,
): LinesPage {
  const page = sold.page(selection, after, most);
  // The same request went on under another order id, and that one is its line.
  const counted = page.sales.filter(
    ({ sale: { state } }) => state.at !== 'closed' || state.followed !== true,
  );
  return { lines: counted.map(({ sale, row }) => soldLine(sale, row, terms)), next: page.next };
}

/** @param current the shift that is open */
export function noSuchShift(selection: Selection, current: number): string | undefined {
  if (selection.of !== 'shift' || selection.number <= current) return undefined;
  return `there is no shift ${selection.number}; shift ${current} is open, and 1 to ${current} are there`;
}

export function selectorsIn(flags: Readonly<Record<string, string | undefined>>): Selectors {
  const given = (['shift', 'day', 'from', 'to'] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given) as Selectors;
}
