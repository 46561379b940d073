import { existsSync } from 'node:fs';
import { DEVICES } from '../../devices/catalogue.js';
import type { Typed } from '../../devices/display/kiosk/messages.js';
import { Failure, type Fault, refused } from '../base/fault.js';
import type { Key } from '../base/key.js';
import type { Screen } from '../base/screen.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT, faultOf, faultText } from '../core/fault/table.js';
import { type BoxEnrolment, enrolmentFile, readEnrolment } from '../identity/enrolment-file.js';
import { httpTransport } from '../midtrans/exchange.js';
import type { Display } from '../port/display.js';
import type { Keypad } from '../port/keypad.js';
import { keep, ofAnotherTerminal, redeem, relayOf, unfit } from './enrol.js';
import { makePage, makeScreens } from './screens.js';
import type { ServedProgram } from './service.js';
import { emptyEntry, type SetUpEntry, typeAt, typedAddress } from './set-up-entry.js';
import { loadTerminal } from './terminal-file.js';
import type { TerminalStart } from './terminal-program.js';
import { relayAsker } from './token-keeper.js';

/** How often it looks whether `gopay-pos enrol` has enrolled the box meanwhile. */
const LOOK_MS = 1_000;

/** What goes on where the box is enrolled, and from which file. */
export interface SetUpStart extends TerminalStart {
  readonly file: string;
  readonly sell: (start: TerminalStart) => Promise<ServedProgram>;
}

/**
 * A box that waits for its code: it has no identity and no way to the gateway, and opens no journal, so that nothing about money can be
 * moved; a journal that is there already takes no code but one for its own terminal. On
 * the terminal page of this machine alone (a network that page.host would let in is not) and at its keypads the code is typed; then it
 * makes its key, gets its token and goes on as a terminal. A box that is enrolled comes here no more.
 */
export async function serveSetUp(start: SetUpStart): Promise<ServedProgram> {
  const { config, environment } = start;
  const relay = relayOf(config);
  const desk = new SetUpDesk(start, relay);
  const at = loopbackOnly(config);
  const page = await makePage(at, environment);
  const { extraPads = [], extraDisplays = [] } = start;
  const keypads = config.keypad.enabled ? await DEVICES.keypad.open(config.keypad, environment) : [];
  const pads = [...keypads, ...extraPads];
  const screens = [...(await makeScreens(config, environment)), ...extraDisplays];
  page?.hearTyped((typed) => desk.typed(typed));
  await desk.open({
    displays: page === undefined ? screens : [page.display, ...screens],
    pads: page === undefined ? pads : [...pads, page.keypad],
    // The tab that is open finds the terminal where it found this.
    terminalAt: (found) =>
      page === undefined || !found.page.enabled
        ? found
        : { ...found, page: { ...found.page, port: page.port } },
  });
  environment.log.warn(`E${FAULT.notEnrolled} ${desk.status()}`);
  return desk;
}

/** Nobody's yet: whoever types first has it, and that is to be somebody who stands before it. */
function loopbackOnly(config: TerminalConfig): TerminalConfig {
  const { page } = config;
  return page.enabled ? { ...config, page: { ...page, host: '127.0.0.1', hostNames: [] } } : config;
}

interface Fittings {
  readonly displays: readonly Display[];
  readonly pads: readonly Keypad[];
  readonly terminalAt: (config: TerminalConfig) => TerminalConfig;
}

class SetUpDesk implements ServedProgram {
  readonly #start: SetUpStart;
  readonly #relay: string | undefined;
  readonly #path: string;
  #entry: SetUpEntry;
  #fault: Fault | undefined;
  /** What it said last about an enrolment that it found. */
  #told: string | undefined;
  #isBusy = false;
  #fittings: Fittings = { displays: [], pads: [], terminalAt: (config) => config };
  #cancelLook = (): void => {};
  #opened: ServedProgram | undefined;
  #isStopped = false;
  #turns = 0;

  constructor(start: SetUpStart, relay: string | undefined) {
    this.#start = start;
    this.#relay = relay;
    this.#path = enrolmentFile(start.config.journal.directory);
    this.#entry = emptyEntry(relay);
  }

  async open(fittings: Fittings): Promise<void> {
    this.#fittings = fittings;
    await Promise.all(fittings.displays.map((display) => display.start()));
    for (const pad of fittings.pads)
      pad.start((event) => {
        if (event.kind === 'key') this.typed(event.key);
      });
    this.#show();
    this.#look();
  }

  status(): string {
    if (this.#opened !== undefined) return this.#opened.status();
    const where = 'on the terminal page or a keypad, or gopay-pos enrol CODE';
    const wrong = this.#fault === undefined ? '' : `; E${this.#fault.code} ${this.#fault.detail}`;
    return `waiting for its code (${where}): this terminal is not enrolled${wrong}`;
  }

  progress(): number {
    this.#turns += 1;
    return this.#opened?.progress?.() ?? this.#turns;
  }

  reload(): void {
    this.#opened?.reload?.();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await (this.#opened === undefined ? this.#close() : this.#opened.stop());
  }

  typed(typed: Key | Typed): void {
    if (this.#isBusy || this.#opened !== undefined) return;
    const { entry, ok } = typeAt(this.#entry, typed, this.#relay !== undefined);
    this.#entry = entry;
    this.#fault =
      ok === 'wrong' ? refused(FAULT.enrolTypedWrong, `the ${entry.field} is not whole`) : undefined;
    if (ok === 'go') this.#go();
    this.#show();
  }

  #go(): void {
    const relay = typedAddress(this.#entry);
    if (relay === undefined) return;
    this.#isBusy = true;
    this.#enrol(relay).catch(this.#start.fatal);
  }

  async #enrol(relay: string): Promise<void> {
    const { log } = this.#start.environment;
    const fault = await this.#tryCode(relay).catch((thrown: unknown) => {
      if (thrown instanceof Failure) return thrown.fault;
      throw thrown;
    });
    this.#isBusy = false;
    if (this.#isStopped) return;
    if (fault === undefined) return this.#sell();
    log.warn(`E${fault.code} not enrolled at ${relay}: ${fault.detail}`);
    this.#fault = fault;
    // One that will not do is typed anew; for one that was not judged, OK again is enough.
    const isJudged = fault.code === FAULT.enrolCodeUnknown || fault.code === FAULT.enrolCodeEnded;
    if (isJudged || fault.code === FAULT.enrolCodeUsed)
      this.#entry = { ...this.#entry, code: '', field: 'code' };
    this.#show();
  }

  /** @returns why the box is not enrolled @throws Failure FAULT.enrolFailed */
  async #tryCode(relay: string): Promise<Fault | undefined> {
    const { environment } = this.#start;
    const ask = relayAsker(environment.timers, httpTransport(environment.timers, environment.network));
    const got = await redeem({ relay, code: this.#entry.code, path: this.#path, ask });
    if (!got.ok) return got.error;
    const wrong = this.#objection(got.value);
    // Not kept: the same code works again when the file is right.
    if (wrong !== undefined) return wrong;
    keep(this.#path, got.value);
    environment.log.info(`enrolled as ${got.value.merchant}/${got.value.terminal} at ${relay}`);
    return undefined;
  }

  /** Why it would not sell with this. */
  #objection(enrolment: BoxEnrolment): Fault | undefined {
    const another = ofAnotherTerminal(this.#path, enrolment);
    if (another !== undefined) return another;
    const objections = unfit(this.#start.file, enrolment);
    return objections.length === 0 ? undefined : refused(FAULT.enrolmentUnfit, objections.join('; '));
  }

  /** Somebody may have typed the command. */
  #look(): void {
    this.#cancelLook = this.#start.environment.timers.after(LOOK_MS, () => {
      if (this.#isBusy || !existsSync(this.#path)) return this.#look();
      const wrong = this.#wrongInFile();
      if (wrong === undefined) return void this.#sell().catch(this.#start.fatal);
      if (wrong.detail !== this.#told) this.#tell(wrong);
      this.#look();
    });
  }

  #wrongInFile(): Fault | undefined {
    try {
      return this.#objection(readEnrolment(this.#path));
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown.fault;
      throw thrown;
    }
  }

  /** Once: a code may be typed meanwhile. What is wrong may be mended, and it sells by itself then. */
  #tell(fault: Fault): void {
    this.#told = fault.detail;
    this.#start.environment.log.warn(`E${fault.code} not opening: ${fault.detail}`);
    this.#fault = fault;
    this.#show();
  }

  async #sell(): Promise<void> {
    const { file, sell, environment } = this.#start;
    this.#isBusy = true;
    await this.#close();
    const read = loadTerminal(file);
    if (!read.ok) throw new Error(`${file} is not what it was a moment ago: ${read.error.length} problems`);
    if (this.#isStopped) return;
    environment.log.info('enrolled: opening');
    const opened = await sell({ ...this.#start, config: this.#fittings.terminalAt(read.value) });
    this.#opened = opened;
    if (this.#isStopped) await opened.stop();
  }

  async #close(): Promise<void> {
    this.#cancelLook();
    const { displays, pads } = this.#fittings;
    await Promise.all([...pads, ...displays].map((each) => each.stop()));
  }

  #show(): void {
    const screen = this.#screen();
    for (const display of this.#fittings.displays) void display.show(screen);
  }

  #screen(): Screen {
    const { field, code, relay } = this.#entry;
    const number = this.#fault?.code ?? FAULT.notEnrolled;
    const wrong = this.#fault && { remedy: faultOf(number).remedy };
    const typed = code === '' ? '' : ` ${spaced(code)}`;
    const words = this.#fault
      ? faultText(number)
      : { id: `Kode pendaftaran:${typed}`, en: `Enrolment code:${typed}` };
    const isRelaySet = this.#relay !== undefined;
    return {
      ...{ show: 'outOfService', words, code: number },
      setUp: { field, code, relay, isRelaySet, isBusy: this.#isBusy, ...wrong },
    };
  }
}

/** As it is printed. */
function spaced(code: string): string {
  return code.replace(/(...)(?=.)/g, '$1-');
}
