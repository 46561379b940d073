import Database from 'better-sqlite3';
import { FixedFrameRegister } from '../../devices/register/fixed-frame/driver.js';
import { assert } from '../../src/base/assert.js';
import { Failure } from '../../src/base/fault.js';
import { parseTerminalId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import { type Commit, Journal } from '../../src/journal/journal.js';
import { CoreApiClient } from '../../src/midtrans/client.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { MqttLink } from '../../src/mqtt/link.js';
import type { Clock, Timers } from '../../src/port/clock.js';
import type { Link } from '../../src/port/link.js';
import type { QrReader } from '../../src/port/qr.js';
import type { TerminalSettings } from '../../src/terminal/parts.js';
import { Terminal } from '../../src/terminal/terminal.js';
import { type Chance, Stream } from './chance.js';
import { type Cloud, MERCHANT, TERMINAL, TOKEN } from './cloud.js';
import { Spell, StormPad, StormPrinter, StormScreen, unheard } from './devices.js';
import type { Laws } from './laws.js';
import { type Cable, LineEnd } from './line.js';
import { Net } from './mqtt-client.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

/** Short, so that a seed has many sales in little time; nothing else follows from it. */
export const QR_LIFE_MS = 120_000;

/** Thrown where the power goes, so that nothing after it happens. */
export class PowerCut extends Error {
  override name = 'PowerCut';
}

export interface BoxParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly cloud: Cloud;
  readonly cable: Cable | undefined;
  readonly seen: (orderId: string, payload: string) => void;
  /** A process ended by itself and not because the storm made a commit fail: a bug. */
  readonly died: (error: unknown) => void;
}

interface Run {
  readonly number: number;
  readonly terminal: Terminal;
  readonly journal: Journal;
  readonly pad: StormPad;
  readonly screen: StormScreen | undefined;
}

/** The terminal's box: one disk, and one process after the other on it. */
export class Box {
  readonly #parts: BoxParts;
  readonly #db = new Database(':memory:');
  readonly #random: Stream;
  readonly #screenGone: Spell | undefined;
  readonly #paperOut: Spell | undefined;
  readonly #settings: TerminalSettings;
  #run: Run | undefined;
  #runs = 0;
  /** Number of the process that lives; 0 while the power is off. */
  #living = 0;
  /** Set while the storm makes a commit fail. */
  #failing = false;
  #wallOffMs = 0;
  cuts = 0;

  constructor(parts: BoxParts) {
    this.#parts = parts;
    const { seed, time, chance } = parts;
    this.#random = new Stream(seed, 6_001);
    const outfit = new Stream(seed, 6_002);
    const screen = outfit.fraction() < 0.8;
    const paper = !screen || outfit.fraction() < 0.6;
    if (screen)
      this.#screenGone = new Spell(time, chance, 'screenGone', 120_000, () => this.#run?.screen?.changed());
    if (paper) this.#paperOut = new Spell(time, chance, 'paperOut', 300_000, () => undefined);
    this.#settings = settings(paper);
    this.#powerCuts();
    this.#clockJumps();
    this.boot();
  }

  get running(): Run | undefined {
    return this.#run;
  }

  notReady(): string | undefined {
    const readiness = this.#run?.terminal.state().readiness;
    if (readiness === undefined) return undefined;
    return readiness.ready ? undefined : `E${readiness.code} ${readiness.detail}`;
  }

  #powerCuts(): void {
    const { chance, time } = this.#parts;
    const waitMs = chance.waitMs('powerCut');
    if (waitMs === undefined) return;
    time.after(waitMs, () => {
      if (chance.off) return;
      if (this.#living !== 0 && chance.due('powerCut')) this.cut('the power was cut');
      this.#powerCuts();
    });
  }

  #clockJumps(): void {
    const { chance, time } = this.#parts;
    const waitMs = chance.waitMs('wallJumps');
    if (waitMs === undefined) return;
    time.after(waitMs, () => {
      if (chance.off) return;
      if (chance.due('wallJumps')) {
        const years = chance.detail('wallJumps', 0, 3) === 0;
        const ms = chance.detail('wallJumps', -600_000, 600_000, 3);
        this.#wallOffMs = years ? -20 * 365 * 86_400_000 : ms;
        time.after(chance.detail('wallJumps', 1_000, 300_000, 4), () => {
          this.#wallOffMs = 0;
        });
      }
      this.#clockJumps();
    });
  }

  /** Faults are over: the clock is right, the power on. */
  calm(): void {
    this.#wallOffMs = 0;
    this.boot();
  }

  cut(why: string): void {
    const { story, time, chance } = this.#parts;
    if (this.#living === 0) return;
    story.say(() => `POWER CUT: ${why}`);
    this.cuts += 1;
    this.#living = 0;
    this.#run = undefined;
    const long = chance.now('longOutage');
    time.after(long ? chance.detail('longOutage', 10_000, 1_800_000) : this.#random.between(800, 8_000), () =>
      this.boot(),
    );
  }

  boot(): void {
    if (this.#living !== 0) return;
    const { cable, chance, cloud, laws, seed, story, time } = this.#parts;
    this.#runs += 1;
    const number = this.#runs;
    this.#living = number;
    const alive = (): boolean => this.#living === number;
    const died = (error: unknown): void => {
      if (!alive() || error instanceof PowerCut) return;
      const ours = this.#failing && error instanceof Failure;
      this.#failing = false;
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
    const journal = this.#openJournal(alive, clock);
    const devices = { time, chance, story, laws, alive, act, acted, seen: this.#parts.seen };
    const pad = new StormPad();
    const screen = this.#screenGone && new StormScreen(devices, this.#screenGone);
    const printer = this.#paperOut && new StormPrinter(devices, this.#paperOut);
    const log = story.log('terminal');
    const net = new Net({
      time,
      chance,
      story,
      alive,
      broker: cloud.broker,
      acknowledges: (topic, payload) => laws.acknowledged(topic, payload),
    });
    const terminal = new Terminal(
      {
        journal,
        gateway: new CoreApiClient({
          baseUrl: 'https://relay.test',
          authorization: () => HEADER,
          terminalId: TERMINAL,
          paymentType: 'qris',
          clock,
          timers,
          log: log.child('gateway'),
          exchange: cloud.shopWire.exchangeFor(alive),
        }),
        qrReader: TEXT_READER,
        displays: screen === undefined ? [] : [screen],
        keypads: [pad],
        ...(printer === undefined ? {} : { printer }),
        ...(cable === undefined
          ? {}
          : {
              register: new FixedFrameRegister({
                name: 'register',
                merchantId: 'G490526303',
                terminalId: TERMINAL,
                line: new LineEnd(cable, time, alive, act),
                timers,
                log,
              }),
            }),
        link: quiet(
          new MqttLink({
            broker: { url: 'mqtt://broker.test' },
            merchant: MERCHANT,
            terminal: TERMINAL,
            makeClient: net.makeClient,
            clock,
            timers,
            random: new Stream(seed, 20_000 + number),
            log: log.child('mqtt'),
            onFatal: died,
          }),
        ),
        clock,
        timers,
        random: new Stream(seed, 10_000 + number),
        log,
      },
      this.#settings,
      died,
    );
    this.#run = { number, terminal, journal, pad, screen };
    laws.bootedAtMs = time.nowMs;
    void terminal.start().catch(died);
  }

  #openJournal(alive: () => boolean, clock: Clock): Journal {
    const { chance, laws } = this.#parts;
    return new StormJournal(
      { directory: ':memory:', opened: this.#db, wallMs: clock.wallMs(), version: 'storm' },
      {
        around: (commit, write) => {
          if (!alive()) throw new PowerCut();
          if (chance.now('cutBeforeCommit')) {
            this.cut('before a commit');
            throw new PowerCut();
          }
          if (chance.now('commitFails')) return this.#failingWrite(write);
          write();
          laws.committed(commit);
          if (chance.now('commitFailsLate')) {
            this.#failing = true;
            throw new Failure({ kind: 'unanswered', code: 711, detail: 'the sync failed; the row is there' });
          }
          if (chance.now('cutAfterCommit')) {
            this.cut('after a commit');
            throw new PowerCut();
          }
        },
      },
    );
  }

  /** SQLite itself refuses this one. */
  #failingWrite(write: () => void): void {
    this.#failing = true;
    this.#db.pragma('query_only = ON');
    try {
      write();
    } finally {
      this.#db.pragma('query_only = OFF');
    }
  }

  close(): void {
    this.#living = 0;
    this.#run = undefined;
    this.#db.close();
  }
}

interface Around {
  readonly around: (commit: Commit, write: () => void) => void;
}

/** The real journal, with the storm between a caller and each commit. */
class StormJournal extends Journal {
  readonly #around: Around;

  constructor(place: ConstructorParameters<typeof Journal>[0], around: Around) {
    super(place);
    this.#around = around;
  }

  override commit(commit: Commit): void {
    this.#around.around(commit, () => super.commit(commit));
  }
}

/** What the link's news throws in a terminal that ends of it has been heard of; the world outside goes on. */
function quiet(link: Link): Link {
  return {
    start: (handlers) => link.start({ ...handlers, state: (state) => unheard(() => handlers.state(state)) }),
    publishState: (state) => link.publishState(state),
    stop: () => link.stop(),
  };
}

const HEADER = basicAuthorization(TERMINAL, TOKEN);

/** Pictures in this world are texts. */
const TEXT_READER: QrReader = {
  read: (bytes) => Promise.resolve({ ok: true, value: Buffer.from(bytes).toString('utf8') }),
};

function settings(paper: boolean): TerminalSettings {
  const terminalId = parseTerminalId(TERMINAL);
  assert(terminalId !== undefined, 'a terminal id');
  const shop = 'Warung Badai';
  return {
    terminalId,
    shop,
    version: 'storm',
    rules: { qrLifeMs: QR_LIFE_MS, unknownAfterMs: 60_000, claimMs: 120_000, denyAttempts: 3 },
    limits: { min: rupiah(100), max: rupiah(10_000_000) },
    head: { shop, terminal: TERMINAL, header: [], footer: [] },
    printQr: paper,
    printReceipt: paper,
    acknowledge: 'required',
    paidMs: 3_000,
    minFreeBytes: 0,
  };
}
