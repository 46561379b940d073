import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvdevKeypad } from '../../../devices/keypad/evdev.js';
import { searchHere } from '../../../devices/kit/qr-search.js';
import { Paper } from '../../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../../devices/simulated-printer/virtual-printer.js';
import type { Screen } from '../../../src/base/screen.js';
import { check } from '../../../src/config/check.js';
import { relaySchema } from '../../../src/config/relay-schema.js';
import { terminalSchema } from '../../../src/config/terminal-schema.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import { Typist } from '../../../src/demo/typist.js';
import { SystemClock } from '../../../src/host/clock.js';
import { SecretRegistry } from '../../../src/host/secrets.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { Environment } from '../../../src/programs/environment.js';
import { type RelayProgram, startRelay } from '../../../src/programs/relay-program.js';
import { startTerminal, type TerminalProgram } from '../../../src/programs/terminal-program.js';
import { Sandbox } from '../../../src/sandbox/sandbox.js';
import type { SandboxSettings } from '../../../src/sandbox/settings.js';
import type { Schema } from '../../../src/settings/schema.js';
import { freePort } from '../../kit/net/free-port.js';
import { realTimers } from '../../kit/pty/until.js';
import { breathe, TurnedClock } from './clock.js';
import { calmRandom } from './random.js';
import { WallScreen } from './screen.js';
import { Traffic } from './traffic.js';
import { Wire } from './wire.js';

export const TOKEN = 'a-token-of-the-terminal-in-this-story';
const SERVER_KEY = 'SB-Mid-server-story-0123456789';

/** Of the terminal itself, and of the programs that ask for sales: `program.web`. */
export function tokenOf(name: string): string {
  return /^(program|webhook)\./.test(name) ? `token-of-${name.slice(8)}-in-this-story` : TOKEN;
}

export interface ShopOptions {
  /** Lines added to the terminal's configuration, whole tables. */
  readonly toml?: string;
  /** More of `[terminal]`. */
  readonly terminalToml?: string;
  readonly gatewayToml?: string;
  readonly saleToml?: string;
  readonly journalToml?: string;
  /** Whole tables added to the relay's configuration. */
  readonly relayToml?: string;
  readonly printer?: boolean;
  readonly printerToml?: string;
  readonly screen?: boolean;
  /** A pole of two lines beside whatever else there is: it can show no QR. */
  readonly pole?: boolean;
  /** False: the terminal subscribes to no notices at all. */
  readonly mqtt?: boolean;
  readonly sandbox?: Partial<SandboxSettings>;
  /** Timers of the devices; the machine's own by default. */
  readonly outside?: Timers;
  /** Of the process that makes the shop's pictures small. */
  readonly pictureProgram?: string;
  /** Of the command line, for what a terminal has done by a process of its own. */
  readonly ownProgram?: string;
  /** False: no terminal page either, so that the printer is the only way to a customer without a `screen`. */
  readonly page?: boolean;
}

/**
 * A whole shop: the sandbox, the relay with its broker, and a terminal, put together from configuration files as an
 * operator's are, over real HTTP, MQTT, SQLite and TCP. Only the clock is ours, and the devices at the ends of the wires.
 */
export class Shop {
  readonly traffic = new Traffic();
  readonly clock = new TurnedClock(() => this.traffic.busy);
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-story-'));
  readonly log: string[] = [];
  readonly screen = new WallScreen();
  readonly pole = new WallScreen({ name: 'pole', canShowQr: false });
  readonly paper = new Paper();
  readonly printer: VirtualPrinter;
  /** From the terminal to the relay's Core API front, and to its broker. */
  readonly gatewayWire = new Wire();
  readonly brokerWire = new Wire();
  readonly sandbox: Sandbox;
  readonly environment: Environment;
  readonly fatal: unknown[] = [];
  /** How often the terminal has asked its service manager to be started again. */
  restarts = 0;
  typist = new Typist();
  readonly #options: ShopOptions;
  #printerPort = 0;
  #printerLines = 0;
  #sandboxUrl = '';
  #relay: RelayProgram | undefined;
  #program: TerminalProgram | undefined;

  constructor(options: ShopOptions) {
    this.#options = options;
    const { clock } = this;
    this.traffic.dateMs = () => clock.wallMs();
    this.environment = {
      clock,
      timers: clock,
      random: calmRandom(),
      log: listLog(this.log),
      secrets: new SecretRegistry(),
      secret: (name) => {
        const value = name === 'midtrans-server-key' ? SERVER_KEY : tokenOf(name);
        // As outside: a name that the log could not show ends the program.
        if (!this.environment.secrets.register(name, value).ok) throw new Error(`secret ${name}`);
        return value;
      },
    };
    this.printer = new VirtualPrinter({ paper: this.paper, timers: realTimers });
    const attach = this.printer.attach.bind(this.printer);
    this.printer.attach = (line) => {
      this.#printerLines += 1;
      line.once('close', () => {
        this.#printerLines -= 1;
      });
      attach(line);
    };
    const { random, log, timers } = this.environment;
    this.sandbox = new Sandbox({
      serverKey: SERVER_KEY,
      merchantId: 'G490526303',
      merchantName: 'Warung Bu Sri',
      merchantCity: 'BANDUNG',
      ...{ clock, timers, random, log },
      ...options.sandbox,
    });
  }

  get relay(): RelayProgram {
    if (this.#relay === undefined) throw new Error('the relay is not running');
    return this.#relay;
  }

  get program(): TerminalProgram {
    if (this.#program === undefined) throw new Error('the terminal is not running');
    return this.#program;
  }

  /** Where the printer listens; the same after it was switched off and on. */
  get printerPort(): number {
    return this.#printerPort;
  }

  async open(): Promise<this> {
    this.traffic.watch();
    this.#sandboxUrl = (await this.sandbox.listen(0)).url;
    this.#printerPort = await this.printer.listen(await freePort());
    await Promise.all([this.gatewayWire.open(), this.brokerWire.open()]);
    await this.startRelay();
    await this.startTerminal();
    return this;
  }

  async startRelay(): Promise<void> {
    const digest = createHash('sha256').update(TOKEN).digest('hex');
    const toml = `
[relay]
merchant = "story"
port = 0
public_url = "http://127.0.0.1"
[midtrans]
url = "${this.#sandboxUrl}"
secret = "file:/unused"
[refund]
audit_file = "${this.directory}/refunds.log"
[broker]
port = 0
directory = ""
[[terminal]]
id = "T1"
token_sha256 = "${digest}"
${this.#options.relayToml ?? ''}
`;
    this.#relay = await startRelay({
      config: read(relaySchema, toml),
      environment: this.environment,
      ownAddress: true,
    });
    this.gatewayWire.lead(this.relay.url);
    this.brokerWire.lead(this.relay.brokerUrl ?? '');
  }

  /** As after a power cut: a new process' worth of everything, on the same disk. */
  async startTerminal(): Promise<void> {
    const {
      mqtt = true,
      page = true,
      printer = true,
      screen = true,
      pole = false,
      toml = '',
      terminalToml = '',
      gatewayToml = '',
      saleToml = '',
      journalToml = '',
      pictureProgram,
      ownProgram,
    } = this.#options;
    mkdirSync(join(this.directory, 'journal'), { recursive: true });
    const text = `
[terminal]
id = "T1"
shop = "Warung Bu Sri"
merchant = "story"
${terminalToml}
[gateway]
mode = "relay"
url = "http://${this.gatewayWire.address}"
secret = "file:/unused"
${gatewayToml}
[sale]
${saleToml}
${mqtt ? `[mqtt]\nurl = "mqtt://${this.brokerWire.address}"\nsecret = "file:/unused"` : ''}
${page ? '[page]\nport = 0' : '[page]\nenabled = false'}
${printer ? `[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${this.#printerPort}\n${this.#options.printerToml ?? ''}` : ''}
[journal]
directory = "${this.directory}/journal"
${journalToml}
[control]
socket = "${this.directory}/control.sock"
${toml}
`;
    writeFileSync(join(this.directory, 'terminal.toml'), text);
    this.typist = new Typist();
    const { clock, environment } = this;
    const pad = new EvdevKeypad({
      name: 'pad',
      source: this.typist,
      timers: clock,
      log: environment.log,
      arch: process.arch,
    });
    const config = read(terminalSchema, text);
    this.#program = await startTerminal({
      config,
      version: 'story',
      environment,
      // Wires have their own time: a printer's answer takes real milliseconds, whatever the story's clock says.
      outside: { clock: new SystemClock(), timers: this.#options.outside ?? realTimers },
      extraPads: [pad],
      extraDisplays: [...(screen ? [this.screen] : []), ...(pole ? [this.pole] : [])],
      search: searchHere(environment.log),
      ...(pictureProgram === undefined ? {} : { pictureProgram }),
      file: join(this.directory, 'terminal.toml'),
      ...(ownProgram === undefined ? {} : { program: ownProgram }),
      again: () => {
        this.restarts += 1;
      },
      fatal: (error) => this.fatal.push(error),
    });
    await this.until('the first checks', () => {
      const { gateway, picture } = this.program.terminal.state().readings;
      return gateway !== undefined && (picture !== undefined || config.gateway.paymentType === 'qris');
    });
    if (mqtt) await this.until('the link', () => this.program.terminal.state().link.up);
  }

  /** Turns the clock to the next check of the legs. @returns what it found of the printer: 0, or the fault's number */
  async nextPaperCheck(): Promise<number> {
    const reading = () => this.program.terminal.state().readings.paper;
    await this.found('a check of the printer', reading);
    // What the printer was asked before now says nothing of how it is now.
    for (let turns = 0; this.#printerLines > 0 && turns < 1_000; turns += 1) await breathe();
    const sinceMs = this.clock.monoMs();
    for (;;) {
      await this.clock.advance(20_000);
      // Where the checks before are still under way at that time, theirs are left out, and come 20 s later.
      const deadline = performance.now() + 5_000;
      while (performance.now() < deadline) {
        const now = reading();
        if (now !== undefined && now.atMs > sinceMs) return now.code;
        await breathe();
      }
    }
  }

  /** Types an amount and Enter at the pad, and gives back the sale that it opened. */
  async ring(amount: number): Promise<string> {
    this.typist.type([...String(amount), 'enter']);
    const sale = await this.found('a sale', () => this.program.terminal.state().open);
    return sale.orderId;
  }

  press(...keys: readonly string[]): void {
    this.typist.type(keys);
  }

  /** As a customer does, who looks at the screen after each. */
  async pressAndLook(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.press(key);
      await this.clock.advance(0);
    }
  }

  sale(orderId: string): Sale {
    const sale = this.program.journal.sale(orderId);
    if (sale === undefined) throw new Error(`no sale ${orderId}`);
    return sale;
  }

  async reaches(orderId: string, state: Sale['state']['at']): Promise<Sale> {
    await this.until(`${orderId} to be ${state}`, () => this.sale(orderId).state.at === state);
    return this.sale(orderId);
  }

  async shows<K extends Screen['show']>(kind: K): Promise<Extract<Screen, { show: K }>> {
    await this.until(`the screen to show ${kind}`, () => this.screen.now?.show === kind);
    return this.screen.now as Extract<Screen, { show: K }>;
  }

  /** Waits for real I/O, in bounded real time, without turning the clock. */
  async until(what: string, condition: () => boolean): Promise<void> {
    await this.found(what, () => condition() || undefined);
  }

  async found<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = performance.now() + 150_000;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      if (performance.now() > deadline)
        throw new Error(`waited in vain for ${what}; the log ends with\n${this.log.slice(-25).join('\n')}`);
      await breathe();
    }
  }

  slipsWith(...words: readonly string[]): number {
    const { slips, hanging } = this.paper;
    const all = hanging === undefined ? slips : [...slips, hanging];
    return all.filter(({ text }) => words.every((word) => text.includes(word))).length;
  }

  /** Until every slip is out, and its end is on disk: a power cut brings none of them again. */
  async slipsEnd(): Promise<void> {
    await this.until('the slips', () => {
      const { waiting = [], printing } = this.program.terminal.state().slips ?? {};
      return waiting.length === 0 && printing === undefined;
    });
    // 10 s after it is out, at the latest.
    await this.clock.advance(15_000);
  }

  /** The power goes: nothing is drained, nobody is told, and what waits for a commit is on no disk. */
  async powerCut(): Promise<void> {
    this.program.journal.flush = () => undefined;
    await this.program.stop();
    this.#program = undefined;
  }

  /** The same, and what the process would write while it is being stopped never reaches the disk. */
  async powerCutAtOnce(): Promise<void> {
    const journal = join(this.directory, 'journal');
    const asItWas = join(this.directory, 'journal-as-it-was');
    cpSync(journal, asItWas, { recursive: true });
    await this.powerCut();
    rmSync(journal, { recursive: true });
    renameSync(asItWas, journal);
    rmSync(join(journal, 'journal.db-shm'), { force: true });
  }

  async stopRelay(): Promise<void> {
    await this.relay.stop();
    this.#relay = undefined;
  }

  async close(): Promise<void> {
    // A story whose shop did not open fully is closed as far as it was.
    await this.#program?.stop();
    await this.#relay?.stop();
    await Promise.all([this.gatewayWire.close(), this.brokerWire.close()]);
    await this.sandbox.close();
    await this.printer.stop();
    this.traffic.restore();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function read<C>(schema: Schema<C>, text: string): C {
  const checked = check(schema, text);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error, null, 1));
  return checked.value;
}

function listLog(lines: string[], scope = ''): Log {
  const write = (level: string) => (text: string | (() => string)) =>
    void lines.push(`${level} ${scope}${typeof text === 'string' ? text : text()}`);
  return {
    error: write('ERROR'),
    warn: write('WARN'),
    info: write('INFO'),
    debug: write('DEBUG'),
    child: (name) => listLog(lines, `${scope}${name}: `),
  };
}

/** Opens a shop for one story and closes it whatever happens; a story that fails prints the end of the log. */
export async function story(options: ShopOptions, tell: (shop: Shop) => Promise<void>): Promise<void> {
  const shop = new Shop(options);
  try {
    await shop.open();
    await tell(shop);
    if (shop.fatal.length > 0) throw shop.fatal[0];
  } catch (error) {
    process.stderr.write(`${shop.log.slice(-60).join('\n')}\n`);
    throw error;
  } finally {
    await shop.close();
  }
}
