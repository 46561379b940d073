import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Paper } from '../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../devices/simulated-printer/virtual-printer.js';
import { messageOf } from '../../src/base/fault.js';
import { SystemTimers } from '../../src/host/clock.js';
import type { TransactionView } from '../../src/sandbox/midtrans/view.js';
import { freePort } from '../kit/net/free-port.js';
import { audit, type Heard, standAt } from './audit.js';
import { Box, pointsOf, type Status } from './box.js';
import type { Calls } from './choice.js';
import { afterDiskError } from './disk-error.js';
import type { DiskError, DiskLibrary } from './disk-library.js';
import { readRecord } from './disk-record.js';
import { PageVisitor, type Shown } from './page.js';
import type { End } from './program.js';
import { CashRegister } from './register.js';
import { nameOf, type Telling } from './scenario.js';
import { writeTerminalToml } from './terminal-toml.js';
import type { Town } from './town.js';
import { pause, until } from './wait.js';

export const AMOUNT = 15_000;
/** Law 14, with much room for a slow machine: a charge that never left takes 20 s of looks and then a second sale. */
const BOUND_MS = 480_000;
/** Of somebody else: longer than the first look at a charge, shorter than the life of a QR. */
const OUTAGE_MS = 3_000;
const FINAL = new Set(['delivered', 'owed', 'resolved', 'closed', 'refused']);

export interface Told {
  readonly points: readonly string[];
  /** Whether the trouble came. */
  readonly came: boolean;
  /** On the files of the journal, where nothing happened. */
  readonly calls: Calls;
  /** At Midtrans. */
  readonly charges: number;
  readonly violations: readonly string[];
  readonly log: readonly string[];
  readonly ms: number;
}

/** Where a telling happens. */
export interface Stage {
  readonly town: Town;
  readonly library: DiskLibrary;
}

/** Tells a scenario once, from the first start to the audit, and leaves nothing behind. */
export async function tell(stage: Stage, telling: Telling): Promise<Told> {
  const began = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-cut-'));
  const teller = new Teller(stage, telling, directory);
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
  const { town } = stage;
  const { terminal } = telling;
  const books = {
    transactions: await town.transactionsOf(terminal),
    charges: await town.chargesOf(terminal),
  };
  violations.push(...audit(telling, books, directory, teller.heard));
  if (telling.trouble.kind === 'disk') violations.push(...afterDiskError(points, teller.ends, teller.log));
  const calls = telling.trouble.kind === 'none' ? callsIn(join(directory, 'record')) : new Map();
  rmSync(directory, { recursive: true, force: true });
  const came = points.some((point) => /^(cut|held|failed .*)$/.test(point));
  const charges = books.transactions.length;
  return { points, came, calls, charges, violations, log: teller.log, ms: performance.now() - began };
}

const CALL = { write: 'pwrite', sync: 'fsync', truncate: 'ftruncate', unlink: 'unlink' } as const;

function callsIn(record: string): Calls {
  const calls = new Map<DiskError['call'], number>();
  for (const { op } of readRecord(record)) {
    if (!(op in CALL)) continue;
    const call = CALL[op as keyof typeof CALL];
    calls.set(call, (calls.get(call) ?? 0) + 1);
  }
  return calls;
}

class Teller {
  readonly screens: Heard['screens'][number][] = [];
  /** Of all lives that ended by themselves. */
  readonly ends: End[] = [];
  readonly #stage: Stage;
  readonly #telling: Telling;
  readonly #directory: string;
  readonly #logs: (readonly string[])[] = [];
  readonly #seen = new Set<string>();
  readonly #faults: number[] = [];
  #trouble: boolean;
  #outage: Promise<void> | undefined;
  #box: Box | undefined;
  #page: PageVisitor | undefined;
  #register: CashRegister | undefined;
  #registerRuns: Promise<void> | undefined;
  #printer: VirtualPrinter | undefined;
  #pressed = false;

  constructor(stage: Stage, telling: Telling, directory: string) {
    this.#stage = stage;
    this.#telling = telling;
    this.#directory = directory;
    this.#trouble = telling.trouble.kind !== 'none';
  }

  /** Of all lives so far. */
  get log(): readonly string[] {
    return this.#logs.flat();
  }

  get heard(): Heard {
    return { screens: this.screens, register: this.#register?.heard ?? [] };
  }

  async open(): Promise<void> {
    const { scenario, terminal, losesAnswer, qris } = this.#telling;
    const { town } = this.#stage;
    const registerPort = scenario.source === 'register' ? await freePort() : undefined;
    if (registerPort !== undefined) this.#register = new CashRegister(registerPort, AMOUNT, losesAnswer);
    if (scenario.printer)
      this.#printer = new VirtualPrinter({ paper: new Paper(), timers: new SystemTimers() });
    const printerPort = await this.#printer?.listen();
    mkdirSync(join(this.#directory, 'journal'));
    writeTerminalToml(this.#directory, { terminal, town, registerPort, printerPort, qris });
    for (const rule of scenario.faults)
      this.#faults.push(await town.setFault({ ...rule, orderIdPrefix: `${terminal}-` }));
  }

  /** Lives one after another until the sale has come to its end, then a clean stop. */
  async run(): Promise<void> {
    const deadline = performance.now() + BOUND_MS;
    for (;;) {
      const end = await this.#live(deadline);
      await this.#outage;
      if (end === 'over' && !this.#failed()) return;
      if (end !== 'over' && end !== 'closed') this.#explain(end);
      this.#logs.push([`---- ${nameOf(this.#telling.trouble)}`]);
      this.#trouble = false;
      await this.#clearFaults();
      if (this.#telling.paysInTheDark) await this.#pay(await this.#transactions());
    }
  }

  /** Whether a disk error of the life just over is to be followed by a life on a good disk. */
  #failed(): boolean {
    return this.#trouble && this.#telling.trouble.kind === 'disk' && this.#came('failed');
  }

  #came(what: string): boolean {
    return pointsOf(this.#directory).some((point) => point.startsWith(what));
  }

  /** @throws Error when a life ended and nothing that was done to it says why */
  #explain(end: End): void {
    this.ends.push(end);
    const { kind } = this.#telling.trouble;
    const cut = this.#trouble && kind === 'cut' && end.signal === 'SIGKILL' && this.#came('cut');
    const failed = this.#trouble && kind === 'disk' && end.signal === null && this.#came('failed');
    if (!cut && !failed) throw new Error(`the terminal ended by itself: ${JSON.stringify(end)}`);
  }

  #env(): Readonly<Record<string, string>> {
    const { trouble, checkpointPages } = this.#telling;
    const { library } = this.#stage;
    const at = (name: string): string => join(this.#directory, name);
    const pragmas: Record<string, string> =
      checkpointPages === undefined
        ? {}
        : { POWER_CUT_PRAGMAS: `wal_autocheckpoint = 4000 > wal_autocheckpoint = ${checkpointPages}` };
    if (trouble.kind === 'none')
      return { ...pragmas, ...library.recording(at('journal'), at('record'), at('points')) };
    if (!this.#trouble) return pragmas;
    if (trouble.kind === 'cut') return { POWER_CUT_AT: trouble.at };
    if (trouble.kind === 'outage') return { POWER_CUT_HOLD_AT: trouble.at };
    return { ...pragmas, ...library.failing(at('journal'), at('points'), trouble.error) };
  }

  /**
   * One life of the process. @returns how it ended by itself; or it was stopped, because the story was over, or because
   * it had no journal and said so
   */
  async #live(deadline: number): Promise<End | 'over' | 'closed'> {
    const box = new Box(this.#directory, this.#env());
    this.#box = box;
    this.#logs.push(box.log);
    this.#pressed = false;
    if (this.#trouble && this.#telling.trouble.kind === 'outage') this.#outage = this.#goAway(box);
    const url = await box.page();
    const page = url === undefined ? undefined : new PageVisitor(url, (shown) => this.#look(shown));
    this.#page = page;
    const watching = page?.watch();
    try {
      for (let restMs = 10; ; restMs = Math.min(100, restMs * 1.2)) {
        if (box.end !== undefined) return box.end;
        const closed = box.log.some((line) => line.includes('not selling: E7'));
        const status = closed ? undefined : await box.status();
        const over = status !== undefined && (await this.#act(status));
        if (over || closed) return await this.#stop(box, over ? 'over' : 'closed');
        if (performance.now() > deadline)
          throw new Error(`law 14: no end within ${BOUND_MS / 1000} s: ${JSON.stringify(status)}`);
        await pause(restMs);
      }
    } finally {
      page?.close();
      await watching;
    }
  }

  async #stop(box: Box, why: 'over' | 'closed'): Promise<End | 'over' | 'closed'> {
    const end = await box.stop();
    // The moment, or the bad block, was in its last breath.
    if (this.#trouble && (end.signal === 'SIGKILL' || (end.code === 70 && this.#came('failed')))) return end;
    if (end.code !== 0) throw new Error(`SIGTERM did not stop it cleanly: ${JSON.stringify(end)}`);
    return why;
  }

  /** At the moment, when the terminal has stopped itself, somebody else goes away; it goes on, and they are back later. */
  async #goAway(box: Box): Promise<void> {
    const { trouble } = this.#telling;
    const { town } = this.#stage;
    if (trouble.kind !== 'outage') return;
    await until('the moment', () => box.held || box.end !== undefined || undefined, BOUND_MS);
    if (box.end !== undefined) return;
    this.#trouble = false;
    if (trouble.how === 'killed') await town.kill(trouble.place);
    else town.freeze(trouble.place);
    box.goOn();
    await pause(OUTAGE_MS);
    if (trouble.how === 'killed') await town.start(trouble.place);
    else town.thaw(trouble.place);
  }

  /** What the people at the counter do now. @returns whether everything is over */
  async #act(status: Status): Promise<boolean> {
    const { scenario } = this.#telling;
    // Nobody can look into the books of a sandbox that is away.
    if (this.#came('held')) await this.#outage;
    const books = await this.#transactions();
    this.#begin(status, books);
    if (scenario.customer === 'pays') await this.#pay(books);
    else if (this.#page?.now?.show === 'scan' && !this.#pressed) {
      this.#pressed = true;
      await this.#page.press('cancel');
    }
    const { totals } = status;
    if (totals.length === 0 || totals.some(({ state }) => !FINAL.has(state))) return false;
    if (scenario.customer === 'cancels') return true;
    // A register asks until it has its approval, so it must get it.
    return standAt(books) === 'paid' && this.#register?.done !== false;
  }

  /** Types, or lets the register dial, when the terminal can sell and there is nothing yet to wait for. */
  #begin(status: Status, books: readonly TransactionView[]): void {
    const { scenario } = this.#telling;
    if (!status.readiness.ready || !status.link.up) return;
    if (this.#register !== undefined) {
      this.#registerRuns ??= this.#register.run();
      return;
    }
    const show = this.#page?.now?.show;
    const idle = status.open === undefined && (show === 'idle' || show === 'closed');
    const again = scenario.customer === 'pays' ? standAt(books) !== 'paid' : status.totals.length === 0;
    if (!idle || !again || this.#pressed) return;
    this.#pressed = true;
    void this.#page?.press(...String(AMOUNT), 'enter').then(() => {
      this.#pressed = false;
    });
  }

  #look(shown: Shown): void {
    this.screens.push({ shown, atWallMs: Date.now() });
    if (shown.show === 'scan' && shown.orderId !== undefined) this.#seen.add(shown.orderId);
  }

  /** Only who has seen a QR can pay it. */
  async #pay(books: readonly TransactionView[]): Promise<void> {
    if (this.#telling.scenario.customer !== 'pays') return;
    for (const { orderId, status } of books)
      if (status === 'pending' && this.#seen.has(orderId)) await this.#stage.town.pay(orderId);
  }

  #transactions(): Promise<readonly TransactionView[]> {
    return this.#stage.town.transactionsOf(this.#telling.terminal);
  }

  async #clearFaults(): Promise<void> {
    for (const id of this.#faults.splice(0)) await this.#stage.town.removeFault(id);
  }

  async close(): Promise<void> {
    this.#page?.close();
    await this.#box?.kill();
    await this.#outage;
    this.#register?.hangUp();
    await this.#registerRuns;
    await this.#printer?.stop();
    await this.#clearFaults();
  }
}
