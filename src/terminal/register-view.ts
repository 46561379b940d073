import type { RegisterQuestion } from '../base/register-messages.js';
import type { Sale } from '../core/sale/sale.js';
import type { RegisterView } from '../core/source/register-session.js';
import { keyOfReference, type Meeting } from '../core/source/same-request.js';
import type { Adapters, RegisterPlace, TerminalContext } from './context.js';
import type { RegisterWire } from './register-wire.js';

/** What the decision about a register's question needs to know, read from the journal. */
export function registerView(
  { adapters, settings }: TerminalContext,
  now: Pick<RegisterView, 'open' | 'readiness'>,
  wire: Pick<RegisterWire, 'lately'>,
  { register, kind }: RegisterPlace,
  question: RegisterQuestion,
  frame: string,
): RegisterView {
  const { journal } = adapters;
  const { name } = register;
  // A request that says whose it is, is one by whichever door it comes.
  const doors =
    register.polls === true ? adapters.registers.filter((one) => one.register.polls === true) : [];
  const asked = doors.length === 0 ? [name] : doors.map((one) => one.register.name);
  const last = journal.lastSaleOf(kind, name);
  const named = namedBy(question, adapters);
  const repeated = question.ask === 'sale' && question.reference !== undefined ? named : last;
  const request = repeated?.source.own ? frame : repeated?.source.reference;
  return {
    ...now,
    ...(last === undefined || register.mayNeverAcknowledge !== true
      ? {}
      : { meeting: meetingOf(name, last.orderId, journal, wire) }),
    last,
    named,
    lastAnswer: repeated === undefined ? undefined : journal.answers.about(repeated.orderId, request),
    heard: journal.answers.to(asked, frame, question.ask === 'refund' ? (named ?? last)?.orderId : undefined),
    shiftIsEmpty: journal.shifts.isEmpty(),
    limits: settings.limits,
    refunds: settings.rules.refund !== undefined && register.fromAfar !== true,
  };
}

function meetingOf(
  name: string,
  orderId: string,
  { answers }: Adapters['journal'],
  wire: Pick<RegisterWire, 'lately'>,
): Meeting {
  return {
    everAcknowledged: answers.everAcknowledged(name),
    silent: answers.lastMet(orderId) === 'silent',
    lately: wire.lately(name, orderId),
  };
}

function namedBy(question: RegisterQuestion, adapters: Adapters): Sale | undefined {
  const { journal } = adapters;
  if (question.ask === 'sale')
    return question.reference === undefined
      ? undefined
      : byReference(keyOfReference(question.reference, question.till), adapters);
  if (!('sale' in question)) return undefined;
  switch (question.sale.by) {
    case 'rrn':
      return journal.saleByRrn(question.sale.rrn);
    case 'invoice':
      return journal.saleByInvoice(question.sale.invoice, question.sale.digits);
    case 'reference':
      return byReference(keyOfReference(question.sale.reference, question.sale.till), adapters);
    case 'last':
      return undefined;
  }
}

/** One reference is one charge, by whichever door it comes. */
function byReference(key: string, { journal, registers }: Adapters): Sale | undefined {
  const found = registers.flatMap(
    ({ kind, register }) => journal.saleByReference(kind, register.name, key) ?? [],
  );
  return found.sort((a, b) => b.invoice - a.invoice)[0];
}
