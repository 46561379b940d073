import type { RegisterResult } from '../base/register-messages.js';
import type { Slip } from '../base/slip.js';
import type { Readiness } from '../core/readiness.js';
import { registerShift } from '../core/source/register-result.js';
import type { RegisterDecision } from '../core/source/register-session.js';
import { linesSlip } from '../core/text/receipt.js';
import { shiftSlip } from '../core/text/shift-slip.js';
import type { JournalAnswer } from '../journal/answers.js';
import type { JournalEvent } from '../journal/commit.js';
import type { TerminalContext } from './context.js';

/** What a register wants done besides sales. */
export interface Errands {
  readonly readiness: () => Readiness;
  /** Lines for the customer's screen while it rests. */
  readonly show: (lines: readonly string[]) => void;
  readonly print: (slip: Slip) => void;
}

export type Errand = Extract<RegisterDecision, { do: 'totals' | 'closeShift' | 'display' | 'print' }>;

export interface ErrandTools {
  readonly register: string;
  readonly told: JournalEvent;
  readonly answer: (result: RegisterResult) => JournalAnswer;
  /** Journals the question with its answer, and sends that. */
  readonly reply: (result: RegisterResult) => void;
  readonly transmit: (answer: JournalAnswer) => void;
}

export function errandOf(
  errand: Errand,
  context: TerminalContext,
  errands: Errands,
  tools: ErrandTools,
): void {
  const { journal } = context.adapters;
  switch (errand.do) {
    case 'totals':
      return tools.reply({ result: 'totals', shift: registerShift(journal.shifts.open()) });
    case 'closeShift':
      return closeShift(context, errands, tools);
    case 'display':
      errands.show(errand.lines);
      return tools.reply({ result: 'done' });
    case 'print':
      return print(errand.lines, context, errands, tools);
  }
}

/** The shift, its answer and the question are one commit: asked again after a cut, the answer is there. */
function closeShift({ adapters, settings }: TerminalContext, errands: Errands, tools: ErrandTools): void {
  const { journal, clock } = adapters;
  const wallMs = clock.wallMs();
  let answer: JournalAnswer | undefined;
  const report = journal.closeShift(wallMs, tools.register, (closed) => {
    answer = tools.answer({ result: 'shiftClosed', shift: registerShift(closed) });
    return { wallMs, monoMs: clock.monoMs(), events: [tools.told], answers: [answer] };
  });
  errands.print(shiftSlip(report, settings.head, false));
  if (answer !== undefined) tools.transmit(answer);
}

function print(
  lines: readonly string[],
  { adapters, settings }: TerminalContext,
  errands: Errands,
  tools: ErrandTools,
): void {
  if (adapters.printer === undefined) return tools.reply({ result: 'unsupported' });
  tools.reply({ result: 'done' });
  errands.print(linesSlip(lines, settings.head));
}
