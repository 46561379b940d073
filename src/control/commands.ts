import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import { formatWib } from '../base/time.js';
import { textOf } from '../core/faults.js';
import type { Sale } from '../core/sale.js';
import type { Journal } from '../journal/journal.js';
import type { Terminal, TerminalState } from '../terminal/terminal.js';

/** What a technician can ask of a running terminal. Each answer is text for a person and data for a script. */
export interface Answer {
  readonly text: string;
  readonly data: unknown;
  /** False where the command ran and the answer is no. */
  readonly good: boolean;
}

export interface Subject {
  readonly terminal: Pick<Terminal, 'state' | 'run' | 'cancelOpen'>;
  readonly journal: Journal;
  readonly version: string;
  readonly nowMonoMs: () => number;
}

type Command = (subject: Subject, args: readonly string[]) => Answer;

/** Ready-made for the command line's help, too. */
export const COMMANDS: Readonly<Record<string, { readonly about: string; readonly run: Command }>> = {
  status: { about: 'what the terminal is doing, and whether it may sell', run: status },
  cancel: { about: 'gives up the open sale, as the cancel key does', run: cancel },
  'accept-loss': { about: 'sell again after a damaged journal was set aside and looked at', run: acceptLoss },
};

function status(subject: Subject): Answer {
  const state = subject.terminal.state();
  const totals = subject.journal.totals();
  const lines = [
    `gopay-pos ${subject.version}`,
    statusLine(state),
    ...Object.entries(state.readings).map(([fact, reading]) => {
      const ageS = Math.round((subject.nowMonoMs() - reading.atMs) / 1000);
      const verdict = reading.code === 0 ? 'good' : `E${reading.code}`;
      return `  ${fact.padEnd(8)} ${verdict.padEnd(5)} ${reading.detail}, ${ageS} s ago`;
    }),
    ...Object.entries(state.pads).map(([pad, present]) => `  pad ${pad}: ${present ? 'present' : 'gone'}`),
    ...(state.setAside === undefined ? [] : [`damaged journal set aside: ${state.setAside}`]),
    ...totals.map(
      ({ state: at, count, sum }) => `  ${at.padEnd(16)} ${count} of ${formatRupiah(sum as Rupiah)}`,
    ),
    ...subject.journal.salesIn('owed', 20).map((sale) => `owed: ${describe(sale)}`),
  ];
  return {
    text: lines.join('\n'),
    data: { ...state, totals, version: subject.version },
    good: state.readiness.ready,
  };
}

/** One line for systemctl status. */
export function statusLine(state: TerminalState): string {
  if (state.open !== undefined) return `busy: ${describe(state.open)}`;
  if (!state.readiness.ready)
    return `not selling: E${state.readiness.code} ${state.readiness.detail} (${textOf(state.readiness.code).remedy})`;
  const notes = state.readiness.notes.map((code) => `E${code} ${textOf(code).en}`);
  return notes.length === 0 ? 'ready' : `ready; ${notes.join('; ')}`;
}

function describe(sale: Sale): string {
  const { source, state } = sale;
  const where = `${source.kind} ${source.name}`;
  return `${sale.orderId} ${formatRupiah(sale.amount)} from ${where}, ${state.at}, since ${formatWib(sale.openedAtMs)} WIB`;
}

function cancel(subject: Subject): Answer {
  const done = subject.terminal.cancelOpen('technician');
  return { text: done ? 'cancelling' : 'no sale is open', data: { done }, good: done };
}

function acceptLoss(subject: Subject): Answer {
  const { setAside } = subject.journal;
  subject.journal.acceptLoss();
  const text =
    setAside === undefined
      ? 'no journal was set aside'
      : `${setAside} is kept; the terminal sells again within 30 s`;
  return { text, data: { setAside }, good: true };
}
