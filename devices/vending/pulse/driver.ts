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

/** A train, and the line that it goes out on where it is not the machine's own. */
interface LinedTrain {
  readonly line: number | undefined;
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
      const taken = line === undefined ? undefined : this.#taken.get(line);
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
    this.#lines = [...new Set(lines)];
    void this.#next(() => this.#leaveIdle(this.#place));
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
      const trouble = place === undefined ? undefined : await this.#options.emitter.idle(place);
      if (trouble !== undefined)
        this.#options.log.warn(`E${FAULT.gpioLineTaken} the line could not be left idle: ${trouble}`);
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
    const trouble = await emitter.idle(found);
    if (trouble !== undefined) return this.#gone(temporary(FAULT.gpioLineTaken, trouble));
    await this.#leaveIdle(found);
    this.#place = found;
    this.#saidGone = undefined;
    const { version, chip, where } = found;
    const how = version === 2 ? 'gpioset 2' : 'our own line request, gpioset 1 knows no trains';
    this.#options.log.info(`line ${where.line} of ${chip.name} [${chip.label}] is idle; trains by ${how}`);
    this.#on?.({ kind: 'present' });
  }

  /** A relay that a program left on, as it was killed, goes off; a line that is not to be had is looked at again. */
  async #leaveIdle(place: Place | undefined): Promise<void> {
    if (place === undefined) return;
    const { emitter, log, timers } = this.#options;
    for (const line of this.#lines) {
      const trouble = await emitter.idle({ ...place, where: { ...place.where, line } });
      if (trouble === undefined) this.#taken.delete(line);
      else if (this.#taken.get(line) !== trouble) {
        this.#taken.set(line, trouble);
        log.warn(`E${FAULT.gpioLineTaken} line ${line} of a product could not be left idle: ${trouble}`);
      }
    }
    if (this.#taken.size === 0 || this.#on === undefined) return;
    this.#cancelAgain?.();
    this.#cancelAgain = timers.after(AGAIN_MS, () => void this.#next(() => this.#leaveIdle(this.#place)));
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
    const refusal = this.refuses(amount, gives);
    if (refusal !== undefined) return { vend: 'failed', detail: refusal };
    if (this.#begun.includes(reference))
      return { vend: 'unknown', detail: 'a train was begun for it before, and there is no second one' };
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
    for (const { line = place.where.line, train } of trains) {
      const { vend, detail } = await this.#emit(train, { ...place, where: { ...place.where, line } });
      const isOther = line !== place.where.line;
      details.push(isOther ? `line ${line}: ${detail}` : detail);
      if (vend === 'done') continue;
      const some = vend === 'failed' && details.length > 1;
      return { vend: some ? 'partly' : vend, detail: details.join('; ') };
    }
    return { vend: 'done', detail: details.join('; ') };
  }

  async #emit(train: Train, place: Place): Promise<VendOutcome> {
    this.#options.log.info(`-> ${train.pulses} pulses of ${train.pulseMs} ms, gaps of ${train.gapMs} ms`);
    const { end, words } = await this.#options.emitter.train(place, train);
    switch (end) {
      case 'done':
        this.#options.log.info(`the train is out: ${words}`);
        return { vend: 'done', detail: words };
      case 'nothing':
        this.#gone(temporary(FAULT.gpioLineTaken, words));
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
    if (trouble !== undefined) this.#gone(temporary(FAULT.gpioLineTaken, trouble));
  }

  /** Of each line the pulses in one train, and the seconds as one pulse, in the order in which they were chosen. */
  #trainsOf(amount: Rupiah, gives?: readonly Given[]): LinedTrain[] {
    const { pulseValue, pulseMs, gapMs } = this.#options;
    const leadMs = Math.max(gapMs, LEAST_LEAD_MS);
    if (gives === undefined)
      return [{ line: undefined, train: { pulses: amount / pulseValue, pulseMs, gapMs, leadMs } }];
    const trains = new Map<string, LinedTrain>();
    for (const given of gives) {
      const { line } = given;
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
