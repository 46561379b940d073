import { printable } from '../../../src/base/bytes.js';
import { parseRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type { VendRequest } from '../../../src/base/vending-messages.js';
import { isGivenNumber } from '../../../src/core/source/same-request.js';
import { numberIn, TAG, type VtkMessage } from './message.js';

/** One request of the machine (VRP), with what its answer repeats word for word. */
export interface Operation {
  readonly number: string;
  /** In the machine's own units, as it wrote them. */
  readonly amount: string;
  readonly request: VendRequest;
}

/** The number that the machine is told to count on from: the time, and never less than it has used. */
export function numberForIdle(highest: number, wallMs: number): number {
  return Math.max(highest, Math.floor(wallMs / 1_000));
}

/** A number that no counter reaches is a mistake, and must not push ours out of what a machine can hold. */
export function highestAfter(highest: number, used: number): number {
  return used > 0xffff_ffff ? highest : Math.max(highest, used);
}

/** Of a request and its result the same, so that a result that comes after a restart finds its request. */
export interface OperationKey {
  readonly number: string;
  readonly amount: string;
  readonly product: string;
}

/**
 * Under a number that we gave, the same for each repeat of a request, whichever side was without power in between. Amount and
 * product are part of it: a number that comes again for something else is another request. A number that the machine
 * counts by itself names nothing (src/core/source/same-request.ts): `fresh` makes each of its requests one of its own.
 */
export function referenceOf(key: OperationKey, fresh: string): string {
  const plain = `vtk-${key.number}-${key.amount}-${key.product.replace(/[^A-Za-z0-9]/g, '_')}`;
  return isGivenNumber(Number(key.number)) ? plain : `${plain}-${fresh}`;
}

/** What is known of an operation from before a restart, by its reference; undefined where the machine counts by itself. */
export function operationOf(request: VendRequest): Operation | undefined {
  const [, number, amount] = /^vtk-(\d+)-(\d+)-\w*$/.exec(request.reference) ?? [];
  if (number === undefined || amount === undefined || !isGivenNumber(Number(number))) return undefined;
  return { number, amount, request };
}

export function isCounted({ number }: Pick<OperationKey, 'number'>): boolean {
  return !isGivenNumber(Number(number));
}

export function sameKey({ number, amount, request }: Operation, key: OperationKey): boolean {
  return (
    Number(number) === Number(key.number) &&
    Number(amount) === Number(key.amount) &&
    (request.item ?? '') === key.product
  );
}

/** The key in a request or result; in words what is missing of it. */
export function readKey(message: VtkMessage): OperationKey | string {
  const number = numberIn(message, TAG.operation);
  if (number === undefined) return `no operation number: "${field(message, TAG.operation)}"`;
  const amount = numberIn(message, TAG.amount);
  if (amount === undefined) return `no amount: "${field(message, TAG.amount)}"`;
  return { number: String(number), amount: String(amount), product: productOf(message) };
}

/** @param minorUnits decimal places of the machine's amounts. @returns in words why it could not be paid. */
export function readVtkAmount(amount: string, minorUnits: 0 | 2): Rupiah | string {
  const cents = '0'.repeat(minorUnits);
  const whole = amount.padStart(minorUnits + 1, '0');
  if (!whole.endsWith(cents)) return `${amount} is no whole number of rupiah: they have no cents`;
  const rupiah = parseRupiah(whole.slice(0, whole.length - minorUnits));
  if (rupiah === undefined) return `${amount} is more than any sale`;
  return rupiah === 0 ? 'the amount is zero' : rupiah;
}

export function vtkRequest(
  message: VtkMessage,
  amount: Rupiah,
  reference: string,
  patienceMs: number,
): VendRequest {
  const own = numberIn(message, TAG.patience);
  const item = productOf(message);
  const product = field(message, TAG.productName);
  return {
    amount,
    reference,
    ...(item === '' ? {} : { item }),
    ...(product === '' ? {} : { product }),
    patienceMs: own === undefined || own === 0 ? patienceMs : own * 1_000,
    ...(isCounted({ number: field(message, TAG.operation) }) ? { counted: true } : {}),
  };
}

function productOf(message: VtkMessage): string {
  return field(message, TAG.productId).slice(0, 16);
}

function field(message: VtkMessage, tag: number): string {
  return printable(message.values.get(tag) ?? '').slice(0, 40);
}
