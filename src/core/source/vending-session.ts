import type { Rupiah } from '../../base/rupiah.js';
import type { Given, SoldItem } from '../../base/sold-item.js';
import type { VendDenial, VendRequest } from '../../base/vending-messages.js';
import { FAULT } from '../fault/table.js';
import type { Readiness } from '../readiness.js';
import type { SourceResult } from '../sale/effect.js';
import { occupiesTerminal, type Sale } from '../sale/sale.js';

export interface VendView {
  /** The sale that occupies the terminal, of whatever source. */
  readonly open: Sale | undefined;
  /** The sale that this request began, when it was made before. */
  readonly before: Sale | undefined;
  /** The machine repeats requests, and never vends twice for one reference. */
  readonly repeats: boolean;
  /** Failures in a row of the slot, and how many take it out of service. */
  readonly failures: number;
  readonly mostFailures: number;
  /** A person has called the slot, or its product, sold out. */
  readonly soldOut: boolean;
  /** Why the machine cannot vend this amount, where it cannot. */
  readonly refuses: string | undefined;
  readonly readiness: Readiness;
  readonly limits: { readonly min: Rupiah; readonly max: Rupiah };
}

export type VendDecision =
  | { readonly do: 'open'; readonly amount: Rupiah }
  /** The same request again while it is being served. */
  | { readonly do: 'wait'; readonly orderId: string; readonly because: string }
  /** Paid, and the machine may not have heard it: the sale takes it up. */
  | { readonly do: 'claim'; readonly orderId: string }
  /** Told before, and told again: the machine vends once for one reference. */
  | { readonly do: 'vendAgain'; readonly orderId: string }
  | { readonly do: 'deny'; readonly denial: VendDenial; readonly orderId?: string };

/** What to do with a machine's request. Pure; the terminal performs and journals it. */
export function decideVend(request: VendRequest, view: VendView): VendDecision {
  if (view.before !== undefined) return again(request, view.before, view.repeats);
  const denial = denialOf(request, view);
  return denial === undefined ? { do: 'open', amount: request.amount } : { do: 'deny', denial };
}

/** Why nothing is charged for it; undefined when it may be sold. */
export function denialOf(
  { amount }: Pick<VendRequest, 'amount'>,
  view: Omit<VendView, 'before' | 'repeats'>,
): VendDenial | undefined {
  const { min, max } = view.limits;
  if (view.refuses !== undefined) return { why: 'amount', detail: view.refuses };
  if (amount < min || amount > max)
    return { why: 'amount', detail: `${amount} is not from ${min} to ${max}` };
  if (view.failures >= view.mostFailures) return { why: 'slot' };
  if (view.soldOut) return { why: 'soldOut' };
  if (view.open !== undefined) return { why: 'busy' };
  return view.readiness.ready ? undefined : { why: 'notReady', code: view.readiness.code };
}

function again(request: VendRequest, before: Sale, repeats: boolean): VendDecision {
  const { orderId, state } = before;
  if (before.amount !== request.amount) {
    const detail = `the same request asked for ${before.amount} before`;
    return { do: 'deny', orderId, denial: { why: 'amount', detail } };
  }
  if (occupiesTerminal(before) && state.at !== 'delivering')
    return { do: 'wait', orderId, because: 'the same request is being served' };
  switch (state.at) {
    case 'delivering':
      if (!repeats) return { do: 'wait', orderId, because: 'it has been told that it is paid' };
      return state.step === 'claim' ? { do: 'claim', orderId } : { do: 'vendAgain', orderId };
    case 'delivered':
      return repeats ? { do: 'vendAgain', orderId } : { do: 'deny', orderId, denial: { why: 'over' } };
    case 'owed': {
      // It was told "paid", or may have been: the same answer again. After a "no" it stays a no.
      const toldPaid = state.why === 'deliveryUnknown' && state.refund === undefined;
      return repeats && toldPaid
        ? { do: 'claim', orderId }
        : { do: 'deny', orderId, denial: { why: 'over' } };
    }
    case 'closed':
      return { do: 'deny', orderId, denial: closedDenial(state) };
    case 'refused':
      return { do: 'deny', orderId, denial: { why: 'failed', code: state.code } };
    case 'closing':
      return { do: 'deny', orderId, denial: { why: 'unknown', code: state.code ?? FAULT.noFinalStatus } };
    default:
      return { do: 'deny', orderId, denial: { why: 'over' } };
  }
}

function closedDenial(state: Extract<Sale['state'], { at: 'closed' }>): VendDenial {
  switch (state.how) {
    case 'cancelled':
      return { why: 'cancelled' };
    case 'expired':
      return { why: 'expired' };
    case 'denied':
    case 'neverCharged':
      return { why: 'failed', code: state.code ?? FAULT.denied };
  }
}

/** What a machine is told when its sale ends without payment. */
export function denialOfResult(result: SourceResult): VendDenial {
  switch (result.result) {
    case 'cancelled':
    case 'expired':
      return { why: result.result };
    case 'denied':
    case 'failed':
      return { why: 'failed', code: result.code };
    case 'unknown':
      return { why: 'unknown', code: result.code };
  }
}

/** The request as the journal has it: what a machine is told of a sale after a start. */
export function vendRequest({ amount, items, source }: Sale): VendRequest {
  const { item, product, reference = '', driven } = source;
  const gives = givenOf(items);
  return {
    amount,
    reference,
    ...(item === undefined ? {} : { item }),
    ...(product === undefined ? {} : { product }),
    ...(gives === undefined ? {} : { gives }),
    ...(driven === undefined ? {} : { driven }),
  };
}

/** What the terminal gives for all of it, each as often as it was bought; undefined where nothing was chosen. */
export function givenOf(items: readonly SoldItem[] | undefined): readonly Given[] | undefined {
  const gives = items?.flatMap((item) =>
    item.gives === undefined ? [] : new Array<Given>(item.quantity).fill(item.gives),
  );
  return gives === undefined || gives.length === 0 ? undefined : gives;
}
