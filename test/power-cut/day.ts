import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../src/base/fault.js';
import { EXIT } from '../../src/host/process.js';
import type { FaultRule } from '../../src/sandbox/fault/fault-rule.js';
import { freePort } from '../kit/net/free-port.js';
import { Box, type Status } from './box.js';
import type { DiskError, DiskLibrary } from './disk-library.js';
import { PageVisitor } from './page.js';
import { CashRegister } from './register.js';
import { writeTerminalToml } from './terminal-toml.js';
import type { Town } from './town.js';
import { pause, until } from './wait.js';

const AMOUNT = 12_000;

export interface DayOptions {
  readonly town: Town;
  readonly terminal: string;
  readonly library: DiskLibrary;
  /** An empty folder. The journal goes into `journal` in it, the record into `record`. */
  readonly directory: string;
  /** What SQLite is told in place of what the product says, see fault-point.mjs. */
  readonly pragmas: string;
  /** In the first life. One that lasts ends it, and the day is a short one then; otherwise it is survived. */
  readonly error?: DiskError;
}

/**
 * A day of a terminal, recorded: sales that are delivered, cancelled, denied, cut off in their midst and owed, an owed one
 * cleared, a shift closed, three lives of the process, one of which ends without a word.
 */
export async function recordDay(options: DayOptions): Promise<void> {
  const { directory, town, terminal } = options;
  const registerPort = await freePort();
  mkdirSync(join(directory, 'journal'));
  writeTerminalToml(directory, { terminal, town, registerPort });
  const day = new Day(options);
  try {
    if (options.error?.lasts === 'on') return await day.withBadDisk(options.error);
    await day.morning();
    await day.noon(new CashRegister(registerPort, AMOUNT, true));
    await day.evening();
  } finally {
    await day.close();
  }
}

/** A start on a journal that lies there already, and a stop, when its log has said `words`. */
export async function recordStart(options: DayOptions, words?: string): Promise<void> {
  const { directory, town, terminal } = options;
  writeTerminalToml(directory, { terminal, town, registerPort: await freePort() });
  const day = new Day(options);
  try {
    await day.start();
    if (words !== undefined) await day.says(words);
    await day.stop();
  } finally {
    await day.close();
  }
}

class Day {
  readonly #options: DayOptions;
  #box: Box | undefined;
  #page: PageVisitor | undefined;

  constructor(options: DayOptions) {
    this.#options = options;
  }

  /** Delivered, cancelled, and one whose charge is just answered when the power goes. */
  async morning(): Promise<void> {
    const { town } = this.#options;
    await this.start({ POWER_CUT_AT: 'after POST charge #3' }, this.#options.error);
    const first = await this.#type();
    await town.pay(first);
    await this.#until('delivered', 1);
    await this.#type();
    await this.#page?.press('cancel');
    await this.#until('closed', 1);
    await this.#press(String(AMOUNT));
    await until('the cut', () => this.#box?.end);
  }

  /** That one is found again and paid; one is denied, one settles after its end, one is the register's; a shift. */
  async noon(register: CashRegister): Promise<void> {
    const { town } = this.#options;
    await this.start();
    const third = await this.#scan();
    await town.pay(third);
    await this.#until('delivered', 2);
    const fault = await this.#fault({ fault: 'deny', code: '61', endpoint: 'charge' });
    await this.#press(String(AMOUNT));
    await this.#until('closed', 2);
    await town.removeFault(fault);
    const fifth = await this.#type();
    await this.#page?.press('cancel');
    await this.#until('closed', 3);
    await town.settleLate(fifth);
    await this.#until('owed', 1);
    const registerRuns = register.run();
    const sixth = await this.#scan();
    await town.pay(sixth);
    await until('an approval for the register', () => register.done || undefined);
    register.hangUp();
    await registerRuns;
    await this.#until('delivered', 3);
    await this.#box?.ask('owed', ['resolve', fifth], {
      how: 'refunded',
      note: 'cash, slip signed',
      by: 'Sri',
    });
    await this.#until('resolved', 1);
    await this.#box?.ask('shift', ['close'], { by: 'Sri' });
    await this.stop();
  }

  async evening(): Promise<void> {
    await this.start();
    const last = await this.#type();
    await this.#options.town.pay(last);
    await this.#until('delivered', 4);
    await this.stop();
  }

  /** A sale is cut off by the disk; it and another are sold in the next life. */
  async withBadDisk(error: DiskError): Promise<void> {
    const { town } = this.#options;
    await this.start({}, error);
    await this.#press(String(AMOUNT));
    const end = await until('the end', () => this.#box?.end);
    if (end.code !== EXIT.misuse) throw new Error(`a bad disk ended it with ${JSON.stringify(end)}`);
    await this.start();
    // How far it had come depends on how often the disk was tried before.
    await this.#status('a QR, or nothing to wait for', (status) => this.#scanned || this.#free(status));
    const first = this.#scanned ? await this.#scan() : await this.#type();
    await town.pay(first);
    await this.#until('delivered', 1);
    const second = await this.#type();
    await town.pay(second);
    await this.#until('delivered', 2);
    await this.stop();
  }

  async close(): Promise<void> {
    this.#page?.close();
    await this.#box?.kill();
  }

  #fault(rule: FaultRule): Promise<number> {
    const { town, terminal } = this.#options;
    return town.setFault({ ...rule, orderIdPrefix: `${terminal}-` });
  }

  async start(env: Readonly<Record<string, string>> = {}, error?: DiskError): Promise<void> {
    const { directory, library, pragmas } = this.#options;
    const at = (name: string): string => join(directory, name);
    const box = new Box(directory, {
      ...library.recording(at('journal'), at('record'), at('points'), error),
      POWER_CUT_DIGEST: 'yes',
      POWER_CUT_PRAGMAS: pragmas,
      ...env,
    });
    this.#box = box;
    const url = await box.page();
    if (url === undefined) throw new Error(`the terminal did not start:\n${box.log.join('\n')}`);
    const page = new PageVisitor(url, () => undefined);
    // Nobody dials the life before this one any more.
    this.#page?.close();
    this.#page = page;
    void page.watch();
    await this.#status('the terminal to be linked', ({ link }) => link.up);
  }

  async says(words: string): Promise<void> {
    await until(
      `the log to say "${words}"`,
      () => this.#box?.log.some((line) => line.includes(words)) || undefined,
    );
  }

  async stop(): Promise<void> {
    this.#page?.close();
    const end = await this.#box?.stop();
    if (end?.code !== 0) throw new Error(`SIGTERM did not stop it cleanly: ${JSON.stringify(end)}`);
  }

  /** Types an amount. @returns the order whose QR is shown then */
  async #type(): Promise<string> {
    await this.#press(String(AMOUNT));
    return this.#scan();
  }

  async #press(amount: string): Promise<void> {
    await this.#status('the terminal to be free', (status) => this.#free(status));
    await this.#page?.press(...amount, 'enter');
  }

  #free({ readiness, open }: Status): boolean {
    return readiness.ready && open === undefined && /^(idle|closed)$/.test(this.#page?.now?.show ?? '');
  }

  get #scanned(): boolean {
    return this.#page?.now?.show === 'scan';
  }

  #scan(): Promise<string> {
    return until('a QR', () => {
      const now = this.#page?.now;
      return now?.show === 'scan' ? now.orderId : undefined;
    });
  }

  async #until(state: string, count: number): Promise<void> {
    await this.#status(`${count} sales ${state}`, ({ totals }) =>
      totals.some((one) => one.state === state && one.count === count),
    );
  }

  /** @throws Error after two minutes, or when the process is gone */
  async #status(what: string, good: (status: Status) => boolean): Promise<void> {
    const box = this.#box;
    await until(
      what,
      async () => {
        if (box?.end !== undefined) throw new Error(`waited for ${what}, and the terminal ended`);
        const status = await box?.status();
        if (status !== undefined && good(status)) return true;
        await pause(20);
        return undefined;
      },
      240_000,
    ).catch((error: unknown) => {
      throw new Error(`${messageOf(error)}; its log ends with\n${(box?.log ?? []).slice(-30).join('\n')}`);
    });
  }
}
