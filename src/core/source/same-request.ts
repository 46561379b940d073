import type { VendRequest } from '../../base/vending-messages.js';
import type { Sale } from '../sale/sale.js';

/**
 * What makes two requests the same (law 7), by what asks. Nothing else in the product decides it.
 * The tables stand on the pages of registers and of vending machines, and `test/device/same-request.test.ts` tries each row.
 *
 * Where a source cannot be told apart from the next customer, nothing is given out without money: the first sale ends as
 * owed, and the next one is charged.
 */

/**
 * From here on a number is one of ours: VTK's answer to IDL carries the time in seconds, and the machine counts on from
 * there, so that it comes once in years. A smaller one is the machine's own.
 */
const GIVEN_FROM = 1_000_000_000;

export function isGivenNumber(number: number): boolean {
  return number >= GIVEN_FROM;
}

/** How a register that gives no reference met what was said of its last sale. */
export interface Meeting {
  /** It has acknowledged something, ever: its silence means that it has not heard. */
  readonly everAcknowledged: boolean;
  /** The answer went out whole, each time, on a line that has held since the question, and nothing came back. */
  readonly silent: boolean;
  /** The answer was put on the line within {@link REPEAT_MS}, or its connection was reset since. */
  readonly lately: boolean;
}

/**
 * Link control of registers repeats what had no answer after 5 s, three times in all (C200 family: "command 5 s x 3"; ZVT, T2
 * and two repeats). What comes again within that is the repeat of a register that has not heard.
 */
export const REPEAT_MS = 15_000;

/**
 * Whether the same bytes are the next customer's, of a register that has never acknowledged anything: otherwise everybody with
 * the bill of the one before would get its answer, and pay nothing. The sale before is not delivered by that: it is owed.
 */
export function isTakenAsHeard({ everAcknowledged, silent, lately }: Meeting): boolean {
  return !everAcknowledged && silent && !lately;
}

/** Whether the same request may come again under the same reference, also after a power cut. */
export function comesAgain(
  machine: { readonly repeats: boolean },
  request: Pick<VendRequest, 'counted'>,
): boolean {
  return machine.repeats && request.counted !== true;
}

/** What a sale is looked for by: a till that says its name has references of its own; all others share theirs. */
export function keyOfReference(reference: string, till: string | undefined): string {
  return till === undefined || till.startsWith('@') ? reference : `${reference}@${till}`;
}

/**
 * Whether the till that asks now is the one that the sale is of. An address is no name, but another address is no till that is
 * known: who comes from there with a number that was used is refused, neither charged nor told "paid".
 */
export function isSameTill({ source }: Sale, till: string | undefined): boolean {
  return source.till === till;
}
