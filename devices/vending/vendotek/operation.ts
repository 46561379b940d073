import { parseRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type { VendRequest } from '../../../src/base/vending-words.js';
import { numberIn, printable, TAG, type VtkMessage } from './message.js';

/** One request of the machine (VRP), with what its answer repeats word for word. */
export interface Operation {
  readonly number: string;
  /** In the machine's own units, as it wrote them. */
  readonly amount: string;
  /** How often this run has seen the number finished and begun anew. */
  readonly generation: number;
  readonly request: VendRequest;
}

/**
 * From here on a number is one of ours: the answer to IDL carries the time in seconds, and the machine counts on from
 * there. Such a number never comes twice. A smaller one is of a machine that counts by itself, perhaps from 1 at each
 * power-up.
 */
const OURS_FROM = 1_000_000_000;
const DAY_MS = 86_400_000;
/** 03:00 in western Indonesia, when hardly anybody buys. */
const DAY_BEGINS_MS = 20 * 3_600_000;

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
 * The same for each repeat of a request, whoever was without power in between. Amount and product are part of it: a
 * number that comes again for something else is another request. A machine that counts by itself has its numbers told
 * apart by day as well, and by `generation` (from 0) where this run has seen the number finished and begun anew.
 */
export function referenceOf(key: OperationKey, wallMs: number, generation: number): string {
  const plain = `vtk-${key.number}-${key.amount}-${key.product.replace(/[^A-Za-z0-9]/g, '_')}`;
  if (isOurs(key.number)) return plain;
  const day = Math.floor((wallMs - DAY_BEGINS_MS) / DAY_MS);
  return `${plain}-d${day}${generation === 0 ? '' : `.${generation}`}`;
}

/** The operation that a reference of {@link referenceOf} names: what is known of one from before a restart. */
export function operationOf(request: VendRequest): Operation | undefined {
  const match = /^vtk-(\d+)-(\d+)-\w*(?:-d\d+(?:\.(\d+))?)?$/.exec(request.reference);
  const [, number, amount, generation = '0'] = match ?? [];
  if (number === undefined || amount === undefined) return undefined;
  return { number, amount, generation: Number(generation), request };
}

export function isOurs(number: string): boolean {
  return Number(number) >= OURS_FROM;
}

/** The key in a request or result; in words what is missing of it. */
export function readKey(message: VtkMessage): OperationKey | string {
  const number = numberIn(message, TAG.operation);
  if (number === undefined) return `no operation number: "${field(message, TAG.operation)}"`;
  const amount = numberIn(message, TAG.amount);
  if (amount === undefined) return `no amount: "${field(message, TAG.amount)}"`;
  return { number: String(number), amount: String(amount), product: productOf(message) };
}

/** @param minorUnits decimal places of the machine's amounts. @returns in words why nobody could pay it. */
export function readAmount(amount: string, minorUnits: 0 | 2): Rupiah | string {
  const cents = '0'.repeat(minorUnits);
  const whole = amount.padStart(minorUnits + 1, '0');
  if (!whole.endsWith(cents)) return `${amount} is no whole number of rupiah: they have no cents`;
  const rupiah = parseRupiah(whole.slice(0, whole.length - minorUnits));
  if (rupiah === undefined) return `${amount} is more than any sale`;
  return rupiah === 0 ? 'the amount is zero' : rupiah;
}

export function requestOf(
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
  };
}

function productOf(message: VtkMessage): string {
  return field(message, TAG.productId).slice(0, 16);
}

function field(message: VtkMessage, tag: number): string {
  return printable(message.values.get(tag) ?? '', 40).slice(0, 40);
}
