import type { RegisterQuestion, RegisterResult } from '../../../src/base/register-messages.js';
import { parseRupiah } from '../../../src/base/rupiah.js';

/** Text of a frame to a question in our words. Every well-formed frame means something, if only `unsupported`. */
export function asQuestion(text: string): RegisterQuestion {
  const [type = '', value] = text.split(' ');
  switch (type) {
    case 'S': {
      const amount = parseRupiah(value ?? '');
      if (amount === undefined || amount === 0) return { ask: 'invalid', why: `no amount: "${value ?? ''}"` };
      return { ask: 'sale', amount };
    }
    case 'I':
      return { ask: 'inquiry', sale: value === undefined ? { by: 'last' } : { by: 'rrn', rrn: value } };
    case 'E':
      return { ask: 'echo' };
    default:
      return { ask: 'unsupported', type };
  }
}

/** Pure: what was asked and what became of it decide every character. */
export function answerText(asked: string, result: RegisterResult): string {
  const sale = 'sale' in result ? ` ${result.sale.amount} ${result.sale.rrn}` : '';
  return `${asked.split(' ')[0] ?? ''} ${result.result}${sale}`;
}
