import type { BoxState } from '../base/box-state.js';
import { Failure } from '../base/fault.js';
import type { Rupiah } from '../base/rupiah.js';
import { FAULT } from '../core/fault/table.js';
import type { Readiness, Readings } from '../core/readiness.js';
import type { SaleEvent } from '../core/sale/event.js';
import type { Sale } from '../core/sale/sale.js';
import type { ShiftReport } from '../core/shift/shift.js';
import { type Commit, timesOf } from '../journal/commit.js';
import type { LinkState } from '../port/link.js';
import { Announcer } from './announcer.js';
import { Archiver } from './archiver.js';
import { CatalogueKeeper } from './catalogue-keeper.js';
import type { Adapters, ShiftClosing, TerminalContext, TerminalEvent, TerminalSettings } from './context.js';
import { CustomerDesk } from './customer-desk.js';
import { Performer } from './effects.js';
import { EventQueue } from './event-queue.js';
import { LateLooker } from './late-looker.js';
import { NoticeIntake } from './notice-intake.js';
import { OpeningKeeper } from './opening-keeper.js';
import { ProgramScreen } from './program-screen.js';
import { ReadinessKeeper } from './readiness-keeper.js';
import { RegisterDesk } from './register-desk.js';
import { ReportDesk } from './report-desk.js';
import { RestartKeeper } from './restart-keeper.js';
import { SaleProcessor, type ToPay } from './sale-processor.js';
import { ShiftKeeper } from './shift-keeper.js';
import { SlideKeeper } from './slide-keeper.js';
import { SlipDesk, type SlipQueue } from './slip-desk.js';
import { listen } from './sources.js';
import { StatePublisher } from './state-publisher.js';
import { StatusCalls } from './status-calls.js';
import { VendingDesk } from './vending-desk.js';
import { WebhookDesk } from './webhook-desk.js';

/** The loop proves itself alive this often; the watchdog is fed by it. */
const TICK_MS = 2_000;

export interface TerminalState {
  readonly readiness: Readiness;
  readonly readings: Readings;
  readonly open: Sale | undefined;
  readonly link: LinkState;
  readonly setAside: string | undefined;
  readonly pads: Readonly<Record<string, boolean>>;
  /** Registers, and why each is away; '' for one that is there. */
  readonly lines: Readonly<Record<string, string>>;
  /** The wall clock was found right, and has not jumped since. */
  readonly clockTrusted: boolean;
  /** Failures in a row that take a slot out of service, where there is a vending machine. */
  readonly slotFailures: number | undefined;
  /** Where there is a printer. */
  readonly slips: SlipQueue | undefined;
}

/**
 * The shell of the daemon: whatever happens becomes an event in one inbox; each is decided, journalled, and only then
 * acted upon.
 */
export class Terminal {
  readonly #adapters: Adapters;
  readonly #events: EventQueue<TerminalEvent>;
  readonly #keeper: ReadinessKeeper;
  readonly #customerDesk: CustomerDesk;
  readonly #registerDesk: RegisterDesk;
  readonly #vendingDesk: VendingDesk;
  readonly slips: SlipDesk;
  readonly catalogue: CatalogueKeeper;
  readonly opening: OpeningKeeper;
  readonly restarts: RestartKeeper;
  readonly #slides: SlideKeeper;
  readonly announcer: Announcer;
  readonly statusCalls: StatusCalls;
  readonly #performer: Performer;
  readonly #webhookDesk: WebhookDesk;
  readonly #reportDesk: ReportDesk;
  readonly #sales: SaleProcessor;
  readonly #notices: NoticeIntake;
  readonly #lateLooker: LateLooker;
  readonly #shiftKeeper: ShiftKeeper;
  readonly #archiver: Archiver;
  readonly #statePublisher: StatePublisher;
  readonly #tickMs: number;
  #stopTick: (() => void) | undefined;
  #ticks = 0;
  /** There is a link that states go to. */
  #linked = false;

  /** @param fatal the process must end: memory and disk may disagree, or a law was about to be broken */
  constructor(adapters: Adapters, settings: TerminalSettings, fatal: (error: unknown) => void) {
    this.#adapters = adapters;
    this.#tickMs = settings.tickMs ?? TICK_MS;
    this.#events = new EventQueue((event) => this.#handle(event), fatal);
    this.statusCalls = new StatusCalls(adapters.clock);
    const context: TerminalContext = {
      adapters,
      settings,
      statusCalls: this.statusCalls,
      post: (event) => this.#post(event),
      closeShift: (closing) => this.closeShift(closing),
      endOnRejection: (work) => {
        work.catch((error: unknown) => {
          if (!this.#events.dead) fatal(error);
        });
      },
    };
    const programScreen = new ProgramScreen(adapters);
    this.opening = new OpeningKeeper(context);
    this.#keeper = new ReadinessKeeper(context, programScreen, this.opening);
    this.#sales = new SaleProcessor(context);
    this.slips = new SlipDesk(context, this.#keeper);
    this.announcer = new Announcer(context, this.#sales);
    this.catalogue = new CatalogueKeeper(context);
    this.restarts = new RestartKeeper(context);
    this.#slides = new SlideKeeper(context);
    const slideOf = (quietMs: number) => this.#slides.now(quietMs);
    this.#customerDesk = new CustomerDesk(context, this.#sales, this.#keeper, this.catalogue, slideOf);
    this.#registerDesk = new RegisterDesk(
      context,
      this.#sales,
      this.#keeper,
      this.#customerDesk,
      this.slips,
      this.catalogue,
    );
    this.#vendingDesk = new VendingDesk(context, {
      ...{ sales: this.#sales, keeper: this.#keeper, customerDesk: this.#customerDesk },
      catalogue: this.catalogue,
    });
    this.#webhookDesk = new WebhookDesk(context);
    this.#reportDesk = new ReportDesk(context);
    this.#statePublisher = new StatePublisher(context, this.#keeper, this.#customerDesk, this.slips);
    this.#performer = new Performer(context, {
      customer: this.#customerDesk,
      register: this.#registerDesk,
      vending: this.#vendingDesk,
      slips: this.slips,
      announcer: this.announcer,
      programScreen,
    });
    this.#sales.connect({
      perform: (sale, effect) => this.#performer.perform(sale, effect),
      answersFor: (sale, effects) => this.#registerDesk.answersFor(sale, effects),
      slipsFor: (sale, effects) => this.slips.slipsFor(sale, effects),
      webhooksFor: (before, after, slots) => this.#webhookDesk.changesFor(before, after, slots),
      succeeded: (before, next) => this.#registerDesk.succeeded(before, next),
    });
    this.#notices = new NoticeIntake(context, this.#sales, this.#keeper);
    this.#shiftKeeper = new ShiftKeeper(context, this.#sales, this.#keeper, this.slips);
    this.#archiver = new Archiver(context, this.#sales, this.#keeper);
    this.#lateLooker = new LateLooker(context, {
      gateway: () => this.#keeper.readings.gateway?.code === 0,
      clock: () => (this.#keeper.readings.clock?.code ?? 0) === 0,
    });
  }

  /** Ready when this returns: devices are being listened to, open sales are taken up, the legs are being checked. */
  async start(): Promise<void> {
    const { displays, link } = this.#adapters;
    await Promise.all(displays.map((display) => display.start()));
    for (const display of displays) display.onAttached(() => this.#screensChanged());
    this.#keeper.start();
    this.#post({ on: 'command', run: () => this.slips.resume() });
    this.#sales.resume();
    this.#lateLooker.start();
    this.#shiftKeeper.start();
    this.#archiver.start();
    this.#slides.start();
    this.#webhookDesk.start();
    this.announcer.start();
    // Whatever is shown is looked at again after each event.
    this.#adapters.pictures?.start(() => this.#post({ on: 'command', run: () => undefined }));
    listen(
      this.#adapters,
      (event) => this.#post(event),
      (pad) => this.announcer.pressed(pad),
    );
    link?.start({
      // Returns when it has been taken in, or throws: the broker's acknowledgement hangs on it.
      notice: (notice) => this.#events.post({ on: 'notice', notice }),
      state: (state) => this.#post({ on: 'link', state }),
    });
    this.#linked = true;
    this.#tick();
  }

  /** How often the loop has gone round; grows while it lives. */
  get ticks(): number {
    return this.#ticks;
  }

  state(): TerminalState {
    return {
      readiness: this.#keeper.judge(),
      readings: this.#keeper.readings,
      open: this.#sales.open,
      link: this.#notices.link,
      setAside: this.#adapters.journal.setAside,
      pads: Object.fromEntries(this.#customerDesk.pads),
      lines: this.#registerDesk.away,
      clockTrusted: this.#keeper.clockTrusted,
      slotFailures: this.#adapters.vending?.slotFailures,
      slips: this.slips.state,
    };
  }

  /** What the fleet is told of it, made now; undefined before anything was judged. Between two events. */
  boxState(): BoxState | undefined {
    return this.#statePublisher.state;
  }

  /**
   * Runs `command` between two events, for the technician's door. A command that throws is the caller's trouble, not a
   * reason to stop in the middle of a sale; unless it was the journal, whose state is then unknown.
   */
  run<T>(command: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(command());
        } catch (error) {
          if (error instanceof Failure) throw error;
          reject(error);
        }
      };
      this.#post({ on: 'command', run });
    });
  }

  /** See {@link TerminalContext.closeShift}. Between two events. */
  closeShift({ by, day, after }: ShiftClosing): ShiftReport {
    const { clock, journal } = this.#adapters;
    const at = timesOf(clock);
    const commitOf = (report: ShiftReport): Commit => ({
      ...at,
      ...after(report),
      reports: this.#reportDesk.changesFor(report),
      webhooks: this.#webhookDesk.changesForShift(report),
    });
    return journal.closeShift(at.wallMs, by, commitOf, day);
  }

  cancelOpen(by: string): boolean {
    const { open } = this.#sales;
    if (open === undefined) return false;
    this.#post({ on: 'sale', orderId: open.orderId, event: { type: 'cancelAsked', by } });
    return true;
  }

  /** What a technician says of a sale, or has found out about it at the gateway. Where it means nothing there, it is ignored, and journalled as that. */
  tell(
    orderId: string,
    event: Extract<SaleEvent, { type: 'resolvedByHand' | 'statusAnswered' | 'notified' }>,
  ): void {
    this.#post({ on: 'sale', orderId, event });
  }

  /** No event is taken any more; an open sale is safe in the journal and is taken up at the next start. */
  async stop(): Promise<void> {
    // A train of pulses that is under way ends first, and its end is journalled; cut off, it would be in no journal.
    await this.#adapters.vending?.machine.stop();
    this.slips.stop(!this.#events.dead);
    this.#events.stop();
    this.#stopTick?.();
    this.#keeper.stop();
    this.#lateLooker.stop();
    this.#shiftKeeper.stop();
    this.#archiver.stop();
    this.#performer.stop();
    this.#webhookDesk.stop();
    this.#reportDesk.stop();
    this.#customerDesk.stop();
    const { displays, keypads, registers, link, printer, speaker, qrReader, pictures } = this.#adapters;
    await Promise.all([
      ...displays.map((display) => display.stop()),
      ...keypads.map((pad) => pad.stop()),
      ...registers.map(({ register }) => register.stop()),
      link?.stop(),
      printer?.stop(),
      speaker?.stop(),
      qrReader.stop?.(),
      pictures?.stop(),
      this.#slides.stop(),
    ]);
    this.#adapters.journal.close();
  }

  /** For callers outside the inbox: after the end there is nothing to say to them. */
  #post(event: TerminalEvent): void {
    if (!this.#events.dead) this.#events.post(event);
  }

  #tick(): void {
    this.#stopTick = this.#adapters.timers.after(this.#tickMs, () => {
      this.#post({ on: 'tick' });
      if (!this.#events.dead) this.#tick();
    });
  }

  #screensChanged(): void {
    const run = (): void => {
      this.#keeper.screens();
      this.#customerDesk.screensChanged();
    };
    this.#post({ on: 'command', run });
  }

  #handle(event: TerminalEvent): void {
    switch (event.on) {
      case 'sale':
        this.#sales.happen(event.orderId, event.event);
        this.#keeper.heard(event.event);
        break;
      case 'key':
        this.#entered(this.#customerDesk.key(event.pad, event.key), event.pad);
        break;
      case 'wish':
        this.#entered(this.#customerDesk.wish(event.pad, event.wish), event.pad);
        break;
      case 'pad':
        this.#adapters.log.info(`${event.pad} ${event.present ? 'present' : `gone: ${event.why ?? ''}`}`);
        this.#customerDesk.pad(event.pad, event.present);
        break;
      case 'register':
        this.#registerDesk.happened(event.place, event.event);
        break;
      case 'sent':
        this.#registerDesk.sent(event);
        break;
      case 'vending':
        this.#vendingDesk.happened(event.event);
        break;
      case 'goods':
        this.#vendingDesk.goods(event.orderId, event.outcome);
        break;
      case 'notice':
        this.#notices.notice(event.notice);
        break;
      case 'link':
        this.#notices.linkChanged(event.state);
        break;
      case 'reading':
        this.#notices.read(event);
        if (event.fact === 'paper' && event.reading.code === 0) this.slips.well();
        break;
      case 'rest':
        this.#customerDesk.rest();
        break;
      case 'tick':
        this.#ticks += 1;
        this.#keeper.tick();
        this.#notices.tick();
        break;
      case 'command':
        event.run();
        break;
    }
    this.#keeper.law();
    this.slips.goOn();
    this.#webhookDesk.goOn();
    this.#reportDesk.goOn();
    const idle = this.#customerDesk.idle && this.#sales.open === undefined;
    this.catalogue.settle(idle);
    this.restarts.settle(idle && this.slips.state?.printing === undefined);
    void this.#customerDesk.refresh();
    this.#registerDesk.tellProgress();
    const readiness = this.#keeper.judge();
    // Adding up the day would hold up the start, and nobody could hear it yet.
    if (this.#linked) this.#statePublisher.tell(readiness, this.#sales.open !== undefined);
  }

  #entered(wanted: ToPay | undefined, pad: string): void {
    if (wanted === undefined) return;
    const { amount, items } = wanted;
    // Programs show the QR of their own sales only.
    const readiness = this.#keeper.judge('keypad', false);
    if (!readiness.ready)
      return this.#refuse(amount, pad, readiness.code, `E${readiness.code} ${readiness.detail}`);
    const vending = this.#vendingDesk.entered(wanted);
    if (vending !== undefined && 'denial' in vending) {
      const { denial } = vending;
      const why = 'detail' in denial ? denial.detail : denial.why;
      const code = denial.why === 'slot' ? FAULT.slotOutOfOrder : FAULT.amountNotSellable;
      return this.#refuse(amount, pad, code, why);
    }
    const source = vending?.source ?? ({ kind: 'keypad', name: pad } as const);
    const sale = this.#sales.begin({ amount, items }, source, { kind: 'opened', body: { pad, amount } });
    this.#adapters.log.info(`${sale.orderId} sale of ${amount} from ${pad}`);
  }

  #refuse(amount: Rupiah, pad: string, code: number, why: string): void {
    this.#adapters.log.warn(`${pad} asks ${amount}: refused, ${why}`);
    this.#customerDesk.end({ end: 'told', amount, result: { result: 'failed', code } });
  }
}
