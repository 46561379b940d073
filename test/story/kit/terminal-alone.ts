import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../../../src/base/assert.js';
import type { Fault } from '../../../src/base/fault.js';
import type {
  ChargeOrder,
  ChargeOutcome,
  CloseOutcome,
  PictureOutcome,
  StatusOutcome,
} from '../../../src/base/gateway-answer.js';
import type { RegisterQuestion, RegisterResult } from '../../../src/base/register-messages.js';
import { ok, type Result } from '../../../src/base/result.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Commit } from '../../../src/journal/commit.js';
import { Journal } from '../../../src/journal/journal.js';
import type { Display } from '../../../src/port/display.js';
import type { Gateway } from '../../../src/port/gateway.js';
import type { KeypadEvent } from '../../../src/port/keypad.js';
import type { LinkHandlers } from '../../../src/port/link.js';
import type { Register, RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import type { Adapters, TerminalSettings } from '../../../src/terminal/context.js';
import { Terminal } from '../../../src/terminal/terminal.js';
import { created, emvPayload, NO_ANSWER, RULES, says, terminalId } from '../../core/world.js';
import { breathe, TurnedClock } from './clock.js';
import { WallScreen } from './screen.js';

type Asked = 'charge' | 'status' | 'cancel' | 'expire';

/** One request that has left the terminal and waits for the test to answer it. */
interface Request {
  readonly what: Asked;
  readonly orderId: string;
  readonly answer: (outcome: unknown) => void;
}

/** An answer that was given to the register's driver; it stays on its way until the test says what became of it. */
interface Sent {
  readonly result: RegisterResult;
  readonly frame: string;
  readonly ended: (outcome: SendOutcome) => void;
}

/** Whom the devices tell what happened. */
interface Ears {
  readonly pad?: (event: KeypadEvent) => void;
  readonly register?: (event: RegisterEvent) => void;
  readonly link?: LinkHandlers;
}

/**
 * The terminal alone, with a real journal on disk and everything else in the test's hand: each request waits for its
 * answer, each answer to the register for its acknowledgement, and the power can go at any commit.
 */
export class Bench {
  readonly clock = new TurnedClock(() => false);
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-terminal-'));
  readonly screen = new WallScreen();
  readonly log: string[] = [];
  /** The same without what only a debug log has. */
  readonly shopLog: string[] = [];
  readonly fatal: unknown[] = [];
  readonly requests: Request[] = [];
  readonly sent: Sent[] = [];
  /** Stands in for the screen on the wall. */
  display: Display | undefined;
  settings: Partial<TerminalSettings> = {};
  hasRegister = true;
  acknowledge: 'required' | 'assumed' = 'required';
  freeBytes: (() => Promise<number>) | undefined;
  health: Fault | undefined;
  picture: PictureOutcome = { kind: 'picture', bytes: new Uint8Array(), contentType: 'image/png' };
  /** How often the picture was fetched. */
  fetched = 0;
  read: Result<string, Fault> = ok(emvPayload(15_000));
  /** What keeps pictures from being read. */
  unreadable: Fault | undefined;
  /** How often the reader was told that one is about to come. */
  prepared = 0;
  /** Called before each commit; a throw is the power going. */
  beforeCommit: (commit: Commit) => void = () => undefined;
  #ears: Ears = {};
  #drawn = 0;
  #terminal: Terminal | undefined;
  #journal: Journal | undefined;

  get terminal(): Terminal {
    assert(this.#terminal !== undefined, 'the terminal is not running');
    return this.#terminal;
  }

  get journal(): Journal {
    assert(this.#journal !== undefined, 'the journal is not open');
    return this.#journal;
  }

  async start(): Promise<this> {
    const journal = new Journal({
      directory: this.directory,
      wallMs: this.clock.wallMs(),
      version: 'test',
    });
    const commit = journal.commit.bind(journal);
    journal.commit = (work) => {
      this.beforeCommit(work);
      commit(work);
    };
    this.#journal = journal;
    this.#terminal = new Terminal(this.#adapters(journal), this.#settings(), (error) =>
      this.fatal.push(error),
    );
    await this.#terminal.start();
    await this.calm();
    return this;
  }

  /** Nothing is drained: what was in flight is never answered, and what waits for a commit is on no disk. */
  async powerCut(): Promise<void> {
    this.journal.flush = () => undefined;
    this.requests.length = 0;
    this.sent.length = 0;
    await this.terminal.stop();
    this.beforeCommit = () => undefined;
  }

  async close(): Promise<void> {
    await this.#terminal?.stop().catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Lets every promise that can go on do so. */
  async calm(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await breathe();
  }

  async type(...keys: readonly ('1' | '5' | '000' | 'enter' | 'cancel' | '0')[]): Promise<void> {
    for (const key of keys) this.#ears.pad?.({ kind: 'key', key: key as never });
    await this.calm();
  }

  async asks(question: RegisterQuestion, frame: string): Promise<void> {
    this.#ears.register?.({ kind: 'asked', question, frame: Buffer.from(frame, 'hex') });
    await this.calm();
  }

  async rings(orderId: string, says: string, id = 'n1'): Promise<void> {
    this.#ears.link?.notice({ id, at: '', expiresAt: '', orderId, says });
    await this.calm();
  }

  linkIs(up: boolean): void {
    this.#ears.link?.state(up ? { up } : { up, why: 'test' });
  }

  /** Takes the oldest waiting request of that kind. */
  request(what: Asked): Request {
    const at = this.requests.findIndex((one) => one.what === what);
    assert(at >= 0, `no ${what} is under way, only ${this.requests.map((one) => one.what).join(', ')}`);
    return this.requests.splice(at, 1)[0] as Request;
  }

  async answers(what: Asked, outcome: ChargeOutcome | StatusOutcome | CloseOutcome): Promise<void> {
    this.request(what).answer(outcome);
    await this.calm();
  }

  get open(): Sale {
    const { open } = this.terminal.state();
    assert(open !== undefined, 'no sale is open');
    return open;
  }

  sale(orderId: string): Sale {
    const sale = this.journal.sale(orderId);
    assert(sale !== undefined, `no sale ${orderId}`);
    return sale;
  }

  /** Charges the open sale and brings its QR to the screen. */
  async charged(): Promise<string> {
    const sale = this.open;
    await this.answers('charge', created(sale).outcome);
    assert(this.sale(sale.orderId).state.at === 'awaitingPayment', 'the QR is shown');
    return sale.orderId;
  }

  /** The notice, and the gateway's status for it. */
  async settles(orderId: string, noticeId = `settled ${orderId}`): Promise<void> {
    await this.rings(orderId, 'settlement', noticeId);
    await this.answers('status', says(this.sale(orderId), 'settlement').outcome);
  }

  async sendEnds(outcome: SendOutcome): Promise<Sent> {
    const sent = this.sent.shift();
    assert(sent !== undefined, 'nothing was sent to the register');
    sent.ended(outcome);
    await this.calm();
    return sent;
  }

  #hears(ears: Ears): void {
    this.#ears = { ...this.#ears, ...ears };
  }

  #draw(): number {
    this.#drawn += 7;
    return this.#drawn % 256;
  }

  #ask(what: Asked, orderId: string): Promise<never> {
    return new Promise((resolve) =>
      this.requests.push({ what, orderId, answer: resolve as (outcome: unknown) => void }),
    );
  }

  #gateway(): Gateway {
    return {
      charge: (order: ChargeOrder) => this.#ask('charge', order.orderId),
      status: (orderId) => this.#ask('status', orderId),
      cancel: (orderId) => this.#ask('cancel', orderId),
      expire: (orderId) => this.#ask('expire', orderId),
      refund: () => Promise.resolve({ kind: 'unknown', fault: NO_ANSWER }),
      pictureUrlOf: () => 'http://127.0.0.1/',
      picture: async () => {
        this.fetched += 1;
        return this.picture;
      },
      health: async () => ({
        ageMs: 0,
        ...(this.health === undefined ? { clockSkewMs: 0 } : { fault: this.health }),
      }),
    };
  }

  #adapters(journal: Journal): Adapters {
    const { clock } = this;
    const debug = (text: string | (() => string)) =>
      void this.log.push(typeof text === 'string' ? text : text());
    const info = (text: string | (() => string)) => {
      debug(text);
      this.shopLog.push(...this.log.slice(-1));
    };
    const log = { error: info, warn: info, info, debug, child: () => log };
    const { freeBytes } = this;
    return {
      journal,
      gateway: this.#gateway(),
      qrReader: {
        read: async () => this.read,
        check: async () => this.unreadable,
        prepare: () => {
          this.prepared += 1;
        },
      },
      displays: [this.display ?? this.screen],
      keypads: [{ name: 'pad', start: (on) => this.#hears({ pad: on }), stop: async () => undefined }],
      registers: this.hasRegister
        ? [{ register: this.#registerPort(), kind: 'register', acknowledge: this.acknowledge }]
        : [],
      link: {
        start: (link) => this.#hears({ link }),
        publishState: () => undefined,
        publishEvent: () => new Promise(() => undefined),
        up: false,
        stop: async () => undefined,
      },
      clock,
      timers: clock,
      random: {
        bytes: (count) => Uint8Array.from({ length: count }, () => this.#draw()),
        fraction: () => 0.5,
      },
      log,
      ...(freeBytes === undefined ? {} : { freeBytes }),
    };
  }

  #registerPort(): Register {
    return {
      name: 'till',
      start: (register) => this.#hears({ register }),
      encode: (frame, result) =>
        Buffer.from(JSON.stringify({ frame: Buffer.from(frame).toString('hex'), result })),
      send: (answer) =>
        new Promise((ended) =>
          this.sent.push({ ...(JSON.parse(Buffer.from(answer).toString()) as Omit<Sent, 'ended'>), ended }),
        ),
      stop: async () => undefined,
    };
  }

  #settings(): TerminalSettings {
    return {
      terminalId: terminalId(),
      shop: 'Toko',
      version: 'test',
      rules: RULES,
      limits: { min: rupiah(1), max: rupiah(10_000_000) },
      head: { shop: 'Toko', terminal: 'T1', header: [], footer: [] },
      printQr: false,
      printEarly: false,
      printReceipt: false,
      slips: { most: 50, maxAgeMs: 86_400_000 },
      paidMs: 8_000,
      minFreeBytes: 64 * 1024 * 1024,
      ...this.settings,
    };
  }
}

/** A bench for one test, closed whatever happens. */
export async function onTheBench(
  prepare: Partial<Bench>,
  test: (bench: Bench) => Promise<void>,
): Promise<void> {
  const bench = Object.assign(new Bench(), prepare);
  try {
    await bench.start();
    await test(bench);
    if (bench.fatal.length > 0) throw bench.fatal[0];
  } finally {
    await bench.close();
  }
}
