import type { RegisterQuestion, RegisterResult } from '../base/register-messages.js';
import type { Sale } from '../core/sale/sale.js';
import type { Register, SendOutcome } from '../port/register.js';

/** What a register's word on an answer, or its silence, comes to. */

export const HEARD: readonly SendOutcome[] = ['acknowledged', 'assumed'];
/** The register's own word, and no silence. */
export const SAID: readonly SendOutcome[] = ['acknowledged', 'rejected', 'partly'];
export const ENDED: Partial<Record<SendOutcome, 'partly' | 'failed'>> = {
  partly: 'partly',
  rejected: 'failed',
};
export const OUTCOME_WORDS: Partial<Record<SendOutcome, string>> = {
  partly: 'the register handed over a part of the goods',
};

/** Whether a sale is where its register's word on "approved" has it. */
export function isAsSaid({ state }: Sale, outcome: SendOutcome): boolean {
  if (outcome === 'acknowledged') return state.at === 'delivered';
  if (state.at === 'resolved') return state.how !== 'delivered';
  return state.at === 'owed' || (state.at === 'refunding' && state.why !== 'returned');
}

/** Nothing is built on it: a greeting, or where a sale has come to in a journal that holds that already. */
export function isPassing(
  { polls }: Register,
  { ask }: RegisterQuestion,
  { result }: RegisterResult,
): boolean {
  if (result === 'echo') return true;
  return polls === true && ask === 'inquiry' && ['pending', 'unknown', 'noSuchSale'].includes(result);
}

export function orderOf(result: RegisterResult): string | undefined {
  return 'sale' in result ? result.sale?.orderId : undefined;
}
