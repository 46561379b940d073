import { asObject } from '../../base/json.js';
import type { Clock, Random } from '../../port/clock.js';
import { uuid } from '../chance.js';
import type { FaultPlan, Target } from '../fault/faults.js';
import {
  cannotModify,
  duplicateOrder,
  duplicateRefund,
  errorReply,
  invalid,
  notFound,
  wrongRefundAmount,
} from '../http/errors.js';
import { readJson } from '../http/json.js';
import type { Route } from '../http/route.js';
import type { Merchant } from '../settings.js';
import {
  type Body,
  type BodyContext,
  chargeBody,
  closedBody,
  refundBody,
  refundDeniedBody,
  statusBody,
} from './bodies.js';
import { readCharge } from './charge-request.js';
import { buildPayload } from './emv.js';
import { type RefundRefusal, readRefund } from './refunds.js';
import { refundsOf, type Transaction } from './transaction.js';
import type { ChargeExtras, TransactionStore } from './transaction-store.js';

export interface OperationReply {
  readonly httpStatus: number;
  readonly body: Body;
  /** What the idempotency store may remember. */
  readonly success: boolean;
}

export interface OperationOptions {
  readonly transactions: TransactionStore;
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly merchant: Merchant;
  readonly context: BodyContext;
  /** Notification URL of the dashboard. */
  readonly notificationUrl: string | undefined;
}

export type ApiRoute = Extract<Route, { endpoint: 'charge' | 'status' | 'cancel' | 'expire' | 'refund' }>;

/** Midtrans takes at most three addresses in each of the two notification headers. */
const MAX_URLS = 3;

/** What each endpoint does to the transactions, and the body it answers with. Knows nothing of connections. */
export class Operations {
  private readonly options: OperationOptions;
  /** By transaction id: GET status shows the transaction as it was until this sandbox time. */
  private readonly lagging = new Map<string, { readonly shown: Transaction; readonly untilMs: number }>();

  constructor(options: OperationOptions) {
    this.options = options;
  }

  perform(route: ApiRoute, headers: Readonly<Record<string, string>>, body: string): OperationReply {
    const json = route.endpoint === 'status' ? { value: {} } : readJson(body);
    // Clients send `{}`, `null` or nothing at all with cancel and expire.
    const object = json?.value === null ? {} : asObject(json?.value);
    if (!json || (!object && route.endpoint !== 'cancel' && route.endpoint !== 'expire'))
      return failed(errorReply('413', this.id()));
    switch (route.endpoint) {
      case 'charge':
        return this.charge(object ?? {}, headers);
      case 'status':
        return this.status(route.id);
      case 'cancel':
      case 'expire':
        return this.close(route.id, route.endpoint);
      case 'refund':
        return this.refund(route.id, object ?? {}, route.direct);
    }
  }

  /** From now on, and for `ms`, GET status shows `before`. */
  lag(before: Transaction, ms: number): void {
    this.lagging.set(before.transactionId, {
      shown: before,
      untilMs: this.options.clock.monoMs() + ms,
    });
  }

  clear(): void {
    this.lagging.clear();
  }

  private charge(json: Body, headers: Readonly<Record<string, string>>): OperationReply {
    const { transactions, clock, context, faults } = this.options;
    const request = readCharge(json, context.settings, clock.wallMs());
    if (!request.ok) {
      const { error } = request;
      return failed(error.code === '402' ? errorReply('402', this.id()) : invalid(error.messages, this.id()));
    }
    const override = urls(headers['x-override-notification']);
    const append = urls(headers['x-append-notification']);
    if (override.length > MAX_URLS || append.length > MAX_URLS)
      return failed(invalid(['notification url override must not exceed 3 urls'], this.id()));
    const dashboard = this.options.notificationUrl === undefined ? [] : [this.options.notificationUrl];
    const target: Target = { orderId: request.value.orderId, endpoint: 'charge' };
    const duplicate = transactions.holds(request.value.orderId);
    const deny = duplicate ? undefined : faults.draw('deny', target);
    const popId = headers['x-pop-id'];
    const extras: ChargeExtras = {
      notifyUrls: [...new Set(override.length > 0 ? override : [...dashboard, ...append])],
      ...(popId !== undefined && { popId }),
      ...(deny && {
        deny: { code: deny.code ?? '900', message: deny.message ?? 'GENERIC_SERVICE_ERROR' },
      }),
    };
    const charged = transactions.charge(request.value, extras);
    if (!charged.ok) return failed(duplicateOrder(this.id()));
    return {
      httpStatus: 200,
      body: chargeBody(charged.value, context, this.payloadShown(charged.value, target)),
      success: deny === undefined || context.settings.rememberDeny,
    };
  }

  private payloadShown(transaction: Transaction, target: Target): string {
    const wrong = this.options.faults.draw('payloadWrongAmount', target);
    return wrong ? this.wrongPayload(transaction, wrong.amount) : transaction.payload;
  }

  /** A sound payload, CRC and all, that names another amount: by default one rupiah more. */
  wrongPayload(transaction: Transaction, amount: number | undefined): string {
    const { merchant, context } = this.options;
    return buildPayload({
      merchant,
      settings: context.settings,
      amount: amount ?? transaction.amount + 1,
      reference: transaction.payloadReference,
    });
  }

  private status(id: string): OperationReply {
    const { transactions, clock, context } = this.options;
    const transaction = transactions.find(id);
    if (!transaction) return failed(notFound(this.id()));
    const lag = this.lagging.get(transaction.transactionId);
    const shown = lag && lag.untilMs > clock.monoMs() ? lag.shown : transaction;
    return { httpStatus: 200, body: statusBody(shown, context), success: true };
  }

  private close(id: string, endpoint: 'cancel' | 'expire'): OperationReply {
    const { transactions, context, faults } = this.options;
    const orderId = transactions.find(id)?.orderId;
    if (faults.draw('paymentRacesClose', { orderId, endpoint })) transactions.pay(id);
    const closed = endpoint === 'cancel' ? transactions.cancel(id) : transactions.expire(id);
    if (closed.ok) return { httpStatus: 200, body: closedBody(closed.value, context), success: true };
    return failed(closed.error === 'notFound' ? notFound(this.id()) : cannotModify());
  }

  private refund(id: string, json: Body, direct: boolean): OperationReply {
    const { transactions, faults } = this.options;
    const request = readRefund(json);
    if (!request.ok) return failed(invalid(request.error, this.id()));
    const transaction = transactions.find(id);
    const target: Target = { orderId: transaction?.orderId, endpoint: 'refund' };
    if (transaction?.state.status === 'settlement' && faults.draw('refundDenied', target)) {
      const number = refundsOf(transaction).length + 1;
      const body = refundDeniedBody(transaction, number, request.value.key ?? this.id());
      return { httpStatus: 200, body, success: false };
    }
    const refunded = transactions.refund(id, request.value);
    if (!refunded.ok) return failed(this.refundRefusal(refunded.error));
    const { transaction: after, refund } = refunded.value;
    return { httpStatus: 200, body: refundBody(after, refund, direct), success: true };
  }

  private refundRefusal(refusal: RefundRefusal): { httpStatus: number; body: Body } {
    switch (refusal) {
      case 'notFound':
        return notFound(this.id());
      case 'cannotModify':
        return cannotModify();
      case 'duplicateKey':
        return duplicateRefund();
      case 'wrongAmount':
        return wrongRefundAmount();
    }
  }

  private id(): string {
    return uuid(this.options.random);
  }
}

function failed(reply: { readonly httpStatus: number; readonly body: Body }): OperationReply {
  return { ...reply, success: false };
}

/** The addresses of a notification header: comma separated. */
function urls(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
}
