import type { Evidence } from '../../base/evidence.js';
import type { StatusOutcome } from '../../base/gateway-answer.js';
import { formatRupiah, type Rupiah } from '../../base/rupiah.js';
import { FAULT } from '../fault/table.js';
import { judge, mismatch, settles } from '../sale/evidence-rank.js';
import { bookedOf, otherAmount, paidOf } from '../sale/paid-amount.js';
import { isSettled, type Sale } from '../sale/sale.js';
import { recordOf } from '../sale/step-record.js';
import { endOf } from '../sale/transition.js';
import { faultPhrase, standing } from '../text/history-phrases.js';
import type { ExportRow } from './export-file.js';
import { refundedOf } from './shift.js';

/** What the comparison of one sale with the gateway came to. */
export type Comparison =
  | { readonly result: 'same' }
  /** `news`: a status from the gateway that the terminal should ask for itself. */
  | { readonly result: 'differs'; readonly text: string; readonly news?: string }
  | { readonly result: 'notCompared'; readonly text: string };

/** Compares where a sale stands with what the gateway says of it now. */
export function compareWithGateway(sale: Sale, outcome: StatusOutcome): Comparison {
  switch (outcome.kind) {
    case 'unknown':
      return {
        result: 'notCompared',
        text: `the gateway gave no usable answer: ${faultPhrase(outcome.fault)}`,
      };
    case 'notFound':
      return sale.evidence === undefined
        ? { result: 'same' }
        : differs(`the gateway knows no such transaction; here ${stands(sale)}`);
    case 'evidence': {
      const { evidence } = outcome;
      const foreign = mismatch(sale, evidence);
      if (foreign !== undefined) return differs(`the gateway's answer does not fit: ${foreign}`);
      const judged = judge(sale, outcome);
      if (judged.kind === 'unknown')
        return differs(`the gateway's answer is not believed: ${faultPhrase(judged.fault)}`);
      return compareAmounts(sale, evidence) ?? compareStatus(sale, evidence);
    }
  }
}

/** What was paid is in the books as that; until a person has seen to it, it is told all the same. */
function compareAmounts(sale: Sale, evidence: Evidence): Comparison | undefined {
  const paidThere = settles(evidence) || ['refund', 'partial_refund'].includes(evidence.status);
  const other = otherAmount(sale, evidence);
  if (other === undefined || !paidThere || sale.state.at === 'resolved') return undefined;
  return differs(
    `${faultPhrase({ code: FAULT.otherAmount, detail: other })}; here ${stands(sale)}`,
    evidence.status,
  );
}

function compareStatus(sale: Sale, evidence: Evidence): Comparison {
  const wire = `"${evidence.wireStatus}"`;
  const paidThere = settles(evidence) || ['refund', 'partial_refund'].includes(evidence.status);
  if (paidThere !== isSettled(sale))
    return paidThere
      ? differs(`PAID at the gateway, which says ${wire}; here ${stands(sale)}`, evidence.status)
      : differs(`not paid at the gateway, which says ${wire}; here ${stands(sale)}`);
  if (paidThere) return compareRefunds(sale, evidence);
  if (evidence.status === 'pending')
    return differs(`still open at the gateway; here ${stands(sale)}`, evidence.status);
  const there = endOf(evidence)?.how;
  if (sale.state.at === 'closed' && sale.state.how === there) return { result: 'same' };
  return differs(`the gateway says ${wire}; here ${stands(sale)}`);
}

function compareRefunds(sale: Sale, evidence: Evidence): Comparison {
  const there = refundedOf({ ...sale, evidence });
  const here = refundedOf(sale);
  if (there !== here)
    return differs(
      `the gateway refunded ${money(there)}, the journal knows of ${money(here)}; here ${stands(sale)}`,
      evidence.status,
    );
  const { state } = sale;
  if (state.at !== 'resolved' || state.how !== 'refunded' || there > 0) return { result: 'same' };
  return differs(
    `given back by hand (${state.by}: ${state.note}), and the gateway still says "${evidence.wireStatus}": right only where it was cash`,
  );
}

const MEANINGS: readonly [words: RegExp, meaning: 'paid' | 'refunded' | 'unpaid'][] = [
  [/refund/, 'refunded'],
  [/^(settle|settlement|settled|capture|captured|success|successful|paid|completed)$/, 'paid'],
  [/^(pending|expire|expired|cancel|cancelled|canceled|deny|denied|failure|failed)$/, 'unpaid'],
];

/** Compares a sale with its lines in the dashboard's export; none where it is not in there. */
export function compareWithExport(sale: Sale, rows: readonly ExportRow[]): Comparison {
  const [row] = rows;
  const paidHere = isSettled(sale);
  if (row === undefined)
    return paidHere ? differs(`not in the export; here ${stands(sale)}`) : { result: 'same' };
  const said = rows.map(({ status }) => status);
  const meanings = said.map(meaningOf);
  const statuses = said.map((status) => `"${status}"`).join(' and ');
  const paidThere = isPaidInExport(rows);
  if (paidThere && !paidHere) return differs(`PAID in the export (${statuses}); here ${stands(sale)}`);
  const paid = paidOf(sale);
  // Where a fee was on top, exports have either.
  for (const { amount, wireAmount } of rows)
    if (amount !== paid && (amount !== sale.amount || bookedOf(sale) !== sale.amount))
      return differs(`"${wireAmount}" in the export, ${money(sale.amount)} here`);
  if (meanings.includes(undefined))
    return { result: 'notCompared', text: `the export says ${statuses}, which has no known meaning` };
  if (paidThere !== paidHere) return differs(`not paid in the export (${statuses}); here ${stands(sale)}`);
  const backThere = meanings.includes('refunded');
  if (backThere === refundedOf(sale) > 0) return { result: 'same' };
  return differs(`the export says ${statuses}, the journal knows of ${money(refundedOf(sale))} refunded`);
}

/** Whether money came in for it, whatever became of that since. */
export function isPaidInExport(rows: readonly ExportRow[]): boolean {
  return rows.some(({ status }) => ['paid', 'refunded'].includes(meaningOf(status) ?? ''));
}

function meaningOf(status: string): 'paid' | 'refunded' | 'unpaid' | undefined {
  const lower = status.toLowerCase().trim();
  return MEANINGS.find(([pattern]) => pattern.test(lower))?.[1];
}

function differs(text: string, news?: string): Comparison {
  return { result: 'differs', text, ...(news === undefined ? {} : { news }) };
}

function stands(sale: Sale): string {
  return standing(recordOf({ kind: 'step', sale, effects: [] }));
}

function money(sum: number): string {
  return formatRupiah(sum as Rupiah);
}
