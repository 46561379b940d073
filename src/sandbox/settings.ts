import type { Random } from '../port/clock.js';
import type { Runtime } from '../port/runtime.js';
import type { PostNotification } from './notification/notification-sender.js';

export type PaymentType = 'gopay' | 'qris';

/** What an operator or a test may turn. Every value has a default in {@link DEFAULTS}. */
export interface SandboxSettings {
  /** Channels that the merchant has activated; another one is answered with 402. */
  readonly activated: readonly PaymentType[];
  /** Highest amount of a charge in rupiah. Midtrans: GoPay 20 million, QRIS 10 million. */
  readonly maxAmount: Readonly<Record<PaymentType, number>>;
  /** Refuse order ids outside `A-Z a-z 0-9 - _ ~ .`; the real sandbox has been seen to take odd ones. */
  readonly strictOrderId: boolean;
  /** Put a `qr_string` into the answer to a gopay charge as well. None was ever seen there. */
  readonly gopayQrString: boolean;
  /** Offer the action `generate-qr-code-v2`, the picture with a frame around the QR. */
  readonly qrCodeV2: boolean;
  /** Refunds over the API are not allowed for POS transactions unless Midtrans enabled them. */
  readonly posRefund: boolean;
  /** The second notification of a refund, with `bank_confirmed_at`, follows after this many ms. */
  readonly refundConfirmMs: number;
  /** Life of a charge without `custom_expiry`. Midtrans: 15 minutes. */
  readonly defaultExpiryMs: number;
  /** The scheduler that expires charges wakes at multiples of this. */
  readonly expiryBatchMs: number;
  /** And finds a charge up to this many ms after its time. Midtrans promises a notification within 90 s. */
  readonly expiryJitterMs: number;
  /** The first attempt of a notification follows the change within this many ms, by chance. Midtrans: 20 s. */
  readonly notifyWithinMs: number;
  /** Send a notification on creation (`pending`), too. */
  readonly notifyPending: boolean;
  /** The part of a retry interval that chance may take off: 0.75 makes 2 min anything from 30 s to 2 min. */
  readonly retryShift: number;
  /** Charge answers 202 `deny` are remembered by the idempotency store like successes. */
  readonly rememberDeny: boolean;
  /** NMID, tag 51-02. */
  readonly nationalMerchantId: string;
  /** UMI, UKE, UME, UBE or URE: micro, small, medium, large, regular. */
  readonly merchantCriteria: string;
  /** MCC, tag 52, four digits. */
  readonly categoryCode: string;
  /** Tag 61, five digits. */
  readonly postalCode: string;
  /** Transactions kept; then the oldest closed one is forgotten for each new one. */
  readonly keepTransactions: number;
  /** Requests and notifications kept for the control API; counters go on beyond. */
  readonly keep: number;
}

export interface Merchant {
  /** `G` and nine digits. */
  readonly merchantId: string;
  /** At most 25 characters reach the QR. */
  readonly merchantName: string;
  /** At most 15 characters reach the QR. */
  readonly merchantCity: string;
}

export interface SandboxOptions extends Partial<SandboxSettings>, Merchant, Runtime {
  /** Also the secret of the signatures. Never logged. */
  readonly serverKey: string;
  readonly random: Random;
  /** Base of the addresses in `actions`; without it, the address that {@link Sandbox.listen} got. */
  readonly publicUrl?: string;
  /** The notification URL of the merchant's dashboard. Without it only X-Override and X-Append are served. */
  readonly notificationUrl?: string;
  /** How a notification leaves; a simulation without sockets puts its own network here. */
  readonly post?: PostNotification;
}

export const DEFAULTS: SandboxSettings = {
  activated: ['gopay', 'qris'],
  maxAmount: { gopay: 20_000_000, qris: 10_000_000 },
  strictOrderId: true,
  gopayQrString: false,
  qrCodeV2: false,
  posRefund: false,
  refundConfirmMs: 3_000,
  defaultExpiryMs: 15 * 60_000,
  expiryBatchMs: 15_000,
  expiryJitterMs: 60_000,
  notifyWithinMs: 0,
  notifyPending: true,
  retryShift: 0.75,
  rememberDeny: true,
  nationalMerchantId: 'ID1020021530107',
  merchantCriteria: 'UME',
  categoryCode: '5812',
  postalCode: '10110',
  keepTransactions: 100_000,
  keep: 10_000,
};
