import { FAULT } from '../../../src/core/fault/table.js';
import type { SendOutcome } from '../../../src/port/register.js';
import type { Caller } from '../../kit/callers.js';
import { FrameExchange } from '../../kit/frame-exchange.js';
import type { Tools } from '../../kit/tools.js';
import type { JsonAnswer } from './answer.js';
import type { Names } from './request.js';
import { keyOf } from './routes.js';

export interface OutboxOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly ackWaitMs: number;
  readonly resends: number;
  readonly acknowledge: 'required' | 'assumed';
}

interface Flight {
  readonly op: string;
  readonly ackKey: string;
  readonly caller: Caller;
  readonly exchange: FrameExchange;
}

/** How many acks are remembered, so that one that comes twice is no mistake. */
const MOST_REMEMBERED = 64;

/** Answers on their way. Each carries its names, so several can wait for their acks side by side. */
export class JsonOutbox {
  readonly #options: OutboxOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #acked = new Map<string, boolean>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  async send(answer: JsonAnswer, bytes: Uint8Array, caller: Caller): Promise<SendOutcome> {
    const { timers, log, ackWaitMs, resends, acknowledge } = this.#options;
    // With a name of its own it can be asked for again at any time, so its way to the wire is all that counts.
    if (answer.ack !== true) return (await caller.write(bytes)) ? 'acknowledged' : 'gone';
    const op = answer.op ?? '';
    const key = keyOf(op, answer);
    this.askedAgain(op, answer);
    const exchange = new FrameExchange(bytes, {
      write: (again) => caller.write(again),
      timers,
      ackWaitMs,
      resends: caller.visits === true ? 0 : resends,
      onWrite: (attempt) => {
        if (attempt > 1) log.info(`-> ${caller.name} the answer to ${key} once more, time ${attempt}`);
      },
    });
    const flight: Flight = { op, ackKey: keyOf('ack', answer), caller, exchange };
    this.#flights.set(key, flight);
    this.#acked.delete(flight.ackKey);
    exchange.begin();
    const outcome = await exchange.outcome;
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    if (outcome === 'silent' && acknowledge === 'assumed') log.info(`${caller.name}: taken as heard`);
    else if (outcome === 'silent')
      log.warn(`E${FAULT.registerNoAck} ${caller.name} did not acknowledge its answer`);
    if (outcome === 'rejected') log.warn(`E${FAULT.registerRejected} ${caller.name} did not take its answer`);
    if (outcome === 'gone')
      log.warn(`E${FAULT.registerLineLost} ${caller.name} went away before it acknowledged its answer`);
    return outcome;
  }

  /** An ack is good from every client that knows the names: one that has dialled again, too. */
  ack(names: Names, taken: boolean): 'counted' | 'again' | 'unknown' {
    const ackKey = keyOf('ack', names);
    const meant = [...this.#flights.values()].filter((flight) => flight.ackKey === ackKey);
    for (const { exchange } of meant) {
      if (taken) exchange.acknowledged();
      else exchange.end('rejected');
    }
    if (meant.length > 0) return 'counted';
    return this.#acked.get(ackKey) === taken ? 'again' : 'unknown';
  }

  /** It counted, and is on disk. */
  remember(names: Names, taken: boolean): void {
    this.#acked.set(keyOf('ack', names), taken);
    const [oldest] = this.#acked.keys();
    if (this.#acked.size > MOST_REMEMBERED && oldest !== undefined) this.#acked.delete(oldest);
  }

  askedAgain(op: string, names: Names): void {
    const key = keyOf(op, names);
    this.#flights.get(key)?.exchange.end('silent');
    this.#flights.delete(key);
  }

  callerGone(caller: Caller): void {
    for (const flight of this.#flights.values()) if (flight.caller === caller) flight.exchange.lineGone();
  }

  end(): void {
    for (const { exchange } of this.#flights.values()) exchange.end('gone');
  }
}
