import { assert } from '../base/assert.js';
import type { Slip } from '../base/slip.js';
import type { Effect, SourceResult } from '../core/sale/effect.js';
import { awaitsQr, isSettled, type Sale } from '../core/sale/sale.js';
import {
  advance,
  isWaiting,
  nextJob,
  type SlipEvent,
  type SlipJob,
  slipName,
  stale,
} from '../core/sale/slip-job.js';
import {
  asCopy,
  copyOf,
  noQrSlip,
  owedSlip,
  qrSlip,
  qrTop,
  receiptSlip,
  unpaidSlip,
} from '../core/text/receipt.js';
import { type JournalEvent, STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { NewSlip, SlipChange, WaitingSlip, WholeSlip } from '../journal/slips.js';
import type { PrintOutcome } from '../port/printer.js';
import type { TerminalContext } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';

/** For the technician. */
export interface SlipQueue {
  readonly waiting: readonly SlipJob[];
  readonly printing: SlipJob | undefined;
  /** What is not tried again by itself, newest first. */
  readonly givenUp: readonly SlipJob[];
}

/**
 * How long the end of a slip may wait for a commit. Lost in a power cut, it is a slip that may be partly on paper: it comes
 * again marked COPY, never as a second original. Later than this nobody gets a copy of what he has in his hands; that of a
 * QR is for the customer who still stands before it, and waits for the sale's next commit.
 */
const ENDED_WITHIN_MS = 10_000;

/** How many slips that were given up a technician is told of. */
const TOLD = 5;

/**
 * The way to paper. Each slip is journalled, with the step that causes it where there is one, handed to the printer one
 * at a time at the end of an event, and done when the printer says so. The journal is the queue; nothing is kept here but
 * what waits for its outcome. No outcome of a printer reaches a sale from here, except as the answer to who asked for it. Called
 * within events only.
 */
export class SlipDesk {
  readonly #context: TerminalContext;
  readonly #keeper: Pick<ReadinessKeeper, 'clockGood'>;
  /** What the printer has now; `complete` while it has the top alone, and the charge is under way. */
  #printing: { readonly job: SlipJob; readonly complete?: (whole: Slip) => void } | undefined;
  /** Failed, or behind one that did; not tried again before the printer is well. */
  readonly #resting = new Set<number>();
  /** Who wants to know how the next try ends, by slip. */
  readonly #waiters = new Map<number, ((printed: boolean) => void)[]>();
  #stopped: 'no' | 'orderly' | 'atOnce' = 'no';
  /** What an earlier process left with the printer is settled; until then nothing is handed over. */
  #resumed = false;

  constructor(context: TerminalContext, keeper: Pick<ReadinessKeeper, 'clockGood'>) {
    this.#context = context;
    this.#keeper = keeper;
  }

  /** Takes up what the journal holds. */
  resume(): void {
    for (const job of this.#waiting().filter(({ state }) => state === 'printing')) {
      this.#context.adapters.printer?.interrupted(job.slip);
      this.#move(job, { type: 'found', topAlone: job.slip.rest === 'follows' });
    }
    this.#resumed = true;
  }

  get state(): SlipQueue | undefined {
    if (this.#context.adapters.printer === undefined) return undefined;
    const { slips } = this.#context.adapters.journal;
    const waiting = slips.waiting().map(({ slip: _text, ...job }) => job);
    return {
      waiting: waiting.filter(({ state }) => state === 'queued'),
      printing: waiting.find(({ state }) => state === 'printing'),
      givenUp: slips.givenUp(TOLD),
    };
  }

  /** The slips that these effects ask for, for the commit of the step that causes them. */
  slipsFor(sale: Sale, effects: readonly Effect[]): readonly SlipChange[] {
    const { adapters, settings } = this.#context;
    if (adapters.printer === undefined) return [];
    const { head, printQr, printReceipt } = settings;
    const nowMs = adapters.clock.wallMs();
    const begun = this.#begun?.orderId === sale.orderId ? this.#begun : undefined;
    const slips = effects.flatMap((effect): readonly (NewSlip | WholeSlip)[] => {
      if (effect.do === 'charge' && printQr) return this.#top(sale);
      if (effect.do === 'present' && printQr) {
        const whole = qrSlip(sale, effect.payload, head, nowMs, false);
        return begun === undefined ? this.#once(sale, whole) : [{ whole, job: begun }];
      }
      if (effect.do === 'printReceipt' && printReceipt)
        return this.#once(sale, receiptSlip(sale, head, nowMs, false));
      // What was paid, and not as it should be, is told by the slip of what is owed.
      if (effect.do === 'tellSource' && !isSettled(sale) && this.#isWorthPaper(effect.result))
        return this.#once(sale, unpaidSlip(sale, effect.result, head, nowMs));
      if (effect.do === 'printOwed') return this.#once(sale, owedSlip(sale, head, nowMs));
      return [];
    });
    if (begun === undefined || awaitsQr(sale) || slips.some((slip) => 'whole' in slip))
      return this.#handed(slips);
    return [{ whole: noQrSlip(sale, head, nowMs), job: begun }, ...slips];
  }

  /** Whether the end without payment gets a slip: who may have been charged all the same has nothing else to show. */
  #isWorthPaper({ result }: SourceResult): boolean {
    const { printUnpaid } = this.#context.settings;
    return printUnpaid === 'all' || (printUnpaid === 'unknown' && result === 'unknown');
  }

  /** Only for a customer's first slip: what comes after trouble is printed whole, marked as what it is. */
  #top(sale: Sale): readonly NewSlip[] {
    const { adapters, settings } = this.#context;
    if (!settings.printEarly || !this.#idle) return [];
    if (adapters.journal.slips.ofSale(sale.orderId, 'qr').length > 0) return [];
    return [{ slip: qrTop(sale, settings.head), asked: false }];
  }

  /** One slip of a kind for a sale, however often its cause comes again: after a restart, or told twice. */
  #once(sale: Sale, slip: Slip): readonly NewSlip[] {
    const before = this.#context.adapters.journal.slips.ofSale(sale.orderId, slip.kind);
    if (before.some((job) => isWaiting(job) || job.state === 'done')) return [];
    return [{ slip: before.some(({ spoilt }) => spoilt > 0) ? asCopy(slip) : slip, asked: false }];
  }

  /**
   * The first of new slips goes to the printer with the commit that they are in, where the printer has nothing else to do:
   * a commit of its own right behind that one would say no more. After a cut between the two it is a copy, as after any.
   */
  #handed(slips: readonly (NewSlip | WholeSlip)[]): readonly SlipChange[] {
    const [first, ...others] = slips;
    if (first === undefined || 'whole' in first || !this.#idle) return slips;
    return [{ ...first, handed: true }, ...others];
  }

  get #free(): boolean {
    const idle = this.#printing === undefined && this.#context.adapters.printer !== undefined;
    return idle && this.#stopped === 'no' && this.#resumed;
  }

  get #idle(): boolean {
    return this.#free && this.#waiting().length === 0;
  }

  /** The slip of which the printer has the top alone. */
  get #begun(): SlipJob | undefined {
    return this.#printing?.complete === undefined ? undefined : this.#printing.job;
  }

  /** Whether the slip of that kind that a commit held is on paper; false as soon as a try for it has failed. */
  outcome(sale: Sale, kind: Slip['kind']): Promise<boolean> {
    const job = this.#context.adapters.journal.slips.ofSale(sale.orderId, kind).at(-1);
    if (job === undefined || job.state === 'failed' || job.state === 'dropped') return Promise.resolve(false);
    if (job.state === 'done') return Promise.resolve(true);
    return this.#awaited(job.id);
  }

  /** A receipt that alone tells the customer: no step asks for it, so it is journalled here. */
  receipt(sale: Sale): Promise<boolean> {
    const { adapters, settings } = this.#context;
    if (adapters.printer === undefined) return Promise.resolve(false);
    this.#queue(this.#once(sale, receiptSlip(sale, settings.head, adapters.clock.wallMs(), false)));
    return this.outcome(sale, 'receipt');
  }

  /**
   * A slip that belongs to no step of a sale. A copy and a test page are asked for by a person.
   * @returns whether it is on paper; undefined where there is no printer
   */
  print(slip: Slip): Promise<boolean> | undefined {
    const { journal, printer } = this.#context.adapters;
    if (printer === undefined) return undefined;
    const asked = slip.copy || slip.kind === 'test';
    this.#queue([{ slip, asked }]);
    return this.#awaited(Math.max(...journal.slips.waiting().map(({ id }) => id)));
  }

  /** The slip that says where a sale stands, marked COPY. Undefined where there is none to print. */
  reprint(sale: Sale): Promise<boolean> | undefined {
    const { adapters, settings } = this.#context;
    const copy = copyOf(sale, settings.head, adapters.clock.wallMs());
    return copy === undefined ? undefined : this.print(copy);
  }

  #queue(slips: readonly NewSlip[]): void {
    if (slips.length > 0) this.#commit([], this.#handed(slips));
  }

  /** The printer was asked, or has printed: what waits for it goes on. */
  well(): void {
    this.#resting.clear();
  }

  /**
   * @param orderly whether the journal may still be written: then what the printer had is settled, and not taken for
   *   spoilt at the next start. Call before the printer is stopped.
   */
  stop(orderly: boolean): void {
    this.#stopped = orderly ? 'orderly' : 'atOnce';
    for (const id of [...this.#waiters.keys()]) this.#tell(id, false);
  }

  /**
   * No screen could tell the customer: whether the receipt has come out meanwhile, or does now. One that still waits is
   * dropped, so that none says "paid" of a sale that was not handed over.
   */
  lastWord(sale: Sale): Promise<boolean> {
    const job = this.#context.adapters.journal.slips.ofSale(sale.orderId, 'receipt').at(-1);
    if (job === undefined || job.state === 'done') return Promise.resolve(job !== undefined);
    if (this.#printing?.job.id === job.id) {
      this.#resting.delete(job.id);
      return this.#awaited(job.id);
    }
    if (job.state === 'queued') {
      this.#move(job, {
        type: 'dropped',
        because: 'no screen could tell the customer: it is not handed over',
      });
      this.#tell(job.id, false);
    }
    return Promise.resolve(false);
  }

  #awaited(id: number): Promise<boolean> {
    if (this.#resting.has(id) || this.#stopped !== 'no') return Promise.resolve(false);
    return new Promise<boolean>((resolve) => {
      this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve]);
    });
  }

  #waiting(): WaitingSlip[] {
    return this.#context.adapters.journal.slips.waiting();
  }

  /** At the end of each event: the printer gets the rest of what it has begun, or, where it is free, what comes next. */
  goOn(): void {
    this.#complete();
    if (!this.#free) return;
    const handed = this.#waiting().find(({ state }) => state === 'printing') ?? this.#next();
    if (handed !== undefined) this.#print(handed);
  }

  /** A commit may have held the rest of the slip that is begun. */
  #complete(): void {
    const { job: begun, complete } = this.#printing ?? {};
    if (complete === undefined) return;
    const now = this.#waiting().find(({ id }) => id === begun?.id);
    if (now === undefined || now.slip.rest === 'follows') return;
    const { slip, ...job } = now;
    this.#printing = { job };
    complete(slip);
  }

  /** What is not wanted any more goes; of the rest the next one is handed over, on disk first. */
  #next(): WaitingSlip | undefined {
    if (this.#waiting().every(({ id }) => this.#resting.has(id))) return undefined;
    this.#sweep();
    const job = nextJob(this.#waiting().filter(({ id }) => !this.#resting.has(id)));
    if (job === undefined) return undefined;
    const handed = advance(job, { type: 'handed' });
    // Taken for queued after a cut, it would be printed as an original again.
    this.#commit([], [handed]);
    return { ...handed, slip: job.slip };
  }

  #print({ slip, ...job }: WaitingSlip): void {
    const rest = slip.rest === 'follows' ? this.#begin(job) : undefined;
    if (rest === undefined) this.#printing = { job };
    const printing = this.#context.adapters.printer?.print(job.copy ? asCopy(slip) : slip, rest);
    if (printing !== undefined)
      this.#context.endOnRejection(printing.then((outcome) => this.#answered(outcome)));
  }

  /** The printer gets the top of `job` now. @returns the whole slip, when it is on disk */
  #begin(job: SlipJob): Promise<Slip> {
    return new Promise((complete) => {
      this.#printing = { job, complete };
    });
  }

  /** Takes away what is not to be printed any more. */
  #sweep(): void {
    const { journal, clock } = this.#context.adapters;
    const nowMs = this.#keeper.clockGood ? clock.wallMs() : undefined;
    const { slips: bounds } = this.#context.settings;
    for (const { job, because } of stale(this.#waiting(), (id) => journal.sale(id), bounds, nowMs)) {
      this.#move(job, { type: 'dropped', because });
      this.#tell(job.id, false);
    }
  }

  #answered(outcome: PrintOutcome): void {
    if (this.#stopped === 'no') this.#context.post({ on: 'command', run: () => this.#ended(outcome) });
    else if (this.#stopped === 'orderly') this.#settled(outcome);
  }

  #settled(outcome: PrintOutcome): Settled {
    assert(this.#printing !== undefined, 'a printer prints what it was given');
    const { job } = this.#printing;
    const topAlone = this.#begun !== undefined;
    this.#printing = undefined;
    return { job, topAlone, after: this.#move(job, eventOf(outcome, topAlone)) };
  }

  #ended(outcome: PrintOutcome): void {
    const { clock, log } = this.#context.adapters;
    const { job, topAlone, after } = this.#settled(outcome);
    // The printer has just told how it is: no sale should rely on an older report (law 9).
    const { code, detail } = outcome.kind === 'printed' ? { code: 0, detail: 'prints' } : outcome.fault;
    this.#context.post({ on: 'reading', fact: 'paper', reading: { code, detail, atMs: clock.monoMs() } });
    if (outcome.kind === 'printed') {
      const mark = job.copy ? ', marked COPY' : '';
      const sure = outcome.confirmed ? '' : ' (this line cannot confirm it)';
      log.info(`${slipName(job)} printed${mark}${sure}`);
    } else {
      const then = after.state === 'queued' ? 'it waits for the printer' : `it is ${after.state}`;
      if (topAlone) log.warn(`${job.orderId ?? ''} top of a slip not printed: E${code} ${detail}`);
      else log.error(`${slipName(job)} not printed: E${code} ${detail}; ${then}`);
      this.#resting.add(job.id);
      // What is not waited for would meet the same printer: it rests as well.
      for (const { id } of this.#waiting()) if (!this.#waiters.has(id)) this.#resting.add(id);
    }
    this.#tell(job.id, outcome.kind === 'printed');
  }

  #tell(id: number, printed: boolean): void {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    for (const tell of waiters) tell(printed);
  }

  /** Journals a step of `job`, as a line of its sale's story where it has one. */
  #move(job: SlipJob, event: SlipEvent): SlipJob {
    const after = advance(job, event);
    const { orderId, id, kind, state, why } = after;
    const about = orderId === undefined ? {} : { orderId };
    const body = { id, slip: kind, copy: job.copy, now: state, ...(why === undefined ? {} : { why }) };
    const ended = event.type === 'printed' || event.type === 'dropped';
    const mayWaitMs = kind === 'qr' ? STORY_WAITS_MS : ENDED_WITHIN_MS;
    // That nothing of it is on paper is on disk at once: it comes as the original, also after a cut.
    this.#commit([{ ...about, kind: 'slip', body }], [after], ended ? mayWaitMs : undefined);
    if (after.state === 'dropped' && event.type === 'dropped')
      this.#context.adapters.log.warn(`${slipName(job)} dropped: ${event.because}`);
    if (event.type === 'found')
      this.#context.adapters.log.warn(
        `${slipName(job)} may be partly on paper: it is ${state}${after.copy ? ', marked COPY' : ''}`,
      );
    return after;
  }

  #commit(events: readonly JournalEvent[], slips: readonly SlipChange[], mayWaitMs?: number): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events, slips, mayWaitMs });
  }
}

interface Settled {
  readonly job: SlipJob;
  /** It never was more than that. */
  readonly topAlone: boolean;
  readonly after: SlipJob;
}

function eventOf(outcome: PrintOutcome, topAlone: boolean): SlipEvent {
  if (outcome.kind === 'printed') return { type: 'printed' };
  return { type: 'failed', fault: outcome.fault, started: outcome.started, topAlone };
}
