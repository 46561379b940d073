import type { RegisterQuestion } from '../base/register-messages.js';
import type { Sale } from '../core/sale/sale.js';
import { keyOfReference } from '../core/source/same-request.js';
import type { Adapters } from './context.js';

/** The sale that a register's question names, where it names one; of any register. */
export function saleNamedBy(question: RegisterQuestion, adapters: Adapters): Sale | undefined {
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
  // What stands in for a name that a register does not give is no name to anybody.
  return found.filter(({ source }) => source.own).sort((a, b) => b.invoice - a.invoice)[0];
}

/** With the till that asks, where it says which: money goes back in somebody's name (law 15). */
export function whoAsks(name: string, wanted: RegisterQuestion): string {
  const till = 'sale' in wanted ? wanted.sale.till : undefined;
  return till === undefined ? name : `${name} ${till}`;
}
