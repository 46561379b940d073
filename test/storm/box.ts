import { Failure } from '../../src/base/fault.js';
import { rupiah } from '../../src/base/rupiah.js';
import { learnFrom } from '../../src/control/reconcile.js';
import { Reconciler } from '../../src/control/reconciler.js';
import { CoreApiClient } from '../../src/midtrans/client.js';
import { EventReceiver } from '../../src/mqtt/event-receiver.js';
import { MqttLink } from '../../src/mqtt/link.js';
import type { Clock, Timers } from '../../src/port/clock.js';
import type { Link } from '../../src/port/link.js';
import type { QrReader } from '../../src/port/qr.js';
import type { Adapters, TerminalSettings } from '../../src/terminal/context.js';
import { Terminal } from '../../src/terminal/terminal.js';
import { type Chance, Stream } from './chance.js';
import { type Cloud, MERCHANT, TERMINAL } from './cloud.js';
import { Spell, StormPrinter, StormScreen, unheard } from './devices.js';
import { type Again, Disk, PowerCut, type StormJournal } from './disk.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import { EVENT_KINDS, type Listeners } from './listeners.js';
import { Net } from './mqtt-client.js';
import { Office } from './office.js';
import { type Outfit, outfitOf } from './outfit.js';
import { RECEIPTS } from './receipts.js';
import type { SaleSource } from './sources/source.js';
import type { Story } from './story.js';
import { type Reachable, Technician } from './technician.js';
import type { VirtualTime } from './time.js';

export interface BoxParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly cloud: Cloud;
  /** Where the shop's events go to the broker. */
  readonly listeners: Listeners | undefined;
  readonly sources: readonly SaleSource[];
  readonly seen: (orderId: string, payload: string) => void;
  readonly wrote?: ((again: Again) => void) | undefined;
  /** A process ended by itself and not because the storm made a commit fail: a bug. */
  readonly died: (error: unknown) => void;
}

interface Run extends Reachable {
  readonly number: number;
  readonly screen: StormScreen | undefined;
  readonly gateway: CoreApiClient;
}

/** Longest that a program which is told to stop may take; then it is killed. */
const STOP_MS = 90_000;
const YEAR_MS = 365 * 86_400_000;

/** The terminal's box: one disk, and one process after the other on it. */
export class Box {
  readonly #parts: BoxParts;
  readonly #disk: Disk;
  readonly #random: Stream;
  #screenGone: Spell | undefined;
  #paperOut: Spell | undefined;
  #outfit: Outfit;
  readonly technician: Technician;
  /** Of shops whose shifts close by themselves. */
  readonly office: Office | undefined;
  #run: Run | undefined;
  #runs = 0;
  /** Number of the process that lives; 0 while the power is off. */
  #living = 0;
  #wallOffMs = 0;
  /** What the clock of the process was wrong by as it started. */
  #wrongAtStartMs = 0;
  cuts = 0;

  constructor(parts: BoxParts) {
    this.#parts = parts;
    const { seed, time, chance } = parts;
    this.#random = new Stream(seed, 6_001);
    this.#disk = new Disk({ ...parts, cut: (why) => this.cut(why) });
    this.#outfit = outfitOf(seed);
    if (this.#outfit.settings.closeShiftAfterMs !== undefined) this.office = new Office(parts);
    this.#furnish();
    const on = (): boolean => this.#living !== 0;
    hourly(time, chance, 'powerCut', () => this.cut('the power was cut'), on);
    hourly(time, chance, 'wallJumps', () => this.#clockJumps());
    hourly(time, chance, 'orderlyStop', () => this.#stops(), on);
    this.technician = new Technician({ ...parts, at: () => this.#run });
    hourly(time, chance, 'shiftCloses', () => this.#closesShift(), on);
    hourly(time, chance, 'catalogueChanges', () => this.#readsCatalogue(), on);
    hourly(time, chance, 'owedResolved', () => this.#resolvesOwed(), on);
    hourly(time, chance, 'refundedElsewhere', () => this.#refundsElsewhere());
    hourly(time, chance, 'refundedInSteps', () => this.#refundsInSteps());
    this.boot();
  }

  /** What the configuration of now names; what it names no more is still there when it comes back. */
  #furnish(): void {
    const { time, chance } = this.#parts;
    const { screen, paper } = this.#outfit;
    if (screen)
      this.#screenGone ??= new Spell(time, chance, 'screenGone', 120_000, () => this.#run?.screen?.changed());
    if (paper) this.#paperOut ??= new Spell(time, chance, 'paperOut', 300_000, () => undefined);
  }

  /** Between two processes: somebody has edited the file, and the clock has no battery. */
  #between(number: number): void {
    const { chance, laws, seed, sources, story, time } = this.#parts;
    if (chance.now('configChanged')) {
      this.#outfit = outfitOf(seed, number);
      this.#furnish();
      const { screen, paper, settings } = this.#outfit;
      if (settings.rules.refund?.unknownDelivery === true) laws.refundsUnknown = true;
      for (const source of sources) source.reconfigured?.(number);
      story.say(
        () =>
          `configuration: screen ${screen}, paper ${paper}, refund ${settings.rules.refund !== undefined}`,
      );
    }
    this.#wrongAtStartMs = 0;
    if (!chance.now('clockWrongAtBoot')) return;
    const years = chance.detail('clockWrongAtBoot', -20, 20);
    this.#wallOffMs = (years === 0 ? -1 : years) * YEAR_MS;
    this.#wrongAtStartMs = this.#wallOffMs;
    time.after(chance.detail('clockWrongAtBoot', 1_000, 600_000, 3), () => {
      this.#wallOffMs = 0;
    });
  }

  /** As systemd stops it: what is under way at a machine ends first, then nothing is taken any more. */
  #stops(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { story, time, laws } = this.#parts;
    story.say(() => 'SIGTERM');
    const gone = (inOrder: boolean): void => {
      if (this.#living !== run.number) return;
      story.say(() => (inOrder ? 'stopped in order' : 'killed, it does not stop'));
      this.#off(this.#random.between(500, 5_000));
      laws.stoppedInOrder = inOrder;
    };
    unheard(() => void run.terminal.stop().then(() => gone(true), nothing));
    time.after(STOP_MS, () => gone(false));
  }

  get running(): Run | undefined {
    return this.#run;
  }

  get settings(): TerminalSettings {
    return this.#outfit.settings;
  }

  /** The clock has been years wrong for as long as the process runs: it must have been told so by the gateway. */
  get clockWrong(): boolean {
    return this.#wrongAtStartMs !== 0 && this.#wallOffMs === this.#wrongAtStartMs;
  }

  notReady(): string | undefined {
    const readiness = this.#run?.terminal.state().readiness;
    if (readiness === undefined) return undefined;
    return readiness.ready ? undefined : `E${readiness.code} ${readiness.detail}`;
  }

  #clockJumps(): void {
    const { chance, time } = this.#parts;
    const years = chance.detail('wallJumps', 0, 3) === 0;
    const ms = chance.detail('wallJumps', -600_000, 600_000, 3);
    this.#wallOffMs = years ? -20 * 365 * 86_400_000 : ms;
    time.after(chance.detail('wallJumps', 1_000, 300_000, 4), () => {
      this.#wallOffMs = 0;
    });
  }

  /** The technician at the control socket: closes the shift. */
  #closesShift(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { story } = this.#parts;
    const close = (): void => void run.terminal.closeShift({ by: 'storm', after: () => ({ events: [] }) });
    story.say(() => 'technician closes the shift');
    unheard(() => void run.terminal.run(close).catch(() => undefined));
  }

  /** Or has the catalogue read again that somebody has edited, whoever chooses or pays. */
  #readsCatalogue(): void {
    const run = this.#run;
    if (run === undefined) return;
    unheard(() => void run.terminal.run(() => run.terminal.catalogue.renew('storm')).catch(() => undefined));
  }

  /** Or takes the oldest sale off the owed list by hand. */
  #resolvesOwed(): void {
    const [owed] = this.#run?.journal.salesIn('owed', 50).reverse() ?? [];
    if (owed === undefined) return;
    const { chance, laws, story } = this.#parts;
    const said =
      (['other', 'delivered', 'refunded'] as const)[chance.detail('owedResolved', 0, 2)] ?? 'other';
    // Nobody gives cash before having asked where the goods are: the terminal has no word of them, the register may keep one.
    const how = said === 'refunded' && laws.sourceHasWord(owed) ? 'delivered' : said;
    story.say(() => `technician clears ${owed.orderId} as ${how}`);
    const event = { type: 'resolvedByHand', how, by: 'storm', note: 'seen to' } as const;
    unheard(() => this.#run?.terminal.tell(owed.orderId, event));
  }

  /** Somebody at the dashboard gives an owed sale back, whether the terminal is on or not. */
  #refundsElsewhere(): void {
    const { cloud, laws, story } = this.#parts;
    // Where nobody knows whether it was handed over, a person asks at the register first.
    const owed = [...laws.sales.values()].find(
      ({ state }) =>
        state.at === 'owed' && state.why !== 'deliveryUnknown' && state.why !== 'partlyDelivered',
    );
    if (owed === undefined) return;
    const made = cloud.sandbox.transactions.refund(owed.orderId, { reason: 'in the dashboard' });
    if (!made.ok) return;
    story.say(() => `the dashboard refunds ${owed.orderId}`);
    laws.refundedElsewhere(owed.orderId);
  }

  /** Or a sale that was handed over, is owed or was seen to, of this shift or an earlier one; often in parts, one after the other. */
  #refundsInSteps(): void {
    const { chance, cloud, laws, story } = this.#parts;
    const paid = [...laws.sales.values()].filter(
      ({ state }) =>
        state.at === 'delivered' ||
        state.at === 'resolved' ||
        (state.at === 'owed' && state.why !== 'deliveryUnknown'),
    );
    const back = paid.filter(({ orderId }) => laws.isRefundedElsewhere(orderId));
    // The next part of one that was begun is what nobody hears of by the status alone.
    const from = back.length > 0 && chance.detail('refundedInSteps', 0, 1, 3) === 0 ? back : paid;
    const sale = from[chance.detail('refundedInSteps', 0, Math.max(0, from.length - 1), 4)];
    if (sale === undefined) return;
    const whole = chance.detail('refundedInSteps', 0, 3, 5) === 0;
    const part = rupiah(chance.detail('refundedInSteps', 1, Math.max(1, Math.floor(sale.amount / 2)), 6));
    const request = { reason: 'in the dashboard', ...(whole ? {} : { amount: part }) };
    if (!cloud.sandbox.transactions.refund(sale.orderId, request).ok) return;
    story.say(
      () => `the dashboard refunds ${whole ? 'the rest' : part} of ${sale.orderId}, ${sale.state.at}`,
    );
    laws.refundedElsewhere(sale.orderId);
  }

  /** The technician compares with Midtrans what nobody was told of, as the command `reconcile` does. */
  async reconcile(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    const { laws, story, time } = this.#parts;
    const sales = [...laws.sales.values()].filter(({ orderId }) => laws.isRefundedElsewhere(orderId));
    const shifts = { count: () => sales.length, salesOf: () => sales };
    const { journal, gateway, terminal } = run;
    const reconciler = new Reconciler({
      journal: { shifts, sale: (id) => journal.sale(id) },
      gateway: { status: (id) => laws.pace.byPerson(() => gateway.status(id)) },
      statusCalls: terminal.statusCalls,
      timers: time,
    });
    story.say(() => `technician compares ${sales.length} sales with Midtrans`);
    await reconciler.compare(
      1,
      (one) => void learnFrom(terminal, one),
      () => undefined,
    );
  }

  /** Faults are over: the clock is right, the power on. */
  calm(): void {
    this.#wallOffMs = 0;
    this.#disk.calm();
    this.boot();
  }

  get disk(): Disk {
    return this.#disk;
  }

  cut(why: string): void {
    const { story, chance } = this.#parts;
    if (this.#living === 0) return;
    story.say(() => `POWER CUT: ${why}`);
    this.cuts += 1;
    this.#parts.laws.stoppedInOrder = false;
    const long = chance.now('longOutage');
    this.#off(long ? chance.detail('longOutage', 10_000, 1_800_000) : this.#random.between(800, 8_000));
  }

  #off(ms: number): void {
    this.#living = 0;
    this.#run = undefined;
    this.#disk.forgets();
    this.#parts.time.after(ms, () => this.boot());
  }

  boot(): void {
    if (this.#living !== 0) return;
    const { chance, cloud, laws, seed, sources, story, time } = this.#parts;
    this.#runs += 1;
    const number = this.#runs;
    if (number > 1) this.#between(number);
    const { screen: hasScreen, paper: hasPaper, settings, paymentType } = this.#outfit;
    this.#living = number;
    const alive = (): boolean => this.#living === number;
    const died = (error: unknown): void => {
      if (!alive() || error instanceof PowerCut) return;
      const ours = (this.#disk.failing || this.#disk.freeBytes === 0) && error instanceof Failure;
      this.#disk.failing = false;
      this.cut(`the process ended: ${String(error)}`);
      if (!ours) this.#parts.died(error);
    };
    const act = (what: string): void => {
      if (alive() && chance.now('cutAtAct')) this.cut(`in the middle of an act: ${what}`);
    };
    const acted = (what: string): void => {
      if (alive() && chance.now('cutAfterAct')) this.cut(`right after an act: ${what}`);
    };
    const clock: Clock = { wallMs: () => time.wallMs() + this.#wallOffMs, monoMs: () => time.nowMs };
    const timers: Timers = {
      after: (ms, run) =>
        time.after(ms, () => {
          if (alive()) run();
        }),
    };
    story.say(() => `boot ${number}`);
    let journal: StormJournal;
    try {
      journal = this.#disk.open(alive, clock.wallMs());
    } catch (error) {
      return died(error);
    }
    const devices = { time, chance, story, laws, alive, act, acted, seen: this.#parts.seen };
    const screen = hasScreen && this.#screenGone ? new StormScreen(devices, this.#screenGone) : undefined;
    const printer = hasPaper && this.#paperOut ? new StormPrinter(devices, this.#paperOut) : undefined;
    const log = story.log('terminal');
    const adapters: Partial<Adapters> = Object.assign(
      {},
      ...sources.map((source) =>
        source.plug({
          ...{ alive, act, clock, timers, random: new Stream(seed, 40_000 + number), log },
          face: () => screen?.lit,
        }),
      ),
    );
    const net = new Net({
      time,
      chance,
      story,
      alive,
      broker: cloud.broker,
      acknowledges: (topic, payload) => laws.acknowledged(topic, payload),
    });
    const gateway = new CoreApiClient({
      baseUrl: cloud.gateway.baseUrl,
      authorization: () => cloud.gateway.header,
      terminalId: TERMINAL,
      paymentType,
      picturesNeedCredential: !cloud.direct,
      clock,
      timers,
      log: log.child('gateway'),
      exchange: cloud.shopWire.exchangeFor(alive),
    });
    const { listeners } = this.#parts;
    const link =
      !cloud.direct &&
      quiet(
        new MqttLink({
          broker: { urls: ['mqtt://broker.test'] },
          merchant: MERCHANT,
          terminal: TERMINAL,
          makeClient: net.makeClient,
          keepaliveS: 60,
          clock,
          timers,
          random: new Stream(seed, 20_000 + number),
          log: log.child('mqtt'),
          onFatal: died,
        }),
        listeners,
      );
    const events = link && listeners ? [new EventReceiver(link, EVENT_KINDS)] : [];
    const terminal = new Terminal(
      {
        journal,
        gateway,
        qrReader: TEXT_READER,
        displays: screen === undefined ? [] : [screen],
        keypads: [],
        registers: [],
        receipts: RECEIPTS,
        freeBytes: () => Promise.resolve(this.#disk.freeBytes),
        ...adapters,
        reports: this.office?.plug({ alive, timers }, settings) ?? [],
        ...(printer === undefined ? {} : { printer }),
        ...(link ? { link } : {}),
        ...(events.length === 0 ? {} : { webhooks: [...(adapters.webhooks ?? []), ...events] }),
        clock,
        timers,
        random: new Stream(seed, 10_000 + number),
        log,
      },
      settings,
      died,
    );
    const { statusCalls } = terminal;
    const asks = { status: (id: string) => laws.pace.byPerson(() => gateway.status(id)) };
    const reconciler = new Reconciler({ journal, gateway: asks, statusCalls, timers });
    this.#run = { number, terminal, journal, reconciler, screen, gateway };
    laws.bootedAtMs = time.nowMs;
    laws.pace.booted();
    void terminal.start().catch(died);
  }

  close(): void {
    this.#living = 0;
    this.#run = undefined;
    this.#disk.close();
  }
}

/** What the link's news throws in a terminal that ends of it has been heard of; the world outside goes on. */
function quiet(link: Link, listeners: Listeners | undefined): Link {
  return {
    start: (handlers) => link.start({ ...handlers, state: (state) => unheard(() => handlers.state(state)) }),
    publishState: (state) => link.publishState(state),
    publishEvent: (event) => {
      listeners?.leaves(event);
      return link.publishEvent(event);
    },
    get up() {
      return link.up;
    },
    stop: () => link.stop(),
  };
}

function nothing(): void {}

/** Pictures in this world are texts: a line for each code in them. */
const TEXT_READER: QrReader = {
  read: (bytes) => {
    const texts = Buffer.from(bytes).toString('utf8').split('\n');
    return Promise.resolve(
      texts.length === 1
        ? { ok: true, value: texts[0] ?? '' }
        : { ok: false, error: { kind: 'refused', code: 480, detail: 'more than one QR' } },
    );
  },
};
