import type { Fault } from '../../base/fault.js';
import type { ChargeOutcome, CloseOutcome, RefundOutcome, StatusOutcome } from '../../base/gateway-answer.js';
import type { Result } from '../../base/result.js';
import type { Effect, TimerName } from './effect.js';
import type { ResolvedHow, Sale } from './sale.js';

/** Whatever can happen to a sale. */
export type SaleEvent =
  | { readonly type: 'chargeAnswered'; readonly outcome: ChargeOutcome }
  | { readonly type: 'statusAnswered'; readonly outcome: StatusOutcome }
  | { readonly type: 'closeAnswered'; readonly outcome: CloseOutcome }
  | { readonly type: 'refundAnswered'; readonly outcome: RefundOutcome }
  | { readonly type: 'qrRead'; readonly result: Result<string, Fault> }
  | { readonly type: 'presented'; readonly screen: boolean; readonly paper: boolean }
  | { readonly type: 'notified'; readonly hint: string }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'cancelAsked'; readonly by: string }
  /** `done`: acknowledged. `partly`: some of the goods came out. `unclaimed`: sent into silence, or the line was down. */
  | {
      readonly type: 'deliveryEnded';
      readonly outcome: 'done' | 'partly' | 'unclaimed' | 'failed';
      readonly detail: string;
    }
  /** The source asked again for an answer that it may not have got. */
  | { readonly type: 'claimed' }
  /** The source wants the whole amount given back. */
  | { readonly type: 'refundAsked'; readonly by: string }
  | {
      readonly type: 'resolvedByHand';
      readonly how: ResolvedHow;
      /** The name that a person gave. */
      readonly by: string;
      readonly note: string;
      /** Who it was, as the system knows him; absent in journals of before. */
      readonly user?: string;
    }
  /** First event of each open sale after a start. */
  | { readonly type: 'resumed' };

export type EventOf<Type extends SaleEvent['type']> = Extract<SaleEvent, { type: Type }>;

export type Decision =
  | {
      readonly kind: 'step';
      readonly sale: Sale;
      readonly effects: readonly Effect[];
      /** The same request under a new order id; opened in the same commit. */
      readonly successor?: { readonly attempt: number; readonly beginAfterMs: number };
    }
  | { readonly kind: 'ignored'; readonly because: string };

/** What the decisions depend on besides sale and event. */
export interface Rules {
  /** How long a QR stays open here, whatever Midtrans' own expiry. */
  readonly qrLifeMs: number;
  /** How long a source waits for the gateway's final status before it is told "unknown". */
  readonly unknownAfterMs: number;
  /** How long a settled sale waits for a source that must ask for its answer. */
  readonly claimMs: number;
  /** Attempts in all when the gateway denies with 900. */
  readonly denyAttempts: number;
  /** Absent: what is owed is never refunded by itself. */
  readonly refund?: {
    /** Shown to the customer by the gateway. */
    readonly reason: string;
    /** Whether also what may have been handed over is given back. */
    readonly unknownDelivery: boolean;
  };
  /** `merchant_id` that the QR must carry, where known. */
  readonly merchantId?: string;
}

export interface Moment {
  readonly wallMs: number;
}
