import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import { FAULT, faultOf, faultText } from '../core/fault/table.js';
import type { Sale } from '../core/sale/sale.js';
import { slipName } from '../core/sale/slip-job.js';
import { timesOf } from '../journal/commit.js';
import { chargeOf } from '../journal/journal-file.js';
import type { SlipQueue } from '../terminal/slip-desk.js';
import type { TerminalState } from '../terminal/terminal.js';
import {
  type AskedHelp,
  type ControlAnswer,
  type ControlCommand,
  type ControlRequest,
  type Family,
  NEVER,
  type Subject,
  sourceWords,
  timeInShop,
} from './answer.js';
import { maintenanceLine } from './maintenance.js';
import { owedSales } from './owed.js';

function single(usage: string, about: string, afar: AskedHelp['afar'], run: ControlCommand): Family {
  return { help: [{ usage, about, afar }], run };
}

export const status = single(
  'status [--watch]',
  'what the terminal is doing, and whether it may sell; --watch: as it changes',
  'status',
  standing,
);
export const cancel = single('cancel', 'gives up the open sale, as the cancel key does', NEVER, giveUp);
export const acceptLoss = single(
  'accept-loss',
  `sell again after a damaged journal, or a broken law (E${FAULT.lawBroken}), was looked at`,
  NEVER,
  accept,
);

export function tokenLines({ token, clock }: Pick<Subject, 'token' | 'clock'>): string[] {
  if (token === undefined) return [];
  const { endsAtMs, trouble } = token;
  const verdict = trouble === '' && clock.wallMs() < endsAtMs ? 'good' : `E${FAULT.tokenNotRenewed}`;
  const renewal = trouble === '' ? 'renewed in its last third' : `was not renewed: ${trouble}`;
  return [
    `  ${'token'.padEnd(8)} ${verdict.padEnd(5)} ends on ${new Date(endsAtMs).toISOString()}, ${renewal}`,
  ];
}

function standing(subject: Subject): ControlAnswer {
  const state = subject.terminal.state();
  const totals = subject.journal.totals();
  const lines = [
    `gopay-pos ${subject.version}`,
    statusLine(state, subject),
    ...Object.entries(state.readings).map(([fact, reading]) => {
      const ageS = Math.round((subject.clock.monoMs() - reading.atMs) / 1000);
      const verdict = reading.code === 0 ? 'good' : `E${reading.code}`;
      return `  ${fact.padEnd(8)} ${verdict.padEnd(5)} ${reading.detail}, ${ageS} s ago`;
    }),
    ...tokenLines(subject),
    ...Object.entries(state.pads).map(([pad, present]) => `  pad ${pad}: ${present ? 'present' : 'gone'}`),
    ...(state.slips === undefined ? [] : slipLines(subject, state.slips)),
    ...(subject.terminal.opening.maintenance === undefined
      ? []
      : [maintenanceLine(subject, subject.terminal.opening.maintenance)]),
    ...subject.journal.reports.waiting().map(({ way, shift, tries }) => {
      return `  the report of shift ${shift} waits to go out by ${way}, ${tries} times in vain`;
    }),
    ...(state.setAside === undefined ? [] : [`damaged journal set aside: ${state.setAside}`]),
    ...totals.map(
      ({ state: at, count, sum }) => `  ${at.padEnd(16)} ${count} of ${formatRupiah(sum as Rupiah)}`,
    ),
    ...owedSales(subject.journal, 20).map((sale) => `owed: ${describe(subject, sale)}`),
  ];
  return {
    text: lines.join('\n'),
    data: {
      ...state,
      totals,
      version: subject.version,
      lastCharge: chargeOf(subject.journal.saleByInvoice(subject.journal.nextInvoice() - 1)),
    },
    good: state.readiness.ready,
  };
}

/** What waits for the printer; what the printer said is the reading of the paper. */
function slipLines(subject: Subject, { waiting, printing, givenUp }: SlipQueue): string[] {
  const [first] = waiting;
  const why = first?.why === undefined ? '' : `: ${first.why}`;
  return [
    ...(printing === undefined ? [] : [`  printing the ${slipName(printing)}`]),
    ...(first === undefined
      ? []
      : [
          `  ${waiting.length} slip${waiting.length === 1 ? '' : 's'} for the printer, the first since ${timeInShop(subject, first.queuedAtMs)}, the ${slipName(first)}${why}`,
        ]),
    ...givenUp.map((job) => `  given up: the ${slipName(job)}${job.why === undefined ? '' : `: ${job.why}`}`),
  ];
}

/** One line for systemctl status. */
export function statusLine(state: TerminalState, shop: Pick<Subject, 'head'>): string {
  if (state.open !== undefined) return `busy: ${describe(shop, state.open)}`;
  if (isFirstLook(state)) return 'starting: the gateway is being asked for the first time';
  if (!state.readiness.ready)
    return `not selling: E${state.readiness.code} ${state.readiness.detail} (${faultOf(state.readiness.code).remedy.en})`;
  const notes = state.readiness.notes.map((code) => `E${code} ${faultText(code).en}`);
  return notes.length === 0 ? 'ready' : `ready; ${notes.join('; ')}`;
}

/** Nothing is wrong yet. What else keeps it from selling is told as it is. */
function isFirstLook({ readiness, readings }: TerminalState): boolean {
  return !readiness.ready && readiness.code === FAULT.gatewaySilent && readings.gateway === undefined;
}

function describe(shop: Pick<Subject, 'head'>, sale: Sale): string {
  const { source, state } = sale;
  const where = `${sourceWords(source)}`;
  return `${sale.orderId} ${formatRupiah(sale.amount)} from ${where}, ${state.at}, since ${timeInShop(shop, sale.openedAtMs)}`;
}

function giveUp(subject: Subject): ControlAnswer {
  const done = subject.terminal.cancelOpen('technician');
  return { text: done ? 'cancelling' : 'no sale is open', data: { done }, good: done };
}

function accept(subject: Subject, { user }: ControlRequest): ControlAnswer {
  const { setAside, brokenLaw } = subject.journal;
  const seen = [
    ...(setAside === undefined ? [] : [`${setAside} is kept`]),
    ...(brokenLaw === undefined ? [] : [`seen: ${brokenLaw}`]),
  ];
  if (seen.length > 0) {
    subject.journal.acceptLoss({
      ...timesOf(subject.clock),
      events: [{ kind: 'lossAccepted', body: { setAside, brokenLaw, user } }],
    });
  }
  const text =
    seen.length === 0
      ? 'no journal was set aside, and no law is broken'
      : `${seen.join('; ')}; the terminal sells again within 5 s`;
  return { text, data: { setAside, brokenLaw }, good: true };
}
