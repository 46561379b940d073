import type { RegisterQuestion, Right, SaleName } from '../../base/register-messages.js';
import type { Sale } from '../sale/sale.js';
import { isSameTill } from './same-request.js';

/** What each till may do that is the name of a program with a token. All others are lines of this machine or cables. */
export type Rights = ReadonlyMap<string, readonly Right[]>;

/** What a question needs. One that we do not know changes nothing. */
export function rightOf(ask: RegisterQuestion['ask']): Right {
  switch (ask) {
    case 'refund':
      return 'refund';
    case 'setShop':
      return 'manage';
    case 'shop':
    case 'inquiry':
    case 'totals':
    case 'echo':
    case 'unsupported':
    case 'invalid':
      return 'read';
    default:
      return 'sell';
  }
}

/** Why a question may not be asked in the name of its till, by whichever door it comes; undefined where it may. */
export function lacksRight(question: RegisterQuestion, rights: Rights): string | undefined {
  const till = tillOf(question);
  const has = till === undefined ? undefined : rights.get(till);
  const needed = rightOf(question.ask);
  return has === undefined || has.includes(needed)
    ? undefined
    : `${till} lacks the right "${needed}"; it has ${has.join(', ')}`;
}

function tillOf(question: RegisterQuestion): string | undefined {
  if (question.ask === 'sale' || question.ask === 'shop' || question.ask === 'setShop') return question.till;
  return 'sale' in question ? question.sale.till : undefined;
}

/**
 * Whether a till's name of a sale means this one. Our own numbers (RRN, invoice) are no other sale's, and tills of one shop may
 * help each other by them; but what a program with a token sold is its own, and nothing else is.
 */
export function isMeant(sale: Sale, name: SaleName, rights: Rights): boolean {
  if (isSameTill(sale, name.till)) return true;
  if (name.by !== 'rrn' && name.by !== 'invoice') return false;
  return ![sale.source.till, name.till].some((till) => till !== undefined && rights.has(till));
}
