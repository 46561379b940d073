import { NOTE_LIMIT, noteLine } from '../base/note-line.js';
import { formatRupiah, rupiah } from '../base/rupiah.js';
import { otherAmount } from '../core/sale/paid-amount.js';
import { type ResolvedHow, type Sale, slipNumber } from '../core/sale/sale.js';
import { owedOf, refundedOf } from '../core/shift/shift.js';
import { askFirst } from '../core/text/advice.js';
import { owedBecause } from '../core/text/history-phrases.js';
import {
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NEVER,
  NO_NAME,
  readNumbers,
  refusal,
  type Subject,
  salesNamed,
  sourceWords,
  timeInShop,
} from './answer.js';

const HOWS: readonly ResolvedHow[] = ['refunded', 'delivered', 'other'];
export const owed: Family = {
  help: [
    {
      usage: 'owed',
      about: 'money taken and nothing given: what is to be handed over or given back',
      afar: 'sales',
    },
    {
      usage: `owed resolve ORDER --how ${HOWS.join('|')} --note "..." [--by NAME]`,
      about: 'takes a sale off that list; by any number of it that is no other sale’s',
      afar: NEVER,
    },
  ],
  run: (subject, request) => {
    const [verb, name, more] = request.args;
    if (verb === undefined) return list(subject);
    if (verb !== 'resolve' || name === undefined || more !== undefined) return misused(owed);
    return resolve(subject, name, request);
  },
};

/** Oldest first: the longest wait comes first. */
function list(subject: Subject): ControlAnswer {
  const sales = owedSales(subject.journal, Number.MAX_SAFE_INTEGER).sort((a, b) => a.invoice - b.invoice);
  const sum = rupiah(sales.reduce((all, sale) => all + owedOf(sale), 0));
  const text =
    sales.length === 0
      ? 'nothing is owed'
      : [
          `owed: ${sales.length} of ${formatRupiah(sum)}`,
          ...sales.map((sale) => described(subject, sale)),
        ].join('\n');
  return { text, data: { count: sales.length, sum, sales }, good: true };
}

/** At most so many of each state. What was delivered, and is being given back at the register, is not owed. */
export function owedSales(journal: Subject['journal'], most: number): Sale[] {
  const refunding = journal.salesIn('refunding', most);
  return [
    ...journal.salesIn('owed', most),
    ...refunding.filter(({ state }) => state.at !== 'refunding' || state.why !== 'returned'),
  ];
}

function described(subject: Subject, sale: Sale): string {
  const { orderId, amount, source, evidence, state } = sale;
  if (state.at !== 'owed' && state.at !== 'refunding') return orderId;
  const transaction = evidence === undefined ? '' : `, transaction ${evidence.transactionId}`;
  const other = evidence === undefined ? undefined : otherAmount(sale, evidence);
  const back = refundedOf(sale);
  const left =
    back === 0
      ? ''
      : `, of which ${formatRupiah(rupiah(back))} went back and ${formatRupiah(rupiah(owedOf(sale)))} is owed`;
  const first = askFirst(sale);
  return `${orderId}  ${formatRupiah(amount)}${left}  since ${timeInShop(subject, state.sinceMs)}
  ${sourceWords(source)}, No. ${slipNumber(sale)}${transaction}
  ${owedBecause(state.why)}${other === undefined ? '' : `: ${other}`}${refundWords(state)}${first === undefined ? '' : `\n  ${first}`}`;
}

function refundWords(state: Extract<Sale['state'], { at: 'owed' | 'refunding' }>): string {
  if (state.at === 'refunding')
    return `\n  being given back through the gateway, refund key ${state.refundKey}${state.tries === 0 ? '' : `, ${state.tries} times without a usable answer`}`;
  const { refund } = state;
  if (refund === undefined) return '';
  return refund.ended === 'unknown'
    ? `\n  it may have been refunded, look in the dashboard first: ${refund.detail}`
    : `\n  the automatic refund failed: ${refund.detail}`;
}

/** An order id is one sale's; of any other number all sales are looked through, as money goes by it. */
async function meant(subject: Subject, name: string): Promise<readonly Sale[]> {
  const { journal, terminal } = subject;
  const ours = journal.sale(name.trim().toUpperCase());
  if (ours !== undefined) return [ours];
  await readNumbers(subject);
  return await terminal.run(() => salesNamed(subject, name));
}

async function resolve(subject: Subject, name: string, request: ControlRequest): Promise<ControlAnswer> {
  const { terminal, journal } = subject;
  const { flags, user } = request;
  const how = HOWS.find((one) => one === flags['how']);
  if (how === undefined) return refusal(`--how ${HOWS.join('|')}: which? Nothing was changed.`);
  const note = noteLine(flags['note'] ?? '');
  if (note === undefined)
    return refusal(`--note: why, in 1 to ${NOTE_LIMIT} characters. Nothing was changed.`);
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  const [before, ...others] = await meant(subject, name);
  if (before === undefined) return refusal(`the journal has no sale ${name}. Nothing was changed.`);
  if (others.length > 0)
    return refusal(
      `${name} is a number of ${[before, ...others].map(({ orderId }) => orderId).join(' and of ')}: say the order id of the one. Nothing was changed.`,
    );
  const { orderId } = before;
  if (before.state.at === 'refunding')
    return refusal(`${orderId} is being given back through the gateway. Nothing was changed.`);
  if (before.state.at !== 'owed')
    return refusal(`${orderId} is ${before.state.at}, not owed. Nothing was changed.`);
  terminal.tell(orderId, { type: 'resolvedByHand', how, by, note, user });
  // Behind the event that was just posted.
  const after = await terminal.run(() => journal.sale(orderId));
  if (after?.state.at !== 'resolved') return refusal(`${orderId} is ${after?.state.at ?? 'gone'} by now`);
  const doubt = how === 'refunded' ? askFirst(before) : undefined;
  return {
    text: `${orderId}: ${formatRupiah(after.amount)} is off the owed list as ${how} (${by}: ${note})${doubt === undefined ? '' : `\nNobody knew whether it was handed over: ${doubt}`}`,
    data: after,
    good: true,
  };
}
