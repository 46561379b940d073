import { PulseMachine } from '../../../devices/vending/pulse/driver.js';
import { Emitter, judgeTool, type Place, type TrainEnd } from '../../../devices/vending/pulse/emitter.js';
import { type Train, trainMs } from '../../../devices/vending/pulse/tools.js';
import { type Fault, temporary } from '../../../src/base/fault.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { isSettled, type Sale } from '../../../src/core/sale/sale.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { Cashier } from './cashier.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const PULSE_VALUE = 1_000;
const MOST_PULSES = 12;
export const PLACE: Place = {
  version: 2,
  chip: { name: 'gpiochip0', label: 'storm', lines: 8 },
  where: { chip: 'gpiochip0', line: 4, activeLow: false },
};
const NOT_THERE = temporary(351, 'the storm took the chip');

/** A machine that counts coin pulses, and says nothing; its customers type what they want to pay. */
export class CoinPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #cashier: Cashier;
  readonly #random: Stream;
  /** Pulses that have come for each sale. */
  readonly #pulses = new Map<string, number>();
  #goneUntilMs = 0;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 8_003);
    // Now and then an amount that no number of pulses makes.
    this.#cashier = new Cashier(parts, (random) =>
      random.fraction() < 0.05 ? 1_500 : random.between(1, MOST_PULSES) * PULSE_VALUE,
    );
    const { time, chance } = parts;
    hourly(time, chance, 'machineResets', () => {
      this.#goneUntilMs = time.nowMs + chance.detail('machineResets', 300, 60_000);
    });
  }

  readonly endsInOrder = true;

  owns(sale: Sale): boolean {
    return sale.source.kind === 'vending';
  }

  get idle(): boolean {
    return this.#cashier.idle;
  }

  plug(process: ProcessParts): Partial<Adapters> {
    const { timers, log } = process;
    const emitter = new StormEmitter(timers, {
      there: () => this.#parts.chance.off || this.#parts.time.nowMs >= this.#goneUntilMs,
      train: (train) => this.#train(train, process),
    });
    const settings = { pulseValue: rupiah(PULSE_VALUE), pulseMs: 50, gapMs: 50, maxPulses: MOST_PULSES };
    const machine = new PulseMachine({ emitter, timers, log, ...settings });
    const vending = { machine, patienceMs: 120_000, slotFailures: 20 };
    return { ...this.#cashier.plug(process), vending };
  }

  objects(sale: Sale): Violation | undefined {
    return this.#cashier.objects(sale);
  }

  sale(sale: Sale): void {
    const { orderId, state } = sale;
    const failed = (state.at === 'owed' || state.at === 'refunding') && state.why === 'deliveryFailed';
    const pulses = this.#pulses.get(orderId) ?? 0;
    if (failed && pulses > 0)
      this.#parts.laws.broken('law 6', `${orderId} is ${state.at} as failed, and ${pulses} pulses went out`);
    this.#cashier.sale(sale);
  }

  hasWord({ orderId, amount }: Sale): boolean {
    return this.#pulses.get(orderId) === amount / PULSE_VALUE;
  }

  #train(train: Train, { act, alive }: ProcessParts): Promise<TrainEnd> {
    const { time, chance, laws, story } = this.#parts;
    const sale = [...laws.openIds].map((id) => laws.sales.get(id)).find((one) => this.#isFor(one, train));
    const orderId = sale?.orderId ?? '';
    story.say(() => `a train of ${train.pulses} pulses for ${orderId}`);
    if (sale === undefined || !isSettled(sale))
      laws.broken('law 4', `${train.pulses} pulses for a sale that is not paid`);
    if (this.#pulses.has(orderId)) laws.broken('law 6', `a second train of pulses for ${orderId}`);
    this.#pulses.set(orderId, 0);
    // The program that emits them outlives the terminal's process, and not the power.
    const outlives = this.#random.fraction() < 0.5;
    const fails = chance.now('machineFailsToVend');
    const ends = fails ? chance.detail('machineFailsToVend', 0, train.pulses - 1) : train.pulses;
    return new Promise((resolve) => {
      const pulse = (count: number): void => {
        if (!alive() && !outlives) return;
        if (count === ends) return this.#ended(ends, train, alive, resolve);
        this.#pulses.set(orderId, count + 1);
        if (count === 0) act('train of pulses');
        time.after(train.pulseMs + train.gapMs, () => pulse(count + 1));
      };
      time.after(Math.min(train.leadMs, trainMs(train)), () => pulse(0));
    });
  }

  #ended(sent: number, train: Train, alive: () => boolean, resolve: (end: TrainEnd) => void): void {
    if (!alive()) return;
    resolve(endOf(sent, train));
  }

  #isFor(sale: Sale | undefined, { pulses }: Train): sale is Sale {
    return sale?.state.at === 'delivering' && sale.amount === pulses * PULSE_VALUE && this.owns(sale);
  }
}

interface Wiring {
  readonly there: () => boolean;
  readonly train: (train: Train, place: Place) => Promise<TrainEnd>;
}

/** What gpioset says of a train of which so many pulses went out. */
export function endOf(sent: number, train: Train): TrainEnd {
  const complaint =
    sent === train.pulses
      ? ''
      : sent === 0
        ? "gpioset: unable to request lines on chip '/dev/gpiochip0': Device or resource busy"
        : "gpioset: unable to set values on 'gpiochip0': Input/output error";
  return judgeTool({ code: complaint === '' ? 0 : 1, complaint }, train);
}

/** The real driver's programs, without programs. */
export class StormEmitter extends Emitter {
  readonly #wiring: Wiring;
  readonly #timers: Timers;

  constructor(timers: Timers, wiring: Wiring) {
    super({ chip: 'storm', line: 4, activeLow: false, timers });
    this.#timers = timers;
    this.#wiring = wiring;
  }

  override look(): Promise<Place | Fault> {
    return this.#soon(() => (this.#wiring.there() ? PLACE : NOT_THERE));
  }

  override idle(): Promise<string | undefined> {
    return this.#soon(() => (this.#wiring.there() ? undefined : NOT_THERE.detail));
  }

  override train(place: Place, train: Train): Promise<TrainEnd> {
    return this.#wiring.train(train, place);
  }

  #soon<T>(answer: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#timers.after(20, () => resolve(answer()));
    });
  }
}
