import type { ShiftReport } from '../core/shift/shift.js';
import { shiftSlip, shiftText } from '../core/text/shift-slip.js';
import {
  type Answering,
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NEVER,
  NO_NAME,
  refusal,
  type SayProgress,
  type Subject,
} from './answer.js';

export const shift: Family = {
  help: [
    { usage: 'shift', about: 'totals of the open shift', afar: 'sales' },
    { usage: 'shift close [N] [--by NAME]', about: 'closes it, prints the slip', afar: NEVER },
    {
      usage: 'shift reprint [N]',
      about: 'prints the slip of a closed shift, marked COPY; the last one',
      afar: 'reprint',
    },
  ],
  run: (subject, request, progress) => {
    const [verb, number, ...rest] = request.args;
    if (rest.length > 0 || (number !== undefined && !/^\d{1,9}$/.test(number))) return misused(shift);
    const which = number === undefined ? undefined : Number(number);
    switch (verb) {
      case undefined:
        return audited(subject, () => current(subject));
      case 'close':
        return audited(subject, () => close(subject, which, request, progress));
      case 'reprint':
        return reprint(subject, which, progress);
      default:
        return misused(shift);
    }
  },
};

/** Rows that are compared with their sales at a time: the loop is never held up by the size of a shift. */
const AUDIT_ROWS = 1_000;

/** Does it when each row of the open shift has been compared with its sale, between two events of the terminal. */
async function audited(subject: Subject, run: () => Answering): Promise<ControlAnswer> {
  const { terminal, journal } = subject;
  let after: number | undefined = 0;
  while (after !== undefined) {
    const from: number = after;
    after = await terminal.run(() => journal.shifts.audit(from, AUDIT_ROWS));
  }
  return terminal.run(run);
}

function current({ journal }: Subject): ControlAnswer {
  const report = journal.shifts.open();
  return { text: shiftText(report), data: report, good: true };
}

/** @param which the shift that the caller means to close, so that asking twice does not close two */
function close(
  subject: Subject,
  which: number | undefined,
  request: ControlRequest,
  progress: SayProgress,
): Answering {
  const { journal, terminal } = subject;
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const number = journal.shifts.current;
  if (which !== undefined && which < number)
    return refusal(`shift ${which} is closed already; shift reprint ${which} prints it again`);
  if (which !== undefined && which > number)
    return refusal(`shift ${which} has not begun; shift ${number} is open`);
  const events = [{ kind: 'shiftClosed', body: { number, by, user: request.user } }];
  const report = terminal.closeShift({ by, after: () => ({ events }) });
  return printed(subject, report, false, progress);
}

function reprint(subject: Subject, which: number | undefined, progress: SayProgress): Answering {
  const { shifts } = subject.journal;
  const number = which ?? shifts.current - 1;
  const report = shifts.closed(number);
  if (report === undefined)
    return refusal(number < 1 ? 'no shift was closed yet' : `shift ${number} is not closed`);
  return printed(subject, report, true, progress);
}

/** Closed is closed, on paper or not: the slip can be had again. */
async function printed(
  subject: Subject,
  report: ShiftReport,
  copy: boolean,
  progress: SayProgress,
): Promise<ControlAnswer> {
  const { terminal, head } = subject;
  const printing = terminal.slips.print(shiftSlip(report, head, copy));
  if (printing !== undefined) progress('printing');
  const onPaper = await printing;
  const later = copy
    ? `shift reprint ${report.number} prints it`
    : `it comes out by itself when the printer is well; shift reprint ${report.number} prints a copy`;
  const note =
    onPaper === undefined
      ? ''
      : onPaper
        ? '\nThe slip is printed.'
        : `\nThe slip was NOT printed (status says why); ${later}.`;
  return {
    text: `${shiftText(report)}${note}`,
    data: { ...report, printed: onPaper === true },
    good: !(copy && onPaper === false),
  };
}
