import type { RegisterQuestion, SaleName } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { JsonRequest } from './request.js';

/** A request in our words. `ack` is no question: it never comes here. */
export function asQuestion(request: JsonRequest): RegisterQuestion {
  const { op, ref: reference, till, deadline_s: deadline, lines = [] } = request;
  const amount = request.amount === undefined ? {} : { amount: rupiah(request.amount) };
  switch (request.known ? op : '') {
    case 'hello':
      return { ask: 'echo' };
    case 'charge':
      return {
        ask: 'sale',
        ...amount,
        ...(request.items === undefined ? {} : { items: request.items }),
        ...(reference === undefined ? {} : { reference }),
        ...(till === undefined ? {} : { till }),
        ...(deadline === undefined ? {} : { patienceMs: deadline * 1000 }),
      };
    case 'cancel':
      return { ask: 'cancel', sale: saleName(request) };
    case 'shown':
      return { ask: 'shown', sale: saleName(request) };
    case 'status':
      return { ask: 'inquiry', sale: saleName(request) };
    case 'reprint':
      return { ask: 'reprint', sale: saleName(request) };
    case 'refund':
      return { ask: 'refund', sale: saleName(request), ...amount };
    case 'shop':
      return shopQuestion(request);
    case 'totals':
      return { ask: 'totals' };
    case 'endOfDay':
      return { ask: 'endOfDay' };
    case 'display':
      return { ask: 'display', lines };
    case 'print':
      return { ask: 'print', lines };
    default:
      return { ask: 'unsupported', type: op };
  }
}

function shopQuestion(request: JsonRequest): RegisterQuestion {
  const { maintenance, words, product, slot, sold_out: soldOut, till } = request;
  const whose = till === undefined ? {} : { till };
  if (maintenance !== undefined)
    return {
      ask: 'setShop',
      change: { maintenance, ...(words === undefined ? {} : { words }) },
      ...whose,
    };
  if (soldOut === undefined) return { ask: 'shop', ...whose };
  const what =
    slot === undefined ? { of: 'product' as const, id: product ?? '' } : { of: 'slot' as const, id: slot };
  return { ask: 'setShop', change: { soldOut, ...what }, ...whose };
}

function saleName({ ref, rrn, invoice, till }: JsonRequest): SaleName {
  const whose = till === undefined ? {} : { till };
  if (ref !== undefined) return { by: 'reference', reference: ref, ...whose };
  if (rrn !== undefined) return { by: 'rrn', rrn, ...whose };
  return { ...(invoice === undefined ? { by: 'last' } : { by: 'invoice', invoice }), ...whose };
}
