import { type Fault, temporary, unanswered } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import type { Slip } from '../../src/base/slip.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Printer, PrinterStatus, PrintOutcome } from '../../src/port/printer.js';
import type { Tools } from '../kit/tools.js';
import { Turns } from '../kit/turns.js';
import { pause } from './bounded.js';
import { afterTop, composeSlip, type PrintJob, paperMs, recoveryBytes } from './compose.js';
import { PrinterDialogue } from './dialogue.js';
import type { PrintedLogo } from './logo.js';
import { aboutPrinter, type PrinterProfile } from './profiles.js';
import { faultsOf, printerStatus } from './status.js';
import type { PrinterTransport } from './transport.js';

export interface EscPosPrinterOptions extends Pick<Tools, 'clock' | 'timers' | 'log'> {
  readonly transport: PrinterTransport;
  readonly profile: PrinterProfile;
  /** Above what customers get. */
  readonly logo?: PrintedLogo;
  /** For one answer to `DLE EOT`. Default 1000. */
  readonly answerMs?: number;
  /** From the last byte to the fence, besides the time that the paper takes. Default 5000. */
  readonly fenceMs?: number;
  /** The whole of one slip, whatever happens. Default 120 s: 33 s of raster at 9600 baud, and paper to spare. */
  readonly wholeMs?: number;
}

/** A printer that once missed an answer was busy; one that missed three in a row is gone. */
const MISSES = 3;
const BETWEEN_MISSES_MS = 200;
const LOOK_EVERY_MS = 1_000;

const PAPER_ENDED: Fault = temporary(FAULT.paperOut, 'the paper ended with the slip');

/** An ESC/POS printer on any transport. Slips are printed one at a time, in the order of the calls. */
export class EscPosPrinter implements Printer {
  readonly name: string;
  readonly about: string;
  readonly #options: EscPosPrinterOptions;
  readonly #turns = new Turns();
  #busy = false;
  #stopped = false;
  #known: PrinterStatus = { state: 'unknown' };
  #misses = 0;
  /** Whether it has ever answered at the end of a slip: then it is to be heard at the end of each. */
  #confirms = false;
  /** Zeros owed to a printer that may still wait for the rest of an interrupted command. */
  #pad = 0;
  #talk: PrinterDialogue | undefined;

  constructor(options: EscPosPrinterOptions) {
    this.name = options.transport.name;
    this.about = aboutPrinter(options.profile);
    this.#options = options;
  }

  /**
   * Asks the printer, between slips only; while a slip is printed, what was known before. A printer that was ready is
   * believed until its third miss in a row.
   */
  status(): Promise<PrinterStatus> {
    if (this.#busy) return Promise.resolve(this.#known);
    return this.#turns.next(() => this.#askStatus());
  }

  print(slip: Slip, rest?: Promise<Slip>): Promise<PrintOutcome> {
    this.#busy = true;
    return this.#turns.next(async () => {
      this.#busy = true;
      const { clock, log } = this.#options;
      let since = clock.monoMs();
      const known = rest?.then((whole) => {
        since = clock.monoMs();
        return whole;
      });
      const outcome = await this.#printNow(slip, known);
      this.#busy = false;
      const what = `slip ${slip.kind}${slip.copy ? ' copy' : ''} ${slip.orderId ?? ''}`.trim();
      const took = `${Math.round(clock.monoMs() - since)} ms`;
      if (outcome.kind === 'printed')
        log.info(`${what} printed${outcome.confirmed ? ', confirmed' : ''} in ${took}`);
      else
        log.warn(
          `${what} E${outcome.fault.code} ${outcome.fault.detail}${outcome.started ? ' (begun)' : ''}, ${took}`,
        );
      return outcome;
    });
  }

  interrupted(slip: Slip): void {
    const composed = composeSlip(slip, this.#options.profile, this.#options.logo);
    if (composed.ok) this.#pad = Math.max(this.#pad, composed.value.longestData, 1);
  }

  /** A slip that is being printed fails with FAULT.stopping; those that wait do not begin. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#talk?.quit(stopped(this.name));
    await this.#turns.end();
    await this.#options.transport.stop();
  }

  async #askStatus(): Promise<PrinterStatus> {
    for (;;) {
      if (this.#stopped) return { state: 'notReady', faults: [stopped(this.name)] };
      const looked = await this.#lookOnce();
      if (looked.ok) {
        this.#misses = 0;
        this.#known = looked.value;
        return this.#known;
      }
      this.#misses += 1;
      if (this.#misses >= MISSES) {
        this.#known = { state: 'notReady', faults: [looked.error] };
        return this.#known;
      }
      this.#options.log.debug(`miss ${this.#misses}: E${looked.error.code} ${looked.error.detail}`);
      if (this.#known.state === 'ready') return this.#known;
      await pause(this.#options.timers, BETWEEN_MISSES_MS);
    }
  }

  async #lookOnce(): Promise<Result<PrinterStatus, Fault>> {
    const opened = await this.#open();
    if (!opened.ok) return opened;
    const talk = opened.value;
    if (!this.#asks) {
      await this.#giveBack(talk, true);
      return ok({ state: 'unknown' });
    }
    const snapshot = await talk.look();
    const fault = talk.trouble;
    await this.#giveBack(talk, snapshot !== undefined);
    if (snapshot !== undefined) return ok(printerStatus(snapshot));
    if (fault !== undefined && fault.code < FAULT.printerLineLost)
      return ok({ state: 'notReady', faults: [fault] });
    return err(fault ?? silent(this.name));
  }

  /** Whether this printer answers at all. */
  get #asks(): boolean {
    return this.#options.profile.status !== 'none' && this.#options.transport.twoWay;
  }

  async #open(): Promise<Result<PrinterDialogue, Fault>> {
    const { transport, timers, answerMs = 1_000, wholeMs = 120_000 } = this.#options;
    if (this.#stopped) return err(stopped(this.name));
    const opened = await transport.open();
    if (!opened.ok) return opened;
    const talk = new PrinterDialogue(opened.value, { timers, answerMs, wholeMs });
    this.#talk = talk;
    return ok(talk);
  }

  async #giveBack(talk: PrinterDialogue, well: boolean): Promise<void> {
    talk.close();
    this.#talk = undefined;
    if (well) await talk.line.release();
    else await talk.line.abandon();
  }

  async #printNow(slip: Slip, rest: Promise<Slip> | undefined): Promise<PrintOutcome> {
    const composed = composeSlip(slip, this.#options.profile, this.#options.logo);
    if (!composed.ok) return { kind: 'failed', fault: composed.error, started: false };
    const first = composed.value;
    const begun = await this.#begin();
    if (!begun.ok) {
      this.#known = { state: 'notReady', faults: [begun.error] };
      return { kind: 'failed', fault: begun.error, started: false };
    }
    const talk = begun.value;
    if (rest === undefined) return this.#printOn(talk, first);
    const fault = await this.#send(talk, first);
    const whole = fault === undefined ? await talk.meanwhile(rest) : err(fault);
    if (!whole.ok) return this.#giveUp(talk, first, whole.error);
    const all = composeSlip(whole.value, this.#options.profile, this.#options.logo);
    if (!all.ok) return this.#giveUp(talk, first, all.error);
    return this.#printOn(talk, afterTop(all.value, first.bytes));
  }

  /** To the end of it, and until the printer says so. */
  async #printOn(talk: PrinterDialogue, job: PrintJob): Promise<PrintOutcome> {
    const fault = (await this.#send(talk, job)) ?? (this.#asks ? await this.#awaitEnd(talk, job) : undefined);
    if (fault === undefined || fault === 'confirmed') return this.#finish(talk, job, fault === 'confirmed');
    return this.#giveUp(talk, job, fault);
  }

  /** A line to a printer that is ready and listens. Up to three tries; nothing of the slip has left before. */
  async #begin(): Promise<Result<PrinterDialogue, Fault>> {
    let fault: Fault = silent(this.name);
    for (let miss = 0; miss < MISSES && !this.#stopped; miss += 1) {
      if (miss > 0) await pause(this.#options.timers, BETWEEN_MISSES_MS);
      const opened = await this.#open();
      if (!opened.ok) {
        fault = opened.error;
        if (fault.kind === 'refused') return opened;
        continue;
      }
      const talk = opened.value;
      const snapshot = this.#asks ? await talk.look() : undefined;
      const problem = snapshot === undefined ? talk.trouble : faultsOf(snapshot)[0];
      if (problem === undefined && (snapshot !== undefined || !this.#asks)) {
        const unrecovered = await this.#recover(talk);
        if (unrecovered === undefined) return ok(talk);
        await this.#giveBack(talk, false);
        return err(unrecovered);
      }
      await this.#giveBack(talk, snapshot !== undefined);
      if (problem !== undefined && problem.code < FAULT.printerLineLost) return err(problem);
      fault = problem ?? silent(this.name);
    }
    return err(this.#stopped ? stopped(this.name) : fault);
  }

  /** Brings a printer back that may be in the middle of an interrupted command, and hears that it is. */
  async #recover(talk: PrinterDialogue): Promise<Fault | undefined> {
    if (this.#pad === 0) return undefined;
    const { profile, timers, fenceMs = 5_000, log } = this.#options;
    log.info(`ending an interrupted slip with ${this.#pad} zeros`);
    talk.forgetFences();
    const fault = await talk.send(recoveryBytes(profile, this.#pad));
    if (fault !== undefined) return fault;
    if (this.#asks) {
      const answer = await talk.awaitFence(fenceMs);
      if (answer === undefined) log.warn('the printer did not answer at the end of an interrupted slip');
      else if ('code' in answer) return answer;
      // The interrupted slip's own fence may still come; it must not be taken for the next one's.
      await pause(timers, BETWEEN_MISSES_MS);
    }
    this.#pad = 0;
    return undefined;
  }

  #send(talk: PrinterDialogue, job: PrintJob): Promise<Fault | undefined> {
    this.#options.log.debug(`-> ${job.bytes} bytes in ${job.parts.length} parts`);
    return talk.sendAll(job.parts);
  }

  /** Until the fence, a reason why there will be none, or a printer that is well but does not know `GS r`. */
  async #awaitEnd(talk: PrinterDialogue, job: PrintJob): Promise<Fault | 'confirmed' | undefined> {
    const { clock, fenceMs = 5_000, log, transport } = this.#options;
    const until = clock.monoMs() + fenceMs + paperMs(job);
    let misses = 0;
    for (;;) {
      // Before the wait: what is heard while it is looked at is taken in the next round.
      const over = clock.monoMs() >= until;
      const answer = await talk.awaitFence(LOOK_EVERY_MS);
      if (answer !== undefined && 'code' in answer) return answer;
      if (answer?.paperOut === true) return PAPER_ENDED;
      if (answer !== undefined) {
        if (transport.hearsBreaks === true && !(await talk.isThere(MISSES)))
          return talk.trouble ?? silent(this.name);
        this.#known = { state: 'ready', nearEnd: answer.nearEnd };
        this.#confirms = true;
        return 'confirmed';
      }
      const snapshot = await talk.look();
      misses = snapshot === undefined ? misses + 1 : 0;
      const fault = snapshot === undefined ? undefined : faultsOf(snapshot)[0];
      if (fault !== undefined) return fault;
      if (misses >= MISSES) return talk.trouble ?? silent(this.name);
      if (snapshot !== undefined && over) {
        if (this.#confirms) return unconfirmed(this.name);
        log.warn('the printer is well but does not answer GS r: set its status to "none" if it never does');
        return undefined;
      }
    }
  }

  async #finish(talk: PrinterDialogue, job: PrintJob, confirmed: boolean): Promise<PrintOutcome> {
    talk.close();
    this.#talk = undefined;
    const finish = await talk.line.finish(confirmed);
    if (confirmed || finish.kind === 'taken') {
      if (!this.#asks) this.#known = { state: 'unknown' };
      this.#misses = 0;
      return { kind: 'printed', confirmed };
    }
    if (finish.kind === 'lost') return this.#giveUp(talk, job, finish.fault);
    return this.#giveUp(talk, job, unanswered(FAULT.printerSilent, finish.detail));
  }

  /** A line that takes nothing is most often a printer without paper: it is asked once, on a line of its own. */
  async #reason(fault: Fault): Promise<Fault> {
    const looked = this.#asks ? await this.#lookOnce() : undefined;
    return looked?.ok === true && looked.value.state === 'notReady'
      ? (looked.value.faults[0] ?? fault)
      : fault;
  }

  async #giveUp(talk: PrinterDialogue, job: PrintJob, fault: Fault): Promise<PrintOutcome> {
    await this.#giveBack(talk, false);
    this.#pad = Math.max(this.#pad, job.longestData, 1);
    this.#misses = 0;
    const told = fault.code === FAULT.printerTakesNoData ? await this.#reason(fault) : fault;
    this.#known = { state: 'notReady', faults: [told] };
    return { kind: 'failed', fault: this.#stopped ? stopped(this.name) : told, started: true };
  }
}

function silent(name: string): Fault {
  return unanswered(FAULT.printerSilent, `${name} did not answer ${MISSES} times`);
}

/** It was switched off and on, and has forgotten the rest of the slip: clones that never answer `GS r` are no such thing. */
function unconfirmed(name: string): Fault {
  const detail = `${name} is well, and has not said that the slip is printed, as it did before`;
  return unanswered(FAULT.printerSilent, detail);
}

function stopped(name: string): Fault {
  return temporary(FAULT.stopping, `${name} was stopped`);
}
