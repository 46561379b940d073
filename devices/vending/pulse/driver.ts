import { type Fault, temporary } from '../../../src/base/fault.js';
import { formatRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type { Given } from '../../../src/base/sold-item.js';
import type { VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import type { Tools } from '../../kit/tools.js';
import { VENDING_NAME } from '../settings.js';
import type { Emitter, Place } from './emitter.js';
import type { Train } from './tools.js';

export interface PulseOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly emitter: Emitter;
  /** What one pulse is worth. */
  readonly pulseValue: Rupiah;
  readonly pulseMs: number;
  readonly gapMs: number;
  readonly maxPulses: number;
}

/** How long a line that could not be had is left alone before it is tried again. */
const AGAIN_MS = 10_000;
/** A machine that counts coins wants to have seen the line idle for a while. */
const LEAST_LEAD_MS = 100;
/** Sales of which a train was begun are remembered, so that none gets a second one. */
const MOST_REMEMBERED = 256;

/** How long a line is held at most, for a relay: a customer stands before it, and the next one waits. */
const MOST_SECONDS = 300;

/** A train, and the line that it goes out on. */
interface LinedTrain {
  readonly line: number;
  readonly train: Train;
}

/** Any machine that takes coin pulses: it cannot ask, and it says nothing of what it did with them. */
export class PulseMachine implements VendingMachine {
  readonly name = VENDING_NAME;
  readonly amounts = 'entry';
  readonly repeats = false;
  readonly #options: PulseOptions;
  readonly #begun: string[] = [];
  #on: ((event: VendingEvent) => void) | undefined;
  #place: Place | undefined;
  #saidGone: string | undefined;
  #cancelAgain: (() => void) | undefined;
  /** Of products, beside the machine's own. */
  #lines: readonly number[] = [];
  /** Why a line of these cannot be had: nothing is charged for it meanwhile. */
  readonly #taken = new Map<number, string>();
  /** One program at a time has the line. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  start(on: (event: VendingEvent) => void): void {
    this.#on = on;
    void this.#next(() => this.#find());
  }

  refuses(amount: Rupiah, gives?: readonly Given[]): string | undefined {
    const { pulseValue, maxPulses } = this.#options;
    const isOdd = gives === undefined && (amount === 0 || amount % pulseValue !== 0);
    if (isOdd) return `not a multiple of ${formatRupiah(pulseValue)}`;
    for (const { line, train } of this.#trainsOf(amount, gives)) {
      const { pulses, pulseMs } = train;
      const taken = this.#taken.get(line);
      if (taken !== undefined) return `line ${line} cannot be had: ${taken}`;
      if (pulses > maxPulses) return `${pulses} pulses, and at most ${maxPulses} are allowed`;
      if (pulseMs > MOST_SECONDS * 1000)
        return `${pulseMs / 1000} seconds, and at most ${MOST_SECONDS} are allowed`;
    }
    return undefined;
  }

  vend(request: VendRequest): Promise<VendOutcome> {
    return this.#next(() => this.#vend(request));
  }

  mind(lines: readonly number[]): void {
    this.#lines = [...new Set(lines)].filter((line) => line !== this.#own);
    void this.#next(() => this.#leaveIdle(this.#place));
  }

  places(gives?: readonly Given[]): readonly string[] {
    const lines = gives === undefined ? [this.#own] : gives.map(({ line = this.#own }) => line);
    return [...new Set(lines)].map(placeOf);
  }

  get #own(): number {
    return this.#options.emitter.line;
  }

  /** It has not asked, so there is nothing to tell. */
  deny(): void {
    this.#options.log.debug('nothing to tell a machine that takes pulses');
  }

  /** Waits for a train that is under way: half a train is worth nothing to the customer. */
  async stop(): Promise<void> {
    this.#on = undefined;
    this.#cancelAgain?.();
    await this.#next(async () => {
      const place = this.#place;
      this.#place = undefined;
      await this.#leaveIdle(place);
    });
    // Paid while it stopped: that nothing comes out is told before the terminal ends, and is no doubt then.
    for (let work: Promise<unknown> | undefined; work !== this.#work; ) {
      work = this.#work;
      await work;
    }
  }

  #next<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#work.then(job);
    this.#work = done.catch((error: unknown) =>
      this.#options.log.error(`E${FAULT.pulsesIncomplete} ${String(error)}`),
    );
    return done;
  }

  /** Finds the line and drives it idle, now and again until it is there. */
  async #find(): Promise<void> {
    if (this.#on === undefined) return;
    const { emitter } = this.#options;
    const found = await emitter.look();
    if ('code' in found) return this.#gone(found);
    await this.#leaveIdle(found);
    if (this.#noneLeft() || this.#on === undefined) return;
    this.#place = found;
    this.#saidGone = undefined;
    const { version, chip, where } = found;
    const how = version === 2 ? 'gpioset 2' : 'our own line request, gpioset 1 knows no trains';
    const state = this.#taken.has(where.line) ? 'cannot be had' : 'is idle';
    this.#options.log.info(`line ${where.line} of ${chip.name} [${chip.label}] ${state}; trains by ${how}`);
    this.#on({ kind: 'present' });
  }

  /** A relay that a program left on, as it was killed, goes off; a line that is not to be had is looked at again. */
  async #leaveIdle(place: Place | undefined): Promise<void> {
    if (place === undefined) return;
    for (const line of [this.#own, ...this.#lines]) {
      const trouble = await this.#options.emitter.idle({ ...place, where: { ...place.where, line } });
      if (trouble === undefined) this.#taken.delete(line);
      else this.#take(line, trouble);
    }
    this.#lookAgain();
  }

  #take(line: number, trouble: string): void {
    const known = this.#taken.get(line) === trouble;
    this.#taken.set(line, trouble);
    if (!known) this.#options.log.warn(`E${FAULT.gpioLineTaken} line ${line} cannot be had: ${trouble}`);
  }

  /** One that cannot be had stops itself alone; where there is no other, there is no machine. */
  #lookAgain(): void {
    if (this.#taken.size === 0 || this.#on === undefined) return;
    if (this.#noneLeft())
      return this.#gone(temporary(FAULT.gpioLineTaken, this.#taken.get(this.#own) ?? 'no line can be had'));
    this.#cancelAgain?.();
    const { timers } = this.#options;
    this.#cancelAgain = timers.after(AGAIN_MS, () => void this.#next(() => this.#leaveIdle(this.#place)));
  }

  #noneLeft(): boolean {
    return [this.#own, ...this.#lines].every((line) => this.#taken.has(line));
  }

  #gone({ code, detail }: Fault): void {
    this.#place = undefined;
    if (this.#on === undefined) return;
    const text = `E${code} ${detail}`;
    this.#cancelAgain?.();
    this.#cancelAgain = this.#options.timers.after(AGAIN_MS, () => void this.#next(() => this.#find()));
    const first = this.#saidGone === undefined;
    if (this.#saidGone !== text) this.#options.log.warn(`${text}; trying again`);
    this.#saidGone = text;
    if (first) this.#on({ kind: 'gone', why: text });
  }

  async #vend({ amount, gives, reference }: VendRequest): Promise<VendOutcome> {
    if (this.#begun.includes(reference))
      return { vend: 'unknown', detail: 'a train was begun for it before, and there is no second one' };
    const refusal = this.refuses(amount, gives);
    if (refusal !== undefined) return { vend: 'failed', detail: refusal };
    if (this.#place === undefined)
      return { vend: 'failed', detail: this.#saidGone ?? 'the line is not there' };
    // Looked for anew: a chip on USB can have another number by now.
    const place = await this.#options.emitter.look();
    if ('code' in place) {
      this.#gone(place);
      return { vend: 'failed', detail: `E${place.code} ${place.detail}` };
    }
    this.#begun.push(reference);
    if (this.#begun.length > MOST_REMEMBERED) this.#begun.shift();
    return this.#emitAll(this.#trainsOf(amount, gives), place);
  }

  /** One train after the other, a line each. What comes after one that did not go out whole stays where it is. */
  async #emitAll(trains: readonly LinedTrain[], place: Place): Promise<VendOutcome> {
    const details: string[] = [];
    const places: { place: string; good: boolean }[] = [];
    for (const { line, train } of trains) {
      const { vend, detail } = await this.#emit(train, { ...place, where: { ...place.where, line } });
      details.push(line === this.#own ? detail : `line ${line}: ${detail}`);
      // It says nothing of what it did with them: that they left is all the good that is known of it.
      places.push({ place: placeOf(line), good: vend === 'done' });
      if (vend === 'done') continue;
      const some = vend === 'failed' && details.length > 1;
      return { vend: some ? 'partly' : vend, detail: details.join('; '), places };
    }
    return { vend: 'done', detail: details.join('; '), places };
  }

  async #emit(train: Train, place: Place): Promise<VendOutcome> {
    const { line } = place.where;
    this.#options.log.info(
      `-> ${train.pulses} pulses of ${train.pulseMs} ms on line ${line}, gaps of ${train.gapMs} ms`,
    );
    const { end, words } = await this.#options.emitter.train(place, train);
    switch (end) {
      case 'done':
        this.#options.log.info(`the train is out: ${words}`);
        return { vend: 'done', detail: words };
      case 'nothing':
        this.#take(line, words);
        this.#lookAgain();
        return { vend: 'failed', detail: `E${FAULT.gpioLineTaken} no pulse left: ${words}` };
      case 'unknown':
        this.#options.log.warn(`E${FAULT.pulsesIncomplete} the train may be incomplete: ${words}`);
        await this.#calm(place);
        return { vend: 'unknown', detail: `E${FAULT.pulsesIncomplete} ${words}` };
    }
  }

  /** A program that ended in the middle of a pulse may have left the line there, as a coin that is stuck. */
  async #calm(place: Place): Promise<void> {
    const trouble = await this.#options.emitter.idle(place);
    if (trouble === undefined) return;
    this.#take(place.where.line, trouble);
    this.#lookAgain();
  }

  /** Of each line the pulses in one train, and the seconds as one pulse, in the order in which they were chosen. */
  #trainsOf(amount: Rupiah, gives?: readonly Given[]): LinedTrain[] {
    const { pulseValue, pulseMs, gapMs } = this.#options;
    const leadMs = Math.max(gapMs, LEAST_LEAD_MS);
    if (gives === undefined)
      return [{ line: this.#own, train: { pulses: amount / pulseValue, pulseMs, gapMs, leadMs } }];
    const trains = new Map<string, LinedTrain>();
    for (const given of gives) {
      const { line = this.#own } = given;
      const key = `${line} ${'pulses' in given}`;
      const before = trains.get(key)?.train;
      const train =
        'pulses' in given
          ? { pulses: given.pulses + (before?.pulses ?? 0), pulseMs }
          : { pulses: 1, pulseMs: given.seconds * 1000 + (before?.pulseMs ?? 0) };
      trains.set(key, { line, train: { ...train, gapMs, leadMs } });
    }
    return [...trains.values()];
  }
}

/** As the journal counts its failures; no slot of another machine has such a name. */
function placeOf(line: number): string {
  return `line-${line}`;
}
