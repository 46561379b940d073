import type { Fault } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Effect, TimerName } from '../core/sale/effect.js';
import type { SaleEvent } from '../core/sale/event.js';
import type { Sale } from '../core/sale/sale.js';
import { callersReference } from '../core/source/register-result.js';
import type { Announcer } from './announcer.js';
import type { TerminalContext } from './context.js';
import type { CustomerDesk } from './customer-desk.js';
import type { ProgramScreen } from './program-screen.js';
import type { RegisterDesk } from './register-desk.js';
import type { SlipDesk } from './slip-desk.js';
import type { VendingDesk } from './vending-desk.js';

type Kind = Effect['do'];
type Table = { readonly [K in Kind]: (sale: Sale, effect: Extract<Effect, { do: K }>) => void };

/** Who has a part in effects. */
interface Desks {
  readonly customer: CustomerDesk;
  readonly register: RegisterDesk;
  readonly vending: VendingDesk;
  readonly slips: SlipDesk;
  readonly announcer: Announcer;
  readonly programScreen: ProgramScreen;
}

/** One function an effect. Each outcome comes back as an event; none is kept here. */
export class Performer {
  readonly #context: TerminalContext;
  readonly #desks: Desks;
  readonly #timers = new Map<string, Map<TimerName, () => void>>();

  constructor(context: TerminalContext, desks: Desks) {
    this.#context = context;
    this.#desks = desks;
  }

  perform(sale: Sale, effect: Effect): void {
    const act = this.#table[effect.do] as (sale: Sale, effect: Effect) => void;
    act(sale, effect);
    this.#desks.announcer.performed(sale, effect);
  }

  readonly #table: Table = {
    charge: (sale) => this.#charge(sale),
    askStatus: (sale) => {
      const { gateway } = this.#context.adapters;
      this.#context.statusCalls.note(sale.orderId);
      this.#answer(sale, gateway.status(sale.orderId), (outcome) => ({ type: 'statusAnswered', outcome }));
    },
    cancel: (sale) => this.#close(sale, 'cancel'),
    expire: (sale) => this.#close(sale, 'expire'),
    refund: (sale, { refundKey, amount, reason }) => {
      const { gateway } = this.#context.adapters;
      const refund = gateway.refund(sale.orderId, refundKey, amount, reason);
      this.#answer(sale, refund, (outcome) => ({ type: 'refundAnswered', outcome }));
    },
    readQr: (sale, { qr, transactionId }) => {
      const read =
        qr.payload === undefined
          ? this.#download(qr.pictureUrl, transactionId)
          : Promise.resolve(ok(qr.payload));
      this.#answer(sale, read, (result) => ({ type: 'qrRead', result }));
    },
    present: (sale) => this.#present(sale),
    deliver: (sale) => this.#deliver(sale),
    tellSource: (sale, { result }) => {
      this.#desks.customer.end({ end: 'told', amount: sale.amount, result, sale });
      if (isRegister(sale)) this.#desks.register.send(sale);
      else if (sale.source.kind === 'vending') this.#desks.vending.deny(sale, result);
    },
    tellRefund: (sale) => this.#desks.register.sendRefund(sale),
    printReceipt: (sale) => this.#receipt(sale),
    printOwed: (sale) => {
      this.#desks.customer.end({ end: 'owed', sale });
      this.#context.endOnRejection(this.#desks.slips.outcome(sale, 'owed'));
    },
    alert: (sale, { code, detail }) => this.#context.adapters.log.error(`${sale.orderId} E${code} ${detail}`),
    startTimer: (sale, { timer, afterMs }) => this.#startTimer(sale.orderId, timer, afterMs),
    cancelTimers: (sale, { timers }) => this.#cancelTimers(sale.orderId, timers),
  };

  #answer<Outcome>(sale: Sale, work: Promise<Outcome>, event: (outcome: Outcome) => SaleEvent): void {
    const { orderId } = sale;
    this.#context.endOnRejection(
      work.then((outcome) => this.#context.post({ on: 'sale', orderId, event: event(outcome) })),
    );
  }

  #close(sale: Sale, how: 'cancel' | 'expire'): void {
    const { gateway } = this.#context.adapters;
    this.#answer(sale, gateway[how](sale.orderId), (outcome) => ({ type: 'closeAnswered', outcome }));
  }

  #charge(sale: Sale): void {
    const { adapters, settings } = this.#context;
    if (settings.pictures === true) adapters.qrReader.prepare?.();
    const { orderId, amount, items, source } = sale;
    const reference = callersReference(sale);
    const order = {
      orderId,
      amount,
      // 43 characters of order id at most, and Midtrans ignores keys over 46.
      idempotencyKey: `${orderId}-ch`,
      terminalId: settings.terminalId,
      source: `${source.kind}:${source.name}`,
      ...(reference === undefined ? {} : { reference }),
      ...(items === undefined ? {} : { items }),
    };
    this.#answer(sale, adapters.gateway.charge(order), (outcome) => ({ type: 'chargeAnswered', outcome }));
  }

  async #download(url: string | undefined, transactionId: string): Promise<Result<string, Fault>> {
    const { gateway, qrReader } = this.#context.adapters;
    const picture = await gateway.picture(url ?? gateway.pictureUrlOf(transactionId));
    if (picture.kind === 'none') return err(picture.fault);
    return qrReader.read(picture.bytes, picture.contentType);
  }

  /** On the screen, on paper, or both. The first that a customer can see counts; paper may follow. */
  #present(sale: Sale): void {
    const { orderId } = sale;
    const shown = this.#desks.customer.refresh();
    const printed = this.#desks.slips.outcome(sale, 'qr');
    const presented = (screen: boolean, paper: boolean): void =>
      this.#context.post({ on: 'sale', orderId, event: { type: 'presented', screen, paper } });
    this.#context.endOnRejection(
      shown.then(async (screen) => {
        if (screen) presented(true, false);
        else if (await printed) presented(false, true);
        else if (await this.#desks.programScreen.seen(sale)) presented(true, false);
        else presented(await this.#desks.customer.refreshWhenAttached(), false);
      }),
    );
  }

  #deliver(sale: Sale): void {
    if (isRegister(sale)) return this.#desks.register.send(sale);
    if (sale.source.kind === 'vending') return this.#desks.vending.vend(sale);
    const shown = this.#desks.customer.refresh();
    this.#context.endOnRejection(
      shown.then(async (screen) => {
        if (screen) this.#delivered(sale, 'shown');
        // Where no screen says so, the receipt tells the customer.
        else if (await this.#between(() => this.#desks.slips.receipt(sale))) this.#delivered(sale, 'printed');
        else if (await this.#desks.customer.refreshWhenAttached()) this.#delivered(sale, 'shown');
        // A printer that came back meanwhile has printed it by itself.
        else
          this.#delivered(
            sale,
            (await this.#between(() => this.#desks.slips.lastWord(sale))) ? 'printed' : undefined,
          );
      }),
    );
  }

  #delivered({ orderId }: Sale, how: 'shown' | 'printed' | undefined): void {
    const detail = how ?? 'neither screen nor printer could tell the customer';
    const outcome = how === undefined ? 'failed' : 'done';
    this.#context.post({ on: 'sale', orderId, event: { type: 'deliveryEnded', outcome, detail } });
  }

  /** Between two events, where what it does may commit. */
  #between<T>(run: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#context.post({ on: 'command', run: () => resolve(run()) });
    });
  }

  #receipt(sale: Sale): void {
    const { adapters, settings } = this.#context;
    this.#desks.customer.end({ end: 'paid', sale, receipt: 'none' });
    if (adapters.printer === undefined || !settings.printReceipt) return;
    this.#context.endOnRejection(
      this.#desks.slips.outcome(sale, 'receipt').then((printed) => {
        const ending = this.#desks.customer.ending;
        if (ending?.end === 'paid' && ending.sale.orderId === sale.orderId && !printed)
          this.#context.post({
            on: 'command',
            run: () => this.#desks.customer.end({ ...ending, receipt: 'failed' }),
          });
      }),
    );
  }

  #startTimer(orderId: string, timer: TimerName, afterMs: number): void {
    const mine = this.#timers.get(orderId) ?? new Map<TimerName, () => void>();
    this.#timers.set(orderId, mine);
    mine.get(timer)?.();
    const stop = this.#context.adapters.timers.after(afterMs, () => {
      mine.delete(timer);
      // A watch ends with a timer that is not stopped: what is empty is not kept for months.
      if (mine.size === 0 && this.#timers.get(orderId) === mine) this.#timers.delete(orderId);
      this.#context.post({ on: 'sale', orderId, event: { type: 'timer', timer } });
    });
    mine.set(timer, stop);
  }

  #cancelTimers(orderId: string, timers: readonly TimerName[] | undefined): void {
    const mine = this.#timers.get(orderId);
    if (mine === undefined) return;
    for (const timer of timers ?? [...mine.keys()]) {
      mine.get(timer)?.();
      mine.delete(timer);
    }
    if (mine.size === 0) this.#timers.delete(orderId);
  }

  stop(): void {
    for (const orderId of [...this.#timers.keys()]) this.#cancelTimers(orderId, undefined);
  }
}

function isRegister({ source }: Sale): boolean {
  return source.kind === 'register' || source.kind === 'api';
}
