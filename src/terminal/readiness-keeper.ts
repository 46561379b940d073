import { messageOf } from '../base/fault.js';
import type { Words } from '../base/screen.js';
import { FAULT } from '../core/fault/table.js';
import { type Closed, codeOfClosed } from '../core/opening/closed.js';
import {
  type Fact,
  FRESH_MS,
  judgeReadiness,
  type Readiness,
  type Reading,
  type Readings,
  staleAfterMs,
} from '../core/readiness.js';
import type { SaleEvent } from '../core/sale/event.js';
import type { SourceKind } from '../core/sale/sale.js';
import { paperNote } from '../core/text/paper-note.js';
import { timesOf } from '../journal/commit.js';
import type { PrinterStatus } from '../port/printer.js';
import type { TerminalContext } from './context.js';
import type { OpeningKeeper } from './opening-keeper.js';
import type { ProgramScreen } from './program-screen.js';

/** Between two checks of a leg that nothing else has proved good meanwhile. */
const CHECK_MS = 20_000;
/**
 * Rounds that a terminal of its own leaves out after Midtrans has answered, and at most after it has not: once a minute, and
 * so a gateway that is down is noticed within 68 s (its answer may take 8 s), and one that is back within 60 s.
 */
const DIRECT_REST_ROUNDS = 2;
/** Beyond this the clock is wrong enough to spoil expiry times and slips. */
const MAX_SKEW_MS = 300_000;
/** Between two commits that prove the disk; each commit of a sale is such a proof as well. */
const PROVE_MS = 300_000;
/** Rows of the journal that are compared with their sales at one tick. */
const AUDIT_ROWS = 500;
/** And rows that are read, to see that the disk still has them: a millisecond of it. */
const PATROL_ROWS = 250;

/** Keeps the facts of law 9 fresh by real checks, each with its age. */
export class ReadinessKeeper {
  readonly #context: TerminalContext;
  readonly #readings: { -readonly [F in Fact]?: Reading } = {};
  /** Counts the readings that said something else than the one before. */
  #taken = 0;
  #stopTimer: (() => void) | undefined;
  /** The last yes, which holds until another reading is taken or one of them has become stale. */
  readonly #judged = new Map<boolean, { taken: number; readiness: Ready; untilMs: number }>();
  /** As the log says. */
  #sells = false;
  /** What the last reading of the journal was made of. */
  #told: string | undefined;
  #checking = false;
  /** Rounds to come in which Midtrans itself is left alone. */
  #restRounds = 0;
  /** In a row, of the gateway. */
  #silences = 0;
  #nearEnd = false;
  /** Sooner than the last commit asks for: something has become well again. */
  #proveAtMs = Number.NEGATIVE_INFINITY;
  #auditedTo: number | undefined = 0;
  #freeBytes = Number.POSITIVE_INFINITY;
  /** What keeps the disk from being good although it takes commits; undefined when nothing does. */
  #space: { readonly code: number; readonly detail: string } | undefined;

  /** Wall time less monotonic time, as the clock was found to be right. */
  #clockOffsetMs = Number.NaN;
  /** The last no because it is closed, as long as it holds. */
  #closed: (Readiness & { readonly ready: false }) | undefined;

  readonly programScreen: ProgramScreen;
  readonly opening: OpeningKeeper;

  constructor(context: TerminalContext, programScreen: ProgramScreen, opening: OpeningKeeper) {
    this.#context = context;
    this.programScreen = programScreen;
    this.opening = opening;
  }

  /** Whether a program shows the QR itself: now, since one has come, gone or asked. */
  programs(): void {
    if (!this.programScreen.used) return;
    this.take('program', this.programScreen.reading());
  }

  /** As they are now. */
  get readings(): Readings {
    return { ...this.#readings };
  }

  reading(fact: Fact): Reading | undefined {
    return this.#readings[fact];
  }

  /** Whether the wall clock is known to be right. */
  get clockGood(): boolean {
    return this.#readings.clock?.code === 0;
  }

  /** Another number whenever a reading has said something else than the one before it, or the roll has. */
  get changes(): number {
    return this.#taken;
  }

  /** That the journal may still write, as of the last look. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** The clock was right when it was compared last, and has not jumped since. */
  get clockTrusted(): boolean {
    const { clock } = this.#context.adapters;
    return this.clockGood && Math.abs(clock.wallMs() - clock.monoMs() - this.#clockOffsetMs) <= MAX_SKEW_MS;
  }

  /**
   * Whether a sale of `kind` may begin now: the shop is open to it, and every leg that it needs is known good.
   * @param byProgram for a sale of programs that show its QR themselves: they show nobody else's
   */
  judge(kind: SourceKind = this.opening.usual, byProgram = this.programScreen.used): Readiness {
    const readiness = this.#judge(kind, byProgram);
    if (kind === this.opening.usual && byProgram === this.programScreen.used) this.#tell(readiness);
    return readiness;
  }

  #judge(kind: SourceKind, byProgram: boolean): Readiness {
    const byHand = this.opening.closedByHand;
    if (byHand !== undefined) return this.#shut(byHand);
    if (!this.opening.bind(kind)) return this.#legs(byProgram);
    // What is wrong with the books is told at night as well.
    if ((this.#readings.journal?.code ?? 0) !== 0) return this.#legs(byProgram);
    if (this.clockTrusted) {
      const closed = this.opening.closedByHours(kind);
      return closed === undefined ? this.#legs(byProgram) : this.#shut(closed);
    }
    // By a clock that nobody has compared nothing opens, and nothing is called closed.
    const legs = this.#legs(byProgram);
    const detail = 'clock: it has jumped since it was compared; it is not known whether the shop is open';
    return legs.ready ? { ready: false, code: FAULT.clockWrong, detail } : legs;
  }

  #shut(closed: Closed): Readiness {
    if (this.#closed?.closed !== closed) {
      const detail = closed.why === 'maintenance' ? 'closed for maintenance' : 'outside the opening hours';
      this.#closed = { ready: false, code: codeOfClosed(closed), detail, closed };
    }
    return this.#closed;
  }

  #legs(byProgram: boolean): Readiness {
    const { adapters, settings } = this.#context;
    const nowMs = adapters.clock.monoMs();
    const judged = this.#judged.get(byProgram);
    if (judged !== undefined && judged.taken === this.#taken && nowMs <= judged.untilMs)
      return judged.readiness;
    const ways = [
      ...(adapters.displays.some(({ canShowQr }) => canShowQr) ? (['screen'] as const) : []),
      ...(byProgram ? (['program'] as const) : []),
      ...(adapters.printer !== undefined && settings.printQr ? (['paper'] as const) : []),
    ];
    const machine = adapters.vending?.machine.amounts === 'entry';
    const readiness = judgeReadiness(
      this.#readings,
      { ways, machine, picture: settings.pictures ?? false },
      nowMs,
    );
    // A refusal tells how old a stale fact is, and so is never the same for long.
    if (!readiness.ready) return readiness;
    // Who compares what is shown and told with the last time sees at once that it is the same.
    const last = judged?.readiness;
    const same = last !== undefined && isSame(last.notes, readiness.notes) ? last : readiness;
    this.#judged.set(byProgram, {
      ...{ taken: this.#taken, readiness: same },
      untilMs: staleAfterMs(this.#readings, nowMs),
    });
    return same;
  }

  /** The line that a technician looks for: whether it sells now, and why not. At a start nothing is known yet. */
  #tell(readiness: Readiness): void {
    if (readiness.ready === this.#sells) return;
    const { log } = this.#context.adapters;
    if (readiness.ready) log.info('selling');
    else log.warn(`not selling: E${readiness.code} ${readiness.detail}`);
    this.#sells = readiness.ready;
  }

  /** Nothing comes out of a printer now, by its last report. */
  get paperless(): boolean {
    return this.#context.adapters.printer === undefined || (this.#readings.paper?.code ?? 0) !== 0;
  }

  get paperNearEnd(): boolean {
    return this.#nearEnd;
  }

  /** What of the printer the staff should know. */
  paperNote(): Words | undefined {
    const { journal, printer } = this.#context.adapters;
    if (printer === undefined) return undefined;
    const waiting = journal.slips.waiting().filter(({ state }) => state === 'queued').length;
    return paperNote({ reading: this.#readings.paper, nearEnd: this.#nearEnd, waiting });
  }

  take(fact: Fact, reading: Reading): void {
    const old = this.#readings[fact];
    const before = old?.code;
    this.#readings[fact] = reading;
    const { clock } = this.#context.adapters;
    // What was good and fresh, and is good later: a yes holds at least as long as was said.
    const isAgain = old?.code === 0 && reading.code === 0 && reading.atMs >= old.atMs;
    if (!isAgain || clock.monoMs() - old.atMs > FRESH_MS[fact]) this.#taken += 1;
    if (fact === 'clock') this.#clockOffsetMs = clock.wallMs() - clock.monoMs();
    if (before === reading.code) return;
    const { log } = this.#context.adapters;
    if (reading.code === 0) log.info(`${fact}: good`);
    else log.warn(`${fact}: E${reading.code} ${reading.detail}`);
  }

  /** A status from the gateway about a sale is as good as a check. */
  heard(event: SaleEvent): void {
    const atMs = this.#context.adapters.clock.monoMs();
    const lost = event.type === 'qrRead' && !event.result.ok ? event.result.error : undefined;
    // The process died under one customer: it is tried before the next one. One picture that took too long says nothing.
    if (lost?.code === FAULT.qrSearchFailed && lost.kind === 'temporary')
      this.take('picture', { code: lost.code, detail: lost.detail, atMs });
    if (!('outcome' in event) || typeof event.outcome === 'string') return;
    const { outcome } = event;
    // Refused as a whole (key, account, way to pay) the next customer would run into the same.
    const account = outcome.kind === 'refused' && outcome.fault.code !== FAULT.saleRefused;
    if (outcome.kind === 'unknown' || account)
      this.take('gateway', { code: outcome.fault.code, detail: outcome.fault.detail, atMs });
    else {
      this.#rest(true);
      this.take('gateway', { code: 0, detail: 'answers', atMs });
    }
  }

  /** Begins the first round, and one every {@link CHECK_MS}. A gateway that is slow to answer holds up nothing. */
  start(): void {
    this.#context.endOnRejection(this.#round());
  }

  /** Now, instead of at the next round: something has come back. */
  checkGateway(): void {
    if (this.#readings.gateway?.code !== 0) this.#context.endOnRejection(this.#gateway());
  }

  async #round(): Promise<void> {
    this.#stopTimer = this.#context.adapters.timers.after(CHECK_MS, () =>
      this.#context.endOnRejection(this.#round()),
    );
    if (this.#checking) return;
    this.#checking = true;
    this.#postProof();
    this.screens();
    this.#context.post({ on: 'command', run: () => this.programs() });
    await Promise.all([this.#gatewayInTurn(), this.#paper(), this.#disk(), this.#picture()]);
    this.#checking = false;
  }

  #post(fact: Fact, code: number, detail: string, atMs = this.#context.adapters.clock.monoMs()): void {
    this.#context.post({ on: 'reading', fact, reading: { code, detail, atMs } });
  }

  /** A relay is asked each time: it asks Midtrans once for all. */
  async #gatewayInTurn(): Promise<void> {
    if (this.#context.settings.direct === true && this.#restRounds > 0) this.#restRounds -= 1;
    else await this.#gateway();
  }

  #rest(isGood: boolean): void {
    this.#restRounds = isGood ? DIRECT_REST_ROUNDS : Math.min(this.#silences, DIRECT_REST_ROUNDS);
    this.#silences = isGood ? 0 : this.#silences + 1;
  }

  async #gateway(): Promise<void> {
    const { gateway, clock } = this.#context.adapters;
    const health = await gateway.health();
    const atMs = clock.monoMs() - health.ageMs;
    const detail = health.fault?.detail ?? 'answers';
    this.#rest(health.fault === undefined);
    // A sale may have heard of the gateway since.
    if (atMs >= (this.#readings.gateway?.atMs ?? Number.NEGATIVE_INFINITY))
      this.#post('gateway', health.fault?.code ?? 0, detail, atMs);
    const skewMs = health.clockSkewMs;
    if (skewMs === undefined) return;
    const wrong = Math.abs(skewMs) > MAX_SKEW_MS;
    this.#post('clock', wrong ? FAULT.clockWrong : 0, `${Math.round(skewMs / 1000)} s from the gateway's`);
  }

  async #paper(): Promise<void> {
    const { printer, log } = this.#context.adapters;
    if (printer === undefined) return;
    const status = await printer.status();
    const nearEnd = status.state === 'ready' && status.nearEnd;
    if (nearEnd && !this.#nearEnd) log.warn('paper: the roll is near its end');
    if (nearEnd !== this.#nearEnd) this.#taken += 1;
    this.#nearEnd = nearEnd;
    const { code, detail } = paperReading(status);
    this.#post('paper', code, detail);
  }

  async #picture(): Promise<void> {
    const { adapters, settings } = this.#context;
    if (settings.pictures !== true || this.#readings.picture?.code === 0) return;
    const fault = await adapters.qrReader.check?.();
    this.#post('picture', fault?.code ?? 0, fault?.detail ?? 'can be read');
  }

  async #disk(): Promise<void> {
    const { adapters, settings } = this.#context;
    if (adapters.freeBytes === undefined) return;
    const before = this.#space?.code;
    try {
      const free = await adapters.freeBytes();
      this.#freeBytes = free;
      const detail = `${free} bytes free, ${settings.minFreeBytes} wanted`;
      this.#space = free < settings.minFreeBytes ? { code: FAULT.diskLow, detail } : undefined;
    } catch (error) {
      this.#space = {
        code: FAULT.diskUnknown,
        detail: `it cannot be asked, or written: ${messageOf(error)}`,
      };
    }
    // Room again: a commit says whether the disk is good.
    if (this.#space === undefined && before !== undefined) this.#proveAtMs = Number.NEGATIVE_INFINITY;
    if (this.#space?.code !== before) this.#postProof();
  }

  #postProof(): void {
    this.#context.post({ on: 'command', run: () => this.#prove() });
  }

  /**
   * The proof of the disk (law 9), which takes along what waits for a commit. The last commit of a sale is as good a one, and
   * its next sale begins with another, before anything leaves. Between two of them the file system is asked every
   * {@link CHECK_MS} whether it has room and can still be written: that costs no write. A failure is thrown: law 1, the
   * process ends.
   */
  #prove(): void {
    const { clock, journal } = this.#context.adapters;
    const at = timesOf(clock);
    const dueMs = Math.min(journal.waiting.dueMs, journal.syncedAtMs + PROVE_MS, this.#proveAtMs);
    if (at.monoMs >= dueMs) journal.prove(at);
    this.#proveAtMs = Number.POSITIVE_INFINITY;
    const { setAside, syncedAtMs } = journal;
    if (journal.brokenLaw !== undefined) return this.law();
    const found =
      setAside === undefined
        ? (this.#space ?? { code: 0, detail: 'commits' })
        : { code: FAULT.journalSetAside, detail: `a damaged journal was set aside as ${setAside}` };
    const told = `${found.code} ${found.detail} ${syncedAtMs}`;
    if (told === this.#told) return;
    this.#told = told;
    this.take('journal', { ...found, atMs: found.code === 0 ? syncedAtMs : at.monoMs });
  }

  /** The books of before this start are looked at a part at a time, so that the loop is never held up by their size. */
  tick(): void {
    this.#prove();
    const { journal } = this.#context.adapters;
    const after = this.#auditedTo;
    if (after !== undefined) this.#auditedTo = journal.shifts.audit(after, AUDIT_ROWS);
    else journal.patrol(PATROL_ROWS);
  }

  /** A law that was found broken: nothing is sold until a technician has looked. */
  law(): void {
    const { clock, journal } = this.#context.adapters;
    const detail = journal.brokenLaw;
    if (detail === undefined || this.#readings.journal?.detail === detail) return;
    this.take('journal', { code: FAULT.lawBroken, detail, atMs: clock.monoMs() });
  }

  /** Only screens that a QR can be scanned from are a way (law 9). */
  screens(): void {
    const displays = this.#context.adapters.displays.filter(({ canShowQr }) => canShowQr);
    if (displays.length === 0) return;
    const seen = displays.some((display) => display.attached());
    this.#post('screen', seen ? 0 : FAULT.noScreen, seen ? 'attached' : 'no screen is connected');
  }

  stop(): void {
    this.programScreen.stop();
    this.#stopTimer?.();
  }
}

type Ready = Readiness & { readonly ready: true };

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

function paperReading(status: PrinterStatus): { code: number; detail: string } {
  if (status.state === 'unknown') return { code: 0, detail: 'it cannot be asked' };
  if (status.state === 'ready')
    return { code: 0, detail: status.nearEnd ? 'ready, and the roll is near its end' : 'ready' };
  const [first] = status.faults;
  return {
    code: first?.code ?? FAULT.printerNotReady,
    detail: status.faults.map((fault) => fault.detail).join(', '),
  };
}
