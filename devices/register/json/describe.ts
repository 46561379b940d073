import { formatRupiah, isRupiah } from '../../../src/base/rupiah.js';
import type { JsonAnswer } from './answer.js';
import type { JsonRequest, Names } from './request.js';

/** Messages as one log line each. Lines to show or print are counted, not repeated: they may name a customer. */

/** `charge INV-1 Rp15.000, 120 s` */
export function describeRequest(request: JsonRequest): string {
  const { op, amount, items, deadline_s, lines, events, taken } = request;
  const more = [
    ...(isRupiah(amount) ? [formatRupiah(amount)] : []),
    ...(items === undefined ? [] : [`${items.length} items`]),
    ...(deadline_s === undefined ? [] : [`${deadline_s} s`]),
    ...(lines === undefined ? [] : [`${lines.length} lines`]),
    ...(events === true ? ['with events'] : []),
    ...(taken === false ? ['not taken'] : []),
  ];
  return [`${op}${nameOf(request)}`, ...more].join(', ');
}

/** `charge INV-1: approved` */
export function describeJsonAnswer(answer: JsonAnswer | undefined): string {
  if (answer === undefined) return 'an answer in another protocol';
  const fault = answer.fault === undefined ? '' : ` ${answer.fault}`;
  return `${answer.op ?? '?'}${nameOf(answer)}: ${answer.code}${fault}${answer.ack === true ? ', wants an ack' : ''}`;
}

function nameOf({ ref, rrn, invoice, id }: Names): string {
  const sale = ref ?? rrn ?? (invoice === undefined ? undefined : `slip ${invoice}`);
  return `${sale === undefined ? '' : ` ${sale}`}${id === undefined ? '' : ` (id ${id})`}`;
}
