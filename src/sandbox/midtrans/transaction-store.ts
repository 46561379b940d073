import { err, ok, type Result } from '../../base/result.js';
import { rupiah } from '../../base/rupiah.js';
import type { Clock, Random, Timers } from '../../port/clock.js';
import { letters, uuid } from '../chance.js';
import type { Merchant, PaymentType, SandboxSettings } from '../settings.js';
import type { SandboxCharge } from './charge-request.js';
import { buildPayload, readPayload } from './emv.js';
import { type RefundRefusal, type RefundRequest, refuseRefund, repeatOf } from './refunds.js';
import { type Summary, summarise } from './summary.js';
import {
  grossOf,
  type OtherAmount,
  paymentOf,
  type Refund,
  refundsOf,
  refundTotal,
  type SandboxStatus,
  type Transaction,
  type TransactionState,
} from './transaction.js';

export interface TransactionStoreOptions {
  readonly settings: SandboxSettings;
  readonly merchant: Merchant;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** What a customer pays instead of the charge's amount; absent, or undefined, for that. */
  readonly otherAmount?: (transaction: Transaction) => OtherAmount | undefined;
  /** Called after each change of status, and once more when the bank confirmed a refund. */
  readonly onChange: (transaction: Transaction, before: Transaction | undefined) => void;
}

/** How the customer pays. By scan, a gopay charge turns into `qris`; in the deep link it stays `gopay`. */
export interface PayHow {
  readonly by?: 'scan' | 'deeplink';
  /** The wallet: `gopay` is on-us for the acquirer gopay, everything else off-us. */
  readonly issuer?: string;
}

export type PayRefusal = 'notFound' | 'notPending' | 'unreadable' | 'wrongAmount';
export type CloseRefusal = 'notFound' | 'cannotModify';

export interface ChargeExtras {
  readonly notifyUrls: readonly string[];
  readonly popId?: string;
  /** The wallet's side refuses to create the payment code. */
  readonly deny?: { readonly code: string; readonly message: string };
}

/**
 * The transactions and what may become of them: pending to settlement, expire, cancel or deny; settlement to partial
 * or full refund. It speaks no HTTP and keeps no clock of its own, so that a simulation can drive it.
 */
export class TransactionStore {
  private readonly options: TransactionStoreOptions;
  private readonly byTransaction = new Map<string, Transaction>();
  /** The newest one wins: an order id is free again after cancel, expire and deny. */
  private readonly byOrder = new Map<string, string>();
  private readonly byReference = new Map<string, string>();
  private refundCount = 0;
  private forgotten = 0;

  constructor(options: TransactionStoreOptions) {
    this.options = options;
  }

  /** By transaction id, or by order id (then the newest one). */
  find(id: string): Transaction | undefined {
    return this.byTransaction.get(id) ?? this.byTransaction.get(this.byOrder.get(id) ?? '');
  }

  findByFrame(frameId: string): Transaction | undefined {
    return this.list().find((transaction) => transaction.frameId === frameId);
  }

  /** Oldest first. */
  list(): readonly Transaction[] {
    return [...this.byTransaction.values()];
  }

  /** Whether this order id is taken: pending, or paid at some time. */
  holds(orderId: string): boolean {
    const holder = this.find(orderId);
    return holder !== undefined && (holder.state.status === 'pending' || paymentOf(holder) !== undefined);
  }

  /** `duplicate`: the order id is taken. */
  charge(request: SandboxCharge, extras: ChargeExtras): Result<Transaction, 'duplicate'> {
    const { settings, clock, random, merchant } = this.options;
    if (this.holds(request.orderId)) return err('duplicate');
    const now = clock.wallMs();
    const reference = uuid(random);
    const state: TransactionState = extras.deny ? { status: 'deny', ...extras.deny } : { status: 'pending' };
    const transaction: Transaction = {
      transactionId: uuid(random),
      orderId: request.orderId,
      amount: request.amount,
      chargedAs: request.paymentType,
      acquirer: request.acquirer,
      createdWallMs: now,
      expiresWallMs: request.expiresWallMs,
      payload: buildPayload({ merchant, settings, amount: request.amount, reference }),
      payloadReference: reference,
      deeplinkId: uuid(random),
      frameId: `A1${now}${letters(random, 10)}ID`,
      customFields: request.customFields,
      ...(request.metadata && { metadata: request.metadata }),
      ...(extras.popId !== undefined && { popId: extras.popId }),
      notifyUrls: extras.notifyUrls,
      state,
      history: [{ status: state.status, atWallMs: now }],
      failedAttempts: 0,
    };
    this.makeRoom();
    this.byOrder.set(transaction.orderId, transaction.transactionId);
    this.byReference.set(reference, transaction.transactionId);
    this.put(transaction);
    if (state.status === 'pending') this.scheduleExpiry(transaction);
    this.options.onChange(transaction, undefined);
    return ok(transaction);
  }

  cancel(id: string): Result<Transaction, CloseRefusal> {
    return this.close(id, 'cancel');
  }

  expire(id: string): Result<Transaction, CloseRefusal> {
    return this.close(id, 'expire');
  }

  /** The customer confirms with the right PIN. */
  pay(id: string, how: PayHow = {}): Result<Transaction, PayRefusal> {
    const found = this.findIn(id, 'pending');
    return found.ok ? ok(this.settle(found.value, how)) : found;
  }

  /** What a wallet finds behind a scanned text. A payload that names another amount than its transaction is refused. */
  scan(payload: string): Result<Transaction, PayRefusal> {
    const read = readPayload(payload.trim());
    if (!read) return err('unreadable');
    const transaction = this.find(this.byReference.get(read.reference) ?? '');
    if (!transaction) return err('notFound');
    return read.amount === `${transaction.amount}.00` ? ok(transaction) : err('wrongAmount');
  }

  /** Wrong PIN, no balance: stays inside the wallet, which lets the customer try again. */
  failAttempt(id: string): Result<Transaction, PayRefusal> {
    const found = this.findIn(id, 'pending');
    if (!found.ok) return found;
    const counted = { ...found.value, failedAttempts: found.value.failedAttempts + 1 };
    this.put(counted);
    return ok(counted);
  }

  /** The rare case: the wallet had taken the money, and Midtrans learns of it after the charge was closed. */
  settleLate(id: string, how: PayHow = {}): Result<Transaction, PayRefusal> {
    const found = this.findIn(id, 'cancel', 'expire', 'pending');
    return found.ok ? ok(this.settle(found.value, how)) : found;
  }

  refund(
    id: string,
    request: RefundRequest,
  ): Result<{ transaction: Transaction; refund: Refund }, RefundRefusal> {
    const { settings, clock, random } = this.options;
    const transaction = this.find(id);
    if (!transaction) return err('notFound');
    const now = clock.wallMs();
    const repeat = repeatOf(transaction, request, now);
    if (repeat) return repeat.ok ? ok({ transaction, refund: repeat.value }) : repeat;
    const refusal = refuseRefund(transaction, request, settings, now);
    if (refusal) return err(refusal);
    const payment = paymentOf(transaction);
    if (!payment) return err('cannotModify');
    this.refundCount += 1;
    const amount = request.amount ?? rupiah(grossOf(transaction) - refundTotal(transaction));
    const refund: Refund = {
      chargebackId: this.refundCount,
      chargebackUuid: uuid(random),
      key: request.key ?? uuid(random),
      amount,
      reason: request.reason,
      method: 'online',
      atWallMs: now,
    };
    const refunds = [...refundsOf(transaction), refund];
    const whole = refundTotal(transaction) + amount === grossOf(transaction);
    const changed = this.change(transaction, {
      status: whole ? 'refund' : 'partial_refund',
      payment,
      refunds,
    });
    this.options.timers.after(settings.refundConfirmMs, () => this.confirm(changed.transactionId, refund));
    return ok({ transaction: changed, refund });
  }

  summary(): Summary {
    return summarise(this.list(), this.forgotten);
  }

  /** Takes over the transactions of an earlier run. Nothing is notified again; what is still pending expires at its time. */
  adopt(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) {
      this.byOrder.set(transaction.orderId, transaction.transactionId);
      this.byReference.set(transaction.payloadReference, transaction.transactionId);
      this.put(transaction);
      this.refundCount += refundsOf(transaction).length;
      if (transaction.state.status === 'pending') this.scheduleExpiry(transaction);
    }
  }

  clear(): void {
    this.byTransaction.clear();
    this.byOrder.clear();
    this.byReference.clear();
    this.refundCount = 0;
    this.forgotten = 0;
  }

  private findIn(id: string, ...status: readonly SandboxStatus[]): Result<Transaction, PayRefusal> {
    const transaction = this.find(id);
    if (!transaction) return err('notFound');
    return status.includes(transaction.state.status) ? ok(transaction) : err('notPending');
  }

  private close(id: string, status: 'cancel' | 'expire'): Result<Transaction, CloseRefusal> {
    const transaction = this.find(id);
    if (!transaction) return err('notFound');
    if (transaction.state.status !== 'pending') return err('cannotModify');
    return ok(this.change(transaction, { status }));
  }

  private settle(transaction: Transaction, how: PayHow): Transaction {
    const issuer = how.issuer ?? (transaction.acquirer === 'gopay' ? 'gopay' : 'airpay shopee');
    const paymentType: PaymentType = how.by === 'deeplink' ? transaction.chargedAs : 'qris';
    const other = this.options.otherAmount?.(transaction);
    return this.change(transaction, {
      status: 'settlement',
      payment: {
        ...(other && { other }),
        atWallMs: this.options.clock.wallMs(),
        paymentType,
        issuer,
        transactionType: issuer === transaction.acquirer ? 'on-us' : 'off-us',
        crossReference: uuid(this.options.random),
      },
    });
  }

  private confirm(transactionId: string, refund: Refund): void {
    const transaction = this.byTransaction.get(transactionId);
    const payment = transaction && paymentOf(transaction);
    if (!transaction || !payment) return;
    const refunds = refundsOf(transaction).map((other) =>
      other.key === refund.key ? { ...other, bankConfirmedWallMs: this.options.clock.wallMs() } : other,
    );
    const status = transaction.state.status === 'refund' ? 'refund' : 'partial_refund';
    const confirmed: Transaction = { ...transaction, state: { status, payment, refunds } };
    this.put(confirmed);
    this.options.onChange(confirmed, transaction);
  }

  /** Expiry is found by a batch that wakes at round times, and not always the first time. */
  private scheduleExpiry(transaction: Transaction): void {
    const { settings, clock, timers, random } = this.options;
    const earliest = transaction.expiresWallMs + random.fraction() * settings.expiryJitterMs;
    const batch = Math.max(1, settings.expiryBatchMs);
    const due = Math.ceil(earliest / batch) * batch;
    timers.after(Math.max(0, due - clock.wallMs()), () => this.expire(transaction.transactionId));
  }

  private change(transaction: Transaction, state: TransactionState): Transaction {
    const entry = { status: state.status, atWallMs: this.options.clock.wallMs() };
    const changed = { ...transaction, state, history: [...transaction.history, entry] };
    this.put(changed);
    this.options.onChange(changed, transaction);
    return changed;
  }

  private makeRoom(): void {
    if (this.byTransaction.size < this.options.settings.keepTransactions) return;
    const oldest = this.list().find(({ state }) => state.status !== 'pending');
    if (!oldest) return;
    this.byTransaction.delete(oldest.transactionId);
    this.byReference.delete(oldest.payloadReference);
    if (this.byOrder.get(oldest.orderId) === oldest.transactionId) this.byOrder.delete(oldest.orderId);
    this.forgotten += 1;
  }

  private put(transaction: Transaction): void {
    this.byTransaction.set(transaction.transactionId, transaction);
  }
}
