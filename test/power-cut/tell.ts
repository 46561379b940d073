import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Paper } from '../../devices/printer/paper.js';
import { VirtualPrinter } from '../../devices/printer/virtual-printer.js';
import { messageOf } from '../../src/base/fault.js';
import { SystemTimers } from '../../src/host/clock.js';
import { audit, type Heard } from './audit.js';
import { Box, type End, freePort, pointsOf, type Status } from './box.js';
import { PageVisitor, type Shown } from './page.js';
import { CashRegister, type RegisterHeard } from './register.js';
import type { Telling } from './scenario.js';
import { type Town, tokenOf } from './town.js';
import { pause, until } from './wait.js';

export const AMOUNT = 15_000;
/** Law 14, with much room for a slow machine: a charge that never left takes 20 s of looks and then a second sale. */
const BOUND_MS = 180_000;
const FINAL = new Set(['delivered', 'owed', 'cleared', 'closed', 'refused']);

export interface Told {
  readonly points: readonly string[];
  /** Whether the moment came. */
  readonly cut: boolean;
  readonly violations: readonly string[];
  readonly log: readonly string[];
  readonly ms: number;
}

/** Tells a scenario once, from the first start to the audit, and leaves nothing behind. */
export async function tell(town: Town, telling: Telling): Promise<Told> {
  const began = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-cut-'));
  const teller = new Teller(town, telling, directory);
  const violations: string[] = [];
  try {
    await teller.open();
    await teller.run();
  } catch (error) {
    violations.push(messageOf(error));
  } finally {
    await teller.close();
  }
  const points = pointsOf(directory);
  violations.push(...audit(town, telling, directory, teller.heard));
  rmSync(directory, { recursive: true, force: true });
  return { points, cut: points.includes('cut'), violations, log: teller.log, ms: performance.now() - began };
}

class Teller {
  readonly screens: Heard['screens'][number][] = [];
  readonly #town: Town;
  readonly #telling: Telling;
  readonly #directory: string;
  readonly #logs: (readonly string[])[] = [];
  readonly #seen = new Set<string>();
  readonly #faults: number[] = [];
  #box: Box | undefined;
  #page: PageVisitor | undefined;
  #register: CashRegister | undefined;
  #registerRuns: Promise<void> | undefined;
  #printer: VirtualPrinter | undefined;
  #pressed = false;

  constructor(town: Town, telling: Telling, directory: string) {
    this.#town = town;
    this.#telling = telling;
    this.#directory = directory;
  }

  /** Of all lives so far. */
  get log(): readonly string[] {
    return this.#logs.flat();
  }

  get heard(): Heard {
    return { screens: this.screens, register: this.#register?.heard ?? [] };
  }

  async open(): Promise<void> {
    const { scenario, terminal, losesAnswer } = this.#telling;
    const port = scenario.source === 'register' ? await freePort() : undefined;
    if (port !== undefined) this.#register = new CashRegister(port, AMOUNT, losesAnswer, () => this.#books());
    if (scenario.printer)
      this.#printer = new VirtualPrinter({ paper: new Paper(), timers: new SystemTimers() });
    const printerPort = await this.#printer?.listen();
    mkdirSync(join(this.#directory, 'journal'));
    writeFileSync(join(this.#directory, 'token'), tokenOf(terminal), { mode: 0o400 });
    writeFileSync(join(this.#directory, 'terminal.toml'), this.#toml(port, printerPort));
    for (const rule of scenario.faults)
      this.#faults.push(this.#town.sandbox.setFault({ ...rule, orderIdPrefix: `${terminal}-` }));
  }

  /** Lives one after another until the sale has come to its end, then a clean stop. */
  async run(): Promise<void> {
    const deadline = performance.now() + BOUND_MS;
    let cutAt = this.#telling.cutAt;
    for (;;) {
      const end = await this.#live(cutAt, deadline);
      if (end === undefined) return;
      const cut =
        end.signal === 'SIGKILL' && cutAt !== undefined && pointsOf(this.#directory).includes('cut');
      if (!cut) throw new Error(`the terminal ended by itself: ${JSON.stringify(end)}`);
      this.#logs.push([`---- the power went ${cutAt}`]);
      cutAt = undefined;
      for (const id of this.#faults.splice(0)) this.#town.sandbox.removeFault(id);
      if (this.#telling.paysInTheDark) this.#pay();
    }
  }

  /** One life of the process. @returns how it ended, or undefined when the story was over and it was stopped */
  async #live(cutAt: string | undefined, deadline: number): Promise<End | undefined> {
    const box = new Box(this.#directory, cutAt);
    this.#box = box;
    this.#logs.push(box.log);
    this.#pressed = false;
    const url = await box.page();
    const page = url === undefined ? undefined : new PageVisitor(url, (shown) => this.#look(shown));
    this.#page = page;
    const watching = page?.watch();
    try {
      for (let restMs = 10; ; restMs = Math.min(100, restMs * 1.2)) {
        if (box.end !== undefined) return box.end;
        const status = await box.status();
        if (status !== undefined && (await this.#act(status))) break;
        if (performance.now() > deadline)
          throw new Error(`law 14: no end within ${BOUND_MS / 1000} s: ${JSON.stringify(status)}`);
        await pause(restMs);
      }
      const end = await box.stop();
      if (end.signal === 'SIGKILL' && cutAt !== undefined) return end;
      if (end.code !== 0) throw new Error(`SIGTERM did not stop it cleanly: ${JSON.stringify(end)}`);
      return undefined;
    } finally {
      page?.close();
      await watching;
    }
  }

  /** What the people at the counter do now. @returns whether everything is over */
  async #act(status: Status): Promise<boolean> {
    const { scenario } = this.#telling;
    this.#begin(status);
    if (scenario.customer === 'pays') this.#pay();
    else if (this.#page?.now?.show === 'scan' && !this.#pressed) {
      this.#pressed = true;
      await this.#page.press('cancel');
    }
    const { totals } = status;
    if (totals.length === 0 || totals.some(({ state }) => !FINAL.has(state))) return false;
    if (scenario.customer === 'cancels') return true;
    // A register asks until it has its approval, so it must get it.
    return this.#paid() && this.#register?.done !== false;
  }

  /** Types, or lets the register dial, when the terminal can sell and there is nothing yet to wait for. */
  #begin(status: Status): void {
    const { scenario } = this.#telling;
    if (!status.readiness.ready || !status.link.up) return;
    if (this.#register !== undefined) {
      this.#registerRuns ??= this.#register.run();
      return;
    }
    const show = this.#page?.now?.show;
    const idle = status.open === undefined && (show === 'idle' || show === 'closed');
    const again = scenario.customer === 'pays' ? !this.#paid() : status.totals.length === 0;
    if (!idle || !again || this.#pressed) return;
    this.#pressed = true;
    void this.#page?.press(...String(AMOUNT), 'enter').then(() => {
      this.#pressed = false;
    });
  }

  #look(shown: Shown): void {
    this.screens.push({ shown, books: this.#books() });
    if (shown.show === 'scan' && shown.orderId !== undefined) this.#seen.add(shown.orderId);
  }

  /** Only who has seen a QR can pay it. */
  #pay(): void {
    if (this.#telling.scenario.customer !== 'pays') return;
    for (const { orderId, state } of this.#town.transactionsOf(this.#telling.terminal))
      if (state.status === 'pending' && this.#seen.has(orderId)) this.#town.sandbox.pay(orderId);
  }

  #books(): RegisterHeard['books'] {
    const all = this.#town.transactionsOf(this.#telling.terminal);
    if (all.some(({ history }) => history.some(({ status }) => status === 'settlement'))) return 'paid';
    return all.some(({ state }) => state.status === 'pending') ? 'pending' : 'none';
  }

  #paid(): boolean {
    return this.#books() === 'paid';
  }

  async close(): Promise<void> {
    this.#page?.close();
    if (this.#box?.end === undefined) this.#box?.kill();
    await until('the terminal to be gone', () => this.#box === undefined || this.#box.end);
    this.#register?.hangUp();
    await this.#registerRuns;
    await this.#printer?.stop();
    for (const id of this.#faults.splice(0)) this.#town.sandbox.removeFault(id);
  }

  #toml(registerPort: number | undefined, printerPort: number | undefined): string {
    const secret = `secret = "file:${join(this.#directory, 'token')}"`;
    const { terminal } = this.#telling;
    return `
[terminal]
id = "${terminal}"
shop = "Warung Bu Sri"
merchant = "town"
[gateway]
mode = "relay"
url = "${this.#town.relay.url}"
${secret}
[sale]
qr_life_seconds = 30
claim_seconds = 10
paid_seconds = 2
[mqtt]
url = "${this.#town.brokerUrl}"
${secret}
[page]
port = 0
${registerPort === undefined ? '' : `[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${registerPort}`}
${printerPort === undefined ? '' : `[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = ${printerPort}`}
[journal]
directory = "${join(this.#directory, 'journal')}"
[control]
socket = "${join(this.#directory, 'control.sock')}"
`;
  }
}
