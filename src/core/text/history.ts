import type { Notice } from '../../base/notice.js';
import type { RegisterQuestion } from '../../base/register-messages.js';
import { formatRupiah, type Rupiah } from '../../base/rupiah.js';
import type { Zone } from '../../base/time.js';
import type { VendRequest } from '../../base/vending-messages.js';
import type { TimerName } from '../sale/effect.js';
import type { SaleEvent } from '../sale/event.js';
import type { Sale } from '../sale/sale.js';
import { recordAsNow, type StepRecord } from '../sale/step-record.js';
import type { RegisterDecision } from '../source/register-session.js';
import type { VendDecision } from '../source/vending-session.js';
import {
  chargeAnswer,
  consequence,
  faultPhrase,
  gatewayAnswer,
  refundAnswer,
  type SlipBody,
  slipMoved,
  standing,
  type Telling,
} from './history-phrases.js';

/** One row of the journal about one sale. */
export interface HistoryRow {
  readonly seq: number;
  readonly boot: number;
  readonly wallMs: number;
  readonly kind: string;
  readonly body: unknown;
  /** Why it changed nothing. */
  readonly ignored?: string;
  /** What it led to; absent where it was ignored, and in journals of earlier versions. */
  readonly led?: unknown;
  /** The same came again and changed nothing: so often, the last time then, behind the event of that number. */
  readonly again?: { readonly times: number; readonly wallMs: number; readonly after: number };
}

export interface HistoryLine {
  readonly atMs: number;
  readonly text: string;
}

/** A clock that goes back by less is one that NTP keeps right. */
const CLOCK_JUMP_MS = 1_000;

/**
 * The story of one sale, from its journal rows alone, in the order in which things happened: each event in a sentence,
 * where it left the sale, what followed; or that it was ignored, and why.
 * @param sale as it stands now; undefined for an order that is none of ours
 * @param zone the shop's, in which times within the sentences are told
 */
export function historyOf(sale: Sale | undefined, stored: readonly HistoryRow[], zone: Zone): HistoryLine[] {
  const lines: HistoryLine[] = [];
  const told: Telling = { transactions: new Set(), zone };
  let repeats: readonly Repeat[] = [];
  let before: HistoryRow | undefined;
  let stood = '';
  const rows = stored.map(asNamedNow);
  const tellUntil = (seq: number): void => {
    lines.push(
      ...cameAgain(
        repeats.filter(({ after }) => after < seq),
        lines.length,
      ),
    );
    repeats = repeats.filter(({ after }) => after >= seq);
  };
  for (const [index, row] of rows.entries()) {
    tellUntil(row.seq);
    lines.push(...breaks(before, row));
    before = row;
    if (isDoorbell(row, rows[index + 1])) continue;
    const record = row.led as StepRecord | undefined;
    const stands = record === undefined ? stood : standing(record);
    const led = record === undefined ? '' : outcome(record, stands === stood ? '' : stands);
    stood = stands;
    const ignored = row.ignored === undefined ? '' : ` Ignored: ${row.ignored}.`;
    lines.push({ atMs: row.wallMs, text: `${happening(row, rows[index - 1], sale, told)}.${led}${ignored}` });
    if (row.again === undefined) continue;
    const same = `${happening(row, undefined, sale, told)}.${record === undefined ? '' : outcome(record, '')}${ignored}`;
    repeats = [...repeats, { ...row.again, line: lines.length - 1, text: same }];
  }
  tellUntil(Number.POSITIVE_INFINITY);
  return shortened(lines);
}

/** What came again, the line that tells of its first time, and how it is told where that is not the line above. */
interface Repeat extends NonNullable<HistoryRow['again']> {
  readonly line: number;
  readonly text: string;
}

/** @param next the line that follows */
function cameAgain(repeats: readonly Repeat[], next: number): HistoryLine[] {
  const [first, last = first, ...more] = repeats;
  if (first === undefined || last === undefined) return [];
  // A question and its answer, by turns; the last question may have had another answer.
  const ahead = first.times - last.times;
  const together = repeats.every(({ line }, index) => line === next - repeats.length + index);
  if (together && more.length === 0 && (ahead === 0 || ahead === 1))
    return [
      { atMs: last.wallMs, text: sameAgain(last.times) },
      ...(ahead === 1 ? [{ atMs: first.wallMs, text: first.text }] : []),
    ];
  return [...repeats]
    .sort((a, b) => a.after - b.after || a.wallMs - b.wallMs)
    .map(({ times, wallMs, text }) => ({
      atMs: wallMs,
      text: times === 1 ? text : `Again, ${times} times until this time: ${text}`,
    }));
}

function sameAgain(times: number): string {
  return `The same again${times === 1 ? '' : `, ${times} times`}, until this time.`;
}

/** Events of earlier versions that have another name now. */
const FORMER_NAMES: Readonly<Record<string, string>> = { rang: 'notified', clearedByHand: 'resolvedByHand' };

/** A row of an earlier version, as this one would have written it. */
function asNamedNow(row: HistoryRow): HistoryRow {
  const led = row.led === undefined ? {} : { led: recordAsNow(row.led) };
  const kind = FORMER_NAMES[row.kind];
  if (kind === undefined) return { ...row, ...led };
  const { says, ...body } = row.body as { readonly says?: string };
  return {
    ...row,
    ...led,
    kind,
    body: { ...body, type: kind, ...(says === undefined ? {} : { hint: says }) },
  };
}

function breaks(before: HistoryRow | undefined, row: HistoryRow): HistoryLine[] {
  if (before === undefined) return [];
  const lines: HistoryLine[] = [];
  const atMs = row.wallMs;
  if (row.boot !== before.boot)
    lines.push({ atMs, text: `The terminal has been started again (start ${row.boot}).` });
  const backMs = before.wallMs - atMs;
  if (backMs > CLOCK_JUMP_MS)
    lines.push({
      atMs,
      text: `The clock went back by ${Math.round(backMs / 1000)} s; the order is right all the same.`,
    });
  return lines;
}

/** A notice and the question that it leads to, which is the next row: one happening, told with that. */
function isDoorbell(row: HistoryRow, next: HistoryRow | undefined): boolean {
  return row.kind === 'notice' && row.ignored === undefined && next?.kind === 'notified';
}

/** Looks that find nothing new come in pairs, and by the dozen: told once, with how often and until when. */
function shortened(lines: readonly HistoryLine[]): HistoryLine[] {
  const short: HistoryLine[] = [];
  for (let at = 0; at < lines.length; ) {
    const period = [1, 2].find((length) => repeats(lines, at, length) > 0);
    const [first, ...others] = lines.slice(at, at + (period ?? 1));
    if (first !== undefined) short.push(first, ...others);
    if (period === undefined) {
      at += 1;
      continue;
    }
    const times = repeats(lines, at, period);
    at += period * (times + 1);
    const atMs = lines[at - 1]?.atMs ?? 0;
    short.push({ atMs, text: sameAgain(times) });
  }
  return short;
}

/** How often the `length` lines from `at` come again right after themselves. */
function repeats(lines: readonly HistoryLine[], at: number, length: number): number {
  let times = 0;
  for (let next = at + length; next + length <= lines.length; next += length) {
    const same = lines.slice(next, next + length).every((line, k) => line.text === lines[at + k]?.text);
    if (!same) break;
    times += 1;
  }
  return times;
}

/** ` It is owed: ...; the gateway is asked for its status.` */
function outcome(record: StepRecord, stands: string): string {
  const parts = [stands, ...record.did.map(consequence)].filter((part) => part !== '');
  if (record.successor !== undefined) parts.push(`it goes on as ${record.successor}`);
  const text = parts.join('; ');
  return text === '' ? '' : ` ${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function happening(
  row: HistoryRow,
  before: HistoryRow | undefined,
  sale: Sale | undefined,
  told: Telling,
): string {
  switch (row.kind) {
    case 'opened':
      return opened(row.body as OpenedBody, sale);
    case 'notice': {
      const { id, says } = row.body as Notice;
      return row.ignored === undefined ? notice(says) : `Notice ${id} came again: it says "${says}"`;
    }
    case 'notified': {
      const { hint } = row.body as { hint: string };
      return before !== undefined && isDoorbell(before, row)
        ? notice(hint)
        : `There is a reason to ask: ${hint}`;
    }
    case 'registerAsked':
      return registerAsked(row.body as RegisterAskedBody);
    case 'vendAsked':
      return vendAsked(row.body as VendAskedBody, sale);
    case 'vendGaveUp': {
      const { machine, why } = row.body as { machine: string; why: string };
      return `Machine ${machine} does not wait any more (${why})`;
    }
    case 'registerAnswered':
      return registerAnswered(row.body as RegisterAnsweredBody);
    case 'slip':
      return slipMoved(row.body as SlipBody);
    default:
      return saleEvent({ type: row.kind, ...(row.body as object) } as SaleEvent, sale, told);
  }
}

function notice(says: string): string {
  return `A notice of the relay says "${says}"`;
}

interface OpenedBody {
  readonly pad?: string;
  readonly amount?: Rupiah;
  readonly after?: string;
  readonly attempt?: number;
}

function opened(body: OpenedBody, sale: Sale | undefined): string {
  if (body.after !== undefined) return `It is attempt ${body.attempt ?? 2} at ${body.after}`;
  return `${body.pad ?? 'Somebody'} asked for ${formatRupiah(body.amount ?? (0 as Rupiah))}${soldFor(sale)}`;
}

/** ` for 2 x Kopi susu (Rp8.000), 1 x Teh (Rp5.000)`: each with the price of one. */
function soldFor(sale: Sale | undefined): string {
  if (sale?.items === undefined) return '';
  const lines = sale.items.map(
    ({ quantity, name, price }) => `${quantity} x ${name.id} (${formatRupiah(price)})`,
  );
  return ` for ${lines.join(', ')}`;
}

function wantedWords({ amount, items = [] }: Extract<RegisterQuestion, { ask: 'sale' }>): string {
  return amount === undefined ? `${items.length} lines of products` : formatRupiah(amount);
}

interface RegisterAskedBody {
  readonly register: string;
  readonly question: RegisterQuestion;
  readonly made: RegisterDecision;
}

function registerAsked({ register, question, made }: RegisterAskedBody): string {
  const asks = question.ask === 'sale' ? `asked for ${wantedWords(question)}` : `asked for ${question.ask}`;
  switch (made.do) {
    case 'cancel':
      return `Register ${register} asked to give it up`;
    case 'refund':
      return `Register ${register} asked for the money back${made.begun ? ' again' : ''}`;
    case 'shown':
      return `Program ${register} shows the QR itself`;
    case 'shop':
    case 'totals':
    case 'closeShift':
    case 'display':
    case 'print':
    case 'open':
      return `Register ${register} ${asks}`;
    case 'wait':
      return `Register ${register} ${asks} again`;
    case 'claim':
      return `Register ${register} ${asks} and gets the answer that it has not had`;
    case 'resend':
      return `Register ${register} ${asks} again and gets the same answer again ("${made.result}")`;
    case 'answer':
      return `Register ${register} ${asks} and is told "${made.result.result}"`;
  }
}

interface VendAskedBody {
  readonly machine: string;
  readonly request: VendRequest;
  readonly made: VendDecision;
}

function vendAsked({ machine, request, made }: VendAskedBody, sale: Sale | undefined): string {
  const slot = request.item === undefined ? '' : ` for slot ${request.item}`;
  // The shop's own name goes before the machine's.
  const named = request.product === undefined || sale?.items !== undefined ? '' : ` ("${request.product}")`;
  const asks = `Machine ${machine} asked for ${formatRupiah(request.amount)}${slot}${named}`;
  switch (made.do) {
    case 'open':
      return `${asks}${soldFor(sale)}`;
    case 'deny':
      return `${asks} and is denied ("${made.denial.why}")`;
    case 'wait':
      return `${asks} again`;
    default:
      return `${asks} again and is told again that it is paid`;
  }
}

interface RegisterAnsweredBody {
  readonly outcome: string;
  readonly believed: boolean;
}

function registerAnswered({ outcome: became, believed }: RegisterAnsweredBody): string {
  if (became === 'acknowledged') return 'The register acknowledged the answer';
  if (became === 'rejected') return 'The register did not take the answer';
  if (became === 'partly') return 'The register handed over a part of it';
  if (became === 'assumed')
    return 'The register says nothing to such an answer, and is taken to have heard it';
  if (became === 'unheard') return 'The register may not have heard the answer';
  const said = became === 'gone' ? 'The answer did not reach the register' : 'The register kept silent';
  return believed ? `${said}, and is believed to have it all the same` : said;
}

/** `echo`: in journals of before. */
const TIMERS: Readonly<Record<TimerName | 'echo', string>> = {
  begin: 'It was time to begin',
  look: 'It was time to ask the gateway',
  echo: 'It was time to ask the gateway again because of the notice',
  qr: 'It was time to try the QR again',
  life: "The QR's time was up",
  patience: 'The source had waited long enough for a final status',
  claim: 'The source did not come for its answer in time',
  refund: 'It was time to ask what became of the refund',
};

function saleEvent(event: SaleEvent, sale: Sale | undefined, told: Telling): string {
  switch (event.type) {
    case 'chargeAnswered':
      return chargeAnswer(event.outcome, told);
    case 'statusAnswered':
      return gatewayAnswer(event.outcome, sale, told);
    case 'closeAnswered':
      return `Asked to close it. ${gatewayAnswer(event.outcome, sale, told)}`;
    case 'refundAnswered':
      return refundAnswer(event.outcome, told);
    case 'qrRead':
      return event.result.ok
        ? 'The QR was read'
        : `The QR could not be read: ${faultPhrase(event.result.error)}`;
    case 'presented':
      return presented(event);
    case 'timer':
      return TIMERS[event.timer] ?? `Timer ${event.timer}`;
    case 'cancelAsked':
      return `${event.by} asked to cancel`;
    case 'deliveryEnded':
      return `The source ${DELIVERY[event.outcome]} (${event.detail})`;
    case 'claimed':
      return 'The source came for its answer';
    case 'refundAsked':
      return `${event.by} asked for the money back`;
    case 'resolvedByHand':
      return `${event.by}${event.user === undefined ? '' : `, ${event.user},`} took it off the owed list as ${event.how}: ${event.note}`;
    case 'resumed':
      return 'The journal was read after a start';
    default:
      // A row of another version, which this one has no sentence for.
      return `${(event as { type: string }).type}: ${JSON.stringify(event)}`;
  }
}

const DELIVERY = {
  done: 'was told',
  partly: 'handed over a part',
  unclaimed: 'was not told',
  failed: 'was not told',
} as const;

function presented({ screen, paper }: Extract<SaleEvent, { type: 'presented' }>): string {
  if (screen) return 'The screen shows it';
  return paper ? 'The slip is printed' : 'Neither screen nor printer took it';
}
