import { type Fault, unanswered } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Timers } from '../../src/port/clock.js';
import { within } from './bounded.js';
import {
  faultsOf,
  type PrinterSnapshot,
  type StatusEvent,
  StatusStream,
  snapshotOfRealtime,
} from './status.js';
import type { PrinterLine } from './transport.js';

export type Fence = Extract<StatusEvent, { kind: 'fence' }>;

const DLE = 0x10;
const EOT = 0x04;

/**
 * One open line with a printer at its end: sends, asks, and notices trouble while it does. Trouble is the line going
 * away, the printer reporting by itself that it stopped, or the time for the whole job running out.
 */
export class PrinterDialogue {
  readonly line: PrinterLine;
  readonly #stream = new StatusStream();
  readonly #bounds: { readonly timers: Timers; readonly answerMs: number; readonly wholeMs: number };
  #cancelBound: () => void = () => undefined;
  #trouble: Fault | undefined;
  #onTrouble: (fault: Fault) => void = () => undefined;
  #onRealtime: (byte: number) => void = () => undefined;
  #onCalled: (model: string) => void = () => undefined;
  #onFence: (fence: Fence) => void = () => undefined;
  #fence: Fence | undefined;
  /** The last automatic status, where the printer sends such. */
  reported: PrinterSnapshot | undefined;

  constructor(line: PrinterLine, bounds: { timers: Timers; answerMs: number; wholeMs: number }) {
    this.line = line;
    this.#bounds = bounds;
    this.#startBound();
    line.onLost((fault) => this.#stumble(fault));
    line.onBytes((bytes) => {
      for (const event of this.#stream.feed(bytes)) this.#hear(event);
    });
  }

  get trouble(): Fault | undefined {
    return this.#trouble;
  }

  #startBound(): void {
    const { timers, wholeMs } = this.#bounds;
    const detail = `the slip took more than ${wholeMs} ms`;
    this.#cancelBound = timers.after(wholeMs, () =>
      this.#stumble(unanswered(FAULT.printerTakesNoData, detail)),
    );
  }

  /** Waits for `work`, which is not the printer's and counts for nothing of its time; no longer than until trouble. */
  async meanwhile<T>(work: Promise<T>): Promise<Result<T, Fault>> {
    if (this.#trouble !== undefined) return err(this.#trouble);
    this.#cancelBound();
    const stumbled = new Promise<Result<T, Fault>>((resolve) => {
      this.#onTrouble = (fault) => resolve(err(fault));
    });
    const done = await Promise.race([work.then((value): Result<T, Fault> => ok(value)), stumbled]);
    this.#onTrouble = () => undefined;
    this.#startBound();
    return done;
  }

  /** Nothing more is said here, and what waits is told so. */
  quit(fault: Fault): Promise<void> {
    this.#stumble(fault);
    return this.line.abandon();
  }

  /** Ends the bound on the whole. The line itself is finished or abandoned by the caller. */
  close(): void {
    this.#cancelBound();
  }

  /** Resolves when the bytes were taken, or at the first trouble, with its fault. */
  send(bytes: Uint8Array): Promise<Fault | undefined> {
    if (this.#trouble !== undefined) return Promise.resolve(this.#trouble);
    return new Promise((resolve) => {
      this.#onTrouble = resolve;
      this.line.write(bytes).then((fault) => {
        this.#onTrouble = () => undefined;
        resolve(this.#trouble ?? fault);
      });
    });
  }

  /** In order, until trouble. The last part may ask for a fence: answers to earlier ones are forgotten before it. */
  async sendAll(parts: readonly Uint8Array[]): Promise<Fault | undefined> {
    for (const [index, part] of parts.entries()) {
      if (index === parts.length - 1) this.forgetFences();
      const fault = await this.send(part);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /**
   * One round of `DLE EOT`: is it online, if not, why, and is there paper? Undefined when it did not answer.
   * Clones that answer the first question only count as ready.
   */
  async look(): Promise<PrinterSnapshot | undefined> {
    const one = await this.#ask(1);
    if (one === undefined) return undefined;
    const offline = (one & 0x28) !== 0;
    const two = offline ? await this.#ask(2) : undefined;
    const three = offline ? await this.#ask(3) : undefined;
    const four = await this.#ask(4);
    return snapshotOfRealtime(one, two, three, four);
  }

  /** Whether it answers one of `times` questions, or says by itself why it stopped. A line that goes away says neither. */
  async isThere(times: number): Promise<boolean> {
    for (let miss = 0; miss < times; miss += 1) {
      if ((await this.look()) !== undefined) return true;
      if (this.#trouble !== undefined) return this.#trouble.code < FAULT.printerLineLost;
    }
    return false;
  }

  /** What the printer calls itself (`GS I 67`); undefined when it does not say. Ask one that is ready. */
  async model(): Promise<string | undefined> {
    this.#stream.awaitName();
    return this.#answerTo<string>(Uint8Array.of(0x1d, 0x49, 67), (told) => {
      this.#onCalled = told;
    });
  }

  /** Answers to `GS r` that came so far belong to something earlier. Call before asking for a new one. */
  forgetFences(): void {
    this.#fence = undefined;
  }

  /** The next answer to `GS r 1`, or why there is none: undefined is only that the time is up. */
  awaitFence(ms: number): Promise<Fence | Fault | undefined> {
    const already = this.#fence ?? this.#trouble;
    if (already !== undefined) return Promise.resolve(already);
    const heard = new Promise<Fence | Fault>((resolve) => {
      this.#onFence = resolve;
      this.#onTrouble = resolve;
    });
    return within(this.#bounds.timers, ms, heard, undefined);
  }

  async #ask(what: 1 | 2 | 3 | 4): Promise<number | undefined> {
    if (this.#trouble !== undefined) return undefined;
    const answer = await this.#answerTo<number>(Uint8Array.of(DLE, EOT, what), (told) => {
      this.#onRealtime = told;
    });
    this.#onRealtime = () => undefined;
    return answer;
  }

  /** @returns what `listen` is told first; undefined at trouble, or when the time is up */
  async #answerTo<T>(
    question: Uint8Array,
    listen: (told: (answer: T) => void) => void,
  ): Promise<T | undefined> {
    const heard = new Promise<T | undefined>((resolve) => {
      listen(resolve);
      this.#onTrouble = () => resolve(undefined);
      // A printer that takes nothing more may still hear a question, so only a fault of the line ends the wait.
      this.line.write(question).then((fault) => {
        if (fault !== undefined) resolve(undefined);
      });
    });
    const answer = await within(this.#bounds.timers, this.#bounds.answerMs, heard, undefined);
    this.#onTrouble = () => undefined;
    return answer;
  }

  #hear(event: StatusEvent): void {
    if (event.kind === 'realtime') this.#onRealtime(event.byte);
    else if (event.kind === 'called') this.#onCalled(event.model);
    else if (event.kind === 'fence') {
      this.#fence = event;
      this.#onFence(event);
    } else {
      this.reported = event.snapshot;
      const fault = faultsOf(event.snapshot)[0];
      if (fault !== undefined) this.#stumble(fault);
    }
  }

  #stumble(fault: Fault): void {
    if (this.#trouble !== undefined) return;
    this.#trouble = fault;
    this.#onTrouble(fault);
  }
}
