import { Misuse } from '../base/assert.js';
import type { Result } from '../base/result.js';
import { rupiah } from '../base/rupiah.js';
import type { Log } from '../port/log.js';
import { uuid } from './chance.js';
import { FaultPlan } from './fault/faults.js';
import { ControlApi } from './http/control-api.js';
import { CoreApi, type CoreApiAnswer, type CoreRequest } from './http/core-api.js';
import { HttpPoster } from './http/http-poster.js';
import { SandboxServer } from './http/server.js';
import type { BodyContext } from './midtrans/bodies.js';
import { Operations } from './midtrans/operations.js';
import { type OtherAmount, paymentOf, type Transaction } from './midtrans/transaction.js';
import { type PayHow, type PayRefusal, TransactionStore } from './midtrans/transaction-store.js';
import { NotificationSender } from './notification/notification-sender.js';
import { NotificationWriter } from './notification/notification-writer.js';
import { RequestLog } from './request-log.js';
import { SandboxClock } from './sandbox-clock.js';
import { DEFAULTS, type SandboxOptions, type SandboxSettings } from './settings.js';

/**
 * A local Midtrans for one merchant: Core API, QR pictures, notifications with their retry table, a customer's phone,
 * and faults on demand. It keeps everything in memory. Without {@link listen} it works all the same: {@link answer}
 * takes requests and `options.post` sends notifications, so that a simulation needs no socket (give `publicUrl` then:
 * the answer to a charge names addresses).
 */
export class Sandbox {
  readonly transactions: TransactionStore;
  readonly faults: FaultPlan;
  /** What the Core API received. */
  readonly requestLog: RequestLog;
  /** Each with its attempts and the answers they got. */
  readonly notifications: NotificationSender;
  private readonly log: Log;
  private readonly clock: SandboxClock;
  private readonly writer: NotificationWriter;
  private readonly operations: Operations;
  private readonly core: CoreApi;
  private readonly server: SandboxServer;
  private readonly poster: HttpPoster;
  private baseUrl: string | undefined;

  constructor(options: SandboxOptions) {
    const settings: SandboxSettings = { ...DEFAULTS, ...options };
    const { merchantId, merchantName, merchantCity, random, serverKey } = options;
    const merchant = { merchantId, merchantName, merchantCity };
    this.log = options.log.child('sandbox');
    this.clock = new SandboxClock(options.clock, options.timers);
    this.faults = new FaultPlan(random);
    this.requestLog = new RequestLog(settings.keep);
    this.baseUrl = options.publicUrl?.replace(/\/+$/, '');
    this.poster = new HttpPoster(options.timers);
    const { clock, faults, requestLog: ledger, log } = this;
    const shared = { clock, timers: clock, random, log };
    const context: BodyContext = { merchantId, serverKey, settings, baseUrl: () => this.url };
    this.transactions = new TransactionStore({
      ...shared,
      settings,
      merchant,
      otherAmount: (transaction) => this.otherAmount(transaction),
      onChange: (transaction, before) => this.changed(transaction, before),
    });
    const { transactions } = this;
    this.notifications = new NotificationSender({
      ...shared,
      post: options.post ?? ((post) => this.poster.send(post)),
      retryShift: settings.retryShift,
      keep: settings.keep,
    });
    this.writer = new NotificationWriter({ ...shared, context, sender: this.notifications, faults });
    const notificationUrl = options.notificationUrl;
    this.operations = new Operations({ ...shared, transactions, faults, merchant, context, notificationUrl });
    const newId = (): string => uuid(random);
    const { operations, notifications: sender } = this;
    this.core = new CoreApi({ serverKey, transactions, operations, faults, ledger, clock, newId });
    const control = new ControlApi({
      merchant,
      transactions,
      faults,
      sender,
      ledger,
      wallMs: () => clock.wallMs(),
      advance: (ms) => this.advance(ms),
      reset: () => this.reset(),
    });
    this.server = new SandboxServer({ core: this.core, control, log });
    this.notifyPending = settings.notifyPending;
  }

  private readonly notifyPending: boolean;

  /** Base of every address; known after {@link listen}, or from `publicUrl`. */
  get url(): string {
    if (this.baseUrl === undefined)
      throw new Misuse('the sandbox has no address: listen first, or give publicUrl');
    return this.baseUrl;
  }

  /**
   * @param port 0 for any free one.
   * @param host the loopback address unless told otherwise: nothing here asks for a password.
   * @throws Failure FAULT.sandboxPort when the address cannot be listened on.
   */
  async listen(port: number, host = '127.0.0.1'): Promise<{ url: string }> {
    const address = await this.server.listen(port, host);
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    const url = `http://${name}:${address.port}`;
    this.baseUrl ??= url;
    this.log.info(`listening on ${url}, phone page at ${url}/phone`);
    return { url };
  }

  /** Ends everything that is open or due. */
  async close(): Promise<void> {
    this.clock.clear();
    this.notifications.clear();
    this.core.clear();
    this.poster.close();
    await this.server.close();
  }

  /** One Core API request without a socket. */
  answer(request: CoreRequest): Promise<CoreApiAnswer> {
    return this.core.answer(request);
  }

  /** The customer pays what a scanned payload names. */
  payScanned(payload: string, how: PayHow = {}): Result<Transaction, PayRefusal> {
    const found = this.transactions.scan(payload);
    return found.ok ? this.transactions.pay(found.value.transactionId, how) : found;
  }

  /** Turns the sandbox's clock forward; notifications that fall due are sent and answered before time goes on. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms, () => this.notifications.settled());
  }

  /** Back to an empty book, no faults, and the true time. */
  reset(): void {
    this.clock.clear();
    this.poster.close();
    this.writer.clear();
    this.notifications.clear();
    this.operations.clear();
    this.core.clear();
    this.faults.clear();
    this.requestLog.clear();
    this.transactions.clear();
    this.server.announce();
  }

  private otherAmount({ orderId, amount }: Transaction): OtherAmount | undefined {
    const fee = this.faults.draw('customerFee', { orderId });
    if (fee) return { gross: rupiah(amount + fee.amount), customerFee: rupiah(fee.amount) };
    const other = this.faults.draw('otherAmount', { orderId });
    return other && { gross: rupiah(other.amount) };
  }

  private changed(transaction: Transaction, before: Transaction | undefined): void {
    const { orderId, transactionId, state } = transaction;
    const target = { orderId };
    this.log.info(
      () => `${orderId} ${before?.state.status ?? 'new'} -> ${state.status} Rp${transaction.amount}`,
    );
    if (before && !paymentOf(before) && paymentOf(transaction)) {
      const lag = this.faults.draw('statusLag', target);
      if (lag) this.operations.lag(before, lag.ms);
    }
    if (before && (state.status === 'cancel' || state.status === 'expire')) {
      const late = this.faults.draw('settlesAfterClose', target);
      if (late) this.clock.after(late.ms, () => this.transactions.settleLate(transactionId));
    }
    if (state.status !== 'pending' || this.notifyPending) this.writer.notify(transaction);
    this.server.announce();
  }
}
