import type { Random } from '../../port/clock.js';
import type { Endpoint } from '../http/route.js';

/** Everything that can be made to go wrong, with its parameters. Times are sandbox time in ms. */
export type InjectedFault =
  /** The answer takes `ms`; with `commit: 'last'` the request is also processed only at the end of it. */
  | { readonly fault: 'slow'; readonly ms: number; readonly commit?: 'first' | 'last' }
  /** The connection is cut before anything was processed. */
  | { readonly fault: 'lostRequest' }
  /** Processed, then the connection is cut. */
  | { readonly fault: 'lostAnswer' }
  /** JSON 5xx; with `commit`, the request was processed all the same. */
  | { readonly fault: 'serverError'; readonly status?: number; readonly commit?: boolean }
  /** The page of a proxy; with `commit`, the request was processed all the same. */
  | { readonly fault: 'htmlError'; readonly status?: number; readonly commit?: boolean }
  | { readonly fault: 'rateLimit' }
  /** The charge is created as `deny`; 900 is GoPay's passing error. */
  | { readonly fault: 'deny'; readonly code?: string; readonly message?: string }
  /** The request is answered with this `status_code` and not processed. */
  | {
      readonly fault: 'refuse';
      readonly code: string;
      readonly message?: string;
      readonly httpStatus?: number;
    }
  | { readonly fault: 'refundDenied' }
  | { readonly fault: 'pictureUnavailable'; readonly httpStatus?: number }
  | { readonly fault: 'pictureWrongAmount'; readonly amount?: number }
  | { readonly fault: 'pictureBroken'; readonly contentType?: string }
  /** `qr_string` of the charge names another amount. */
  | { readonly fault: 'payloadWrongAmount'; readonly amount?: number }
  /** A cancel or expire arrives, and the customer's payment commits just before it. */
  | { readonly fault: 'paymentRacesClose' }
  /** A charge that was closed settles `ms` later after all. */
  | { readonly fault: 'settlesAfterClose'; readonly ms: number }
  /** The dashboard puts a fee of `amount` on the customer: the settlement is of more, and names it. */
  | { readonly fault: 'customerFee'; readonly amount: number }
  /** The settlement is of `amount` instead of the charge's, and says nothing of why. */
  | { readonly fault: 'otherAmount'; readonly amount: number }
  /** GET status goes on saying pending for `ms` after the settlement. */
  | { readonly fault: 'statusLag'; readonly ms: number }
  | { readonly fault: 'notificationDrop' }
  | { readonly fault: 'notificationDelay'; readonly ms: number }
  | { readonly fault: 'notificationDuplicate'; readonly times?: number }
  /** Sent after the next one of the same transaction, or after `ms` when none follows. */
  | { readonly fault: 'notificationReorder'; readonly ms?: number }
  /** Fields replaced in the body; signed anew only with `resign`. */
  | {
      readonly fault: 'notificationTamper';
      readonly set: Readonly<Record<string, unknown>>;
      readonly resign?: boolean;
    };

/** Which requests or transactions a trouble befalls; without any of these, all that it fits. */
export interface Address {
  readonly orderId?: string;
  readonly orderIdPrefix?: string;
  readonly endpoint?: Endpoint;
  /** Only the next n, then the rule is spent. */
  readonly next?: number;
  /** With this probability, 0 to 1. */
  readonly rate?: number;
  /** Notifications about this `transaction_status` only. */
  readonly about?: string;
}

export type TroubleName = InjectedFault['fault'];
export type FaultRule = InjectedFault & Address;

export interface Target {
  readonly orderId: string | undefined;
  readonly endpoint?: Endpoint;
  /** `transaction_status` of a notification. */
  readonly about?: string;
}

interface Standing {
  readonly id: number;
  readonly rule: FaultRule;
  left: number;
  hits: number;
}

/** The rules in force. Chance comes from the injected source, so that a seed repeats a run. */
export class FaultPlan {
  private readonly random: Random;
  private standing: Standing[] = [];
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** @returns the number by which the rule can be removed. */
  add(rule: FaultRule): number {
    this.count += 1;
    this.standing.push({ id: this.count, rule, left: rule.next ?? Number.POSITIVE_INFINITY, hits: 0 });
    return this.count;
  }

  remove(id: number): boolean {
    const before = this.standing.length;
    this.standing = this.standing.filter((entry) => entry.id !== id);
    return this.standing.length < before;
  }

  clear(): void {
    this.standing = [];
  }

  list(): readonly { readonly id: number; readonly rule: FaultRule; readonly hits: number }[] {
    return this.standing.map(({ id, rule, hits }) => ({ id, rule, hits }));
  }

  /** The first rule of this name that befalls the target, used up by one. */
  draw<N extends TroubleName>(name: N, target: Target): Extract<FaultRule, { fault: N }> | undefined {
    for (const entry of this.standing) {
      const { rule } = entry;
      if (rule.fault !== name || entry.left < 1 || !fits(rule, target)) continue;
      if (rule.rate !== undefined && this.random.fraction() >= rule.rate) continue;
      entry.left -= 1;
      entry.hits += 1;
      return rule as Extract<FaultRule, { fault: N }>;
    }
    return undefined;
  }
}

function fits(rule: FaultRule, target: Target): boolean {
  if (rule.orderId !== undefined && rule.orderId !== target.orderId) return false;
  if (rule.orderIdPrefix !== undefined && !target.orderId?.startsWith(rule.orderIdPrefix)) return false;
  if (rule.endpoint !== undefined && rule.endpoint !== target.endpoint) return false;
  return rule.about === undefined || rule.about === target.about;
}
