import { formatWib } from '../../base/time.js';
import type { SandboxSettings } from '../settings.js';
import { sandboxSignature } from './signature.js';
import {
  grossOf,
  paymentOf,
  paymentTypeOf,
  type Refund,
  refundsOf,
  refundTotal,
  type SandboxStatus,
  type Transaction,
} from './transaction.js';

export type Body = Readonly<Record<string, unknown>>;

export interface BodyContext {
  readonly merchantId: string;
  readonly serverKey: string;
  readonly settings: SandboxSettings;
  /** Base of the addresses in `actions`, without a slash at the end. */
  readonly baseUrl: () => string;
}

/** The same transaction has another `status_code` in an answer than in a notification: expire 407/202, cancel 200/202. */
const STATUS_CODE: Readonly<
  Record<SandboxStatus, { readonly answer: string; readonly notification: string }>
> = {
  pending: { answer: '201', notification: '201' },
  settlement: { answer: '200', notification: '200' },
  cancel: { answer: '200', notification: '202' },
  expire: { answer: '407', notification: '202' },
  deny: { answer: '202', notification: '202' },
  partial_refund: { answer: '200', notification: '200' },
  refund: { answer: '200', notification: '200' },
};

function wire(amount: number): string {
  return `${amount}.00`;
}

/** The answer to POST /v2/charge. Key order and texts as recorded from the sandbox in 2024 (gopay) and 2021 (qris). */
export function chargeBody(transaction: Transaction, context: BodyContext, payload: string): Body {
  if (transaction.state.status === 'deny') return denyBody(transaction, context);
  const gopay = transaction.chargedAs === 'gopay';
  return {
    status_code: '201',
    status_message: gopay ? 'GoPay transaction is created' : 'QRIS transaction is created',
    ...identity(transaction, context),
    transaction_status: 'pending',
    fraud_status: 'accept',
    actions: actions(transaction, context),
    ...((!gopay || context.settings.gopayQrString) && { qr_string: payload }),
    ...(!gopay && { acquirer: transaction.acquirer }),
    expiry_time: formatWib(transaction.expiresWallMs),
  };
}

function denyBody(transaction: Transaction, context: BodyContext): Body {
  const { state } = transaction;
  return {
    status_code: '202',
    status_message: `${transaction.chargedAs === 'gopay' ? 'GO-PAY' : 'QRIS'} transaction is rejected`,
    ...identity(transaction, context),
    transaction_status: 'deny',
    fraud_status: 'accept',
    ...(state.status === 'deny' && {
      channel_response_code: state.code,
      channel_response_message: state.message,
    }),
  };
}

function identity(transaction: Transaction, context: BodyContext): Body {
  return {
    transaction_id: transaction.transactionId,
    order_id: transaction.orderId,
    merchant_id: context.merchantId,
    gross_amount: wire(grossOf(transaction)),
    currency: 'IDR',
    payment_type: transaction.chargedAs,
    transaction_time: formatWib(transaction.createdWallMs),
  };
}

function actions(transaction: Transaction, context: BodyContext): readonly Body[] {
  const base = context.baseUrl();
  const { transactionId: id, chargedAs } = transaction;
  const picture = { name: 'generate-qr-code', method: 'GET', url: `${base}/v2/${chargedAs}/${id}/qr-code` };
  const folder = chargedAs === 'gopay' ? 'qris/gopay' : 'qris';
  // The double slash before v4 is Midtrans' own, in its gopay sample.
  const slash = chargedAs === 'gopay' ? '//' : '/';
  const framed = {
    name: 'generate-qr-code-v2',
    method: 'GET',
    url: `${base}${slash}v4/${folder}/${transaction.frameId}/qr-code`,
  };
  const pictures = context.settings.qrCodeV2 ? [picture, framed] : [picture];
  if (chargedAs === 'qris') return pictures;
  return [
    ...pictures,
    {
      name: 'deeplink-redirect',
      method: 'GET',
      url: `${base}/gopay/partner/app/payment-pin?id=${transaction.deeplinkId}`,
    },
    { name: 'get-status', method: 'GET', url: `${base}/v2/${id}/status` },
    { name: 'cancel', method: 'POST', url: `${base}/v2/${id}/cancel` },
  ];
}

/** The answer to GET /v2/{id}/status. It has no `actions` and no QR. */
export function statusBody(transaction: Transaction, context: BodyContext): Body {
  return {
    ...common(transaction, context, 'answer'),
    status_message: 'Success, transaction is found',
  };
}

/** The body of an HTTP notification about the state that `transaction` is in now. */
export function notificationBody(transaction: Transaction, context: BodyContext): Body {
  return {
    ...common(transaction, context, 'notification'),
    status_message: 'midtrans payment notification',
    ...(transaction.popId !== undefined && { pop_id: transaction.popId }),
  };
}

function common(transaction: Transaction, context: BodyContext, channel: 'answer' | 'notification'): Body {
  const { orderId, state } = transaction;
  const code = STATUS_CODE[state.status][channel];
  const amount = wire(grossOf(transaction));
  const paymentType = paymentTypeOf(transaction);
  return {
    transaction_time: formatWib(transaction.createdWallMs),
    transaction_status: state.status,
    transaction_id: transaction.transactionId,
    status_code: code,
    signature_key: sandboxSignature(orderId, code, amount, context.serverKey),
    payment_type: paymentType,
    order_id: orderId,
    merchant_id: context.merchantId,
    gross_amount: amount,
    fraud_status: 'accept',
    expiry_time: formatWib(transaction.expiresWallMs),
    currency: 'IDR',
    ...(paymentType === 'qris' && { acquirer: transaction.acquirer }),
    ...(state.status === 'deny' && {
      channel_response_code: state.code,
      channel_response_message: state.message,
    }),
    ...paymentFields(transaction),
    ...refundFields(transaction),
    ...transaction.customFields,
    ...metadataOf(transaction),
  };
}

/** What the charge brought, and what Midtrans itself puts there: the customer's fee, as texts without decimals. */
function metadataOf(transaction: Transaction): Body {
  const other = paymentOf(transaction)?.other;
  const info = other?.customerFee !== undefined && {
    extra_info: {
      gross_amount_info: {
        original_amount: String(transaction.amount),
        gross_amount: String(other.gross),
        customer_imposed_payment_fee: String(other.customerFee),
      },
    },
  };
  if (!info) return transaction.metadata ? { metadata: transaction.metadata } : {};
  return { metadata: { ...transaction.metadata, ...info } };
}

function paymentFields(transaction: Transaction): Body {
  const payment = paymentOf(transaction);
  if (!payment) return {};
  const settled = { settlement_time: formatWib(payment.atWallMs) };
  if (payment.paymentType === 'gopay') return { ...settled, payment_option_type: 'GOPAY_WALLET' };
  return {
    ...settled,
    transaction_type: payment.transactionType,
    issuer: payment.issuer,
    ...(transaction.acquirer === 'gopay'
      ? { merchant_cross_reference_id: payment.crossReference }
      : {
          shopeepay_reference_number: payment.crossReference.replace(/\D/g, '').padEnd(18, '0').slice(0, 18),
          reference_id: `QR-${payment.crossReference.replace(/-/g, '').slice(0, 22)}`,
        }),
  };
}

function refundFields(transaction: Transaction): Body {
  const refunds = refundsOf(transaction);
  const last = refunds.at(-1);
  if (!last) return {};
  return {
    refund_amount: wire(refundTotal(transaction)),
    refund_key: last.key,
    refunds: refunds.map((refund) => ({
      refund_chargeback_id: refund.chargebackId,
      refund_chargeback_uuid: refund.chargebackUuid,
      refund_amount: wire(refund.amount),
      created_at: formatWib(refund.atWallMs),
      reason: refund.reason,
      refund_key: refund.key,
      refund_method: refund.method,
      ...(refund.bankConfirmedWallMs !== undefined && {
        bank_confirmed_at: formatWib(refund.bankConfirmedWallMs),
      }),
    })),
  };
}

/** The answer to POST cancel and POST expire that did it. Expire says 407, and yet it is the success. */
export function closedBody(transaction: Transaction, context: BodyContext): Body {
  const expired = transaction.state.status === 'expire';
  return {
    status_code: expired ? '407' : '200',
    status_message: expired ? 'Success, transaction has expired' : 'Success, transaction is canceled',
    transaction_id: transaction.transactionId,
    order_id: transaction.orderId,
    gross_amount: wire(grossOf(transaction)),
    currency: 'IDR',
    payment_type: transaction.chargedAs,
    transaction_time: formatWib(transaction.createdWallMs),
    transaction_status: transaction.state.status,
    fraud_status: 'accept',
    merchant_id: context.merchantId,
  };
}

/** The answer to a refund that was made; `refund_amount` is this refund's own. */
export function refundBody(transaction: Transaction, refund: Refund, direct: boolean): Body {
  return {
    status_code: '200',
    status_message: `Success, refund request is approved${direct ? ' by the bank' : ''}`,
    ...refundIdentity(transaction),
    transaction_status: transaction.state.status,
    refund_chargeback_id: refund.chargebackId,
    refund_amount: wire(refund.amount),
    refund_key: refund.key,
  };
}

/** The bank's no to a direct refund: code 202, and the transaction stays settled. */
export function refundDeniedBody(transaction: Transaction, chargebackId: number, key: string): Body {
  return {
    status_code: '202',
    status_message: 'Refund denied by the bank',
    ...refundIdentity(transaction),
    transaction_status: transaction.state.status,
    refund_chargeback_id: chargebackId,
    refund_amount: '0.00',
    refund_key: key,
  };
}

function refundIdentity(transaction: Transaction): Body {
  return {
    transaction_id: transaction.transactionId,
    order_id: transaction.orderId,
    gross_amount: wire(grossOf(transaction)),
    payment_type: paymentTypeOf(transaction),
    transaction_time: formatWib(transaction.createdWallMs),
  };
}
